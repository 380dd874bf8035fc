#!/usr/bin/env bash
# Runs every fuzz target of the tree, one after the other, each for FUZZTIME (30s unless told).
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t targets < <(git grep --untracked --only-matching --extended-regexp '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go')
for target in "${targets[@]}"; do
  folder=$(dirname "${target%%:*}")
  name=${target##*func }
  echo "fuzz: $name in $folder"
  go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-30s}" "./$folder"
done
