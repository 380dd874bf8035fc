#!/usr/bin/env bash
# Lints the Go modules of the workspace and the shell scripts. bin/ must hold golangci-lint (see the Makefile).
set -euo pipefail
cd "$(dirname "$0")/../.."

# golangci-lint does not know the package pattern `work`, and `./...` at the root covers the root module only.
# The API module holds nothing but generated code.
bin/golangci-lint run ./... ./e2e/...

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
for script in "${scripts[@]}"; do
  bash -n "$script"
done
if command -v shellcheck >/dev/null; then
  shellcheck "${scripts[@]}"
fi
