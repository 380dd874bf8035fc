#!/usr/bin/env bash
# Installs the pinned tools of one module of tools/ into bin/: `bin.sh buf|gen|lint`. It does nothing when bin/ already
# holds what that module's go.sum and the Go toolchain ask for, because a cold build of a tool takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

module=$1
want=$( { cat "tools/$module/go.mod" "tools/$module/go.sum"; go env GOVERSION GOOS GOARCH; } | sha256sum | cut -d ' ' -f 1)
stamp="bin/.$module"
if [[ -f "$stamp" && "$(<"$stamp")" == "$want" ]]; then
  exit 0
fi

echo "Installing the tools of tools/$module into bin/ (the first time takes a few minutes) …" >&2
mkdir -p bin
# Outside the workspace: go.work would merge the tools' requirements with the product's.
GOWORK=off GOFLAGS='' GOBIN="$PWD/bin" go -C "tools/$module" install tool
echo "$want" >"$stamp"
