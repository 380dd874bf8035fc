#!/usr/bin/env bash
# Installs the checkers that the tests run with Node (e2e/package.json), as the lock file pins them. Quick when they
# are there already.
set -euo pipefail
cd "$(dirname "$0")/../../e2e"

stamp=node_modules/.installed-lock
cmp --silent package-lock.json "$stamp" && exit 0

# Not `npm ci`: it wants the validator's builds for every platform in the lock file, which has only the one that the
# tests run on. --no-save leaves the lock as it is, and its checksums are verified all the same.
npm install --no-save --no-progress --loglevel=error
cp package-lock.json "$stamp"
