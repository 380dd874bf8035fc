#!/usr/bin/env bash
# Generates proto/gen from the protos: `generate.sh` brings the folder up to date, `generate.sh --check` changes
# nothing and fails when the folder is not what the protos give. buf and the plugins must be in bin/ (see the Makefile).
set -euo pipefail
cd "$(dirname "$0")/../.."

# Generating beside the tree and moving the difference keeps the old code in place when a proto has a fault, and
# leaves unchanged files untouched for the build cache.
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
PATH="$PWD/bin:$PATH" buf generate --output "$fresh"
gofmt -w "$fresh/proto/gen"

if [[ "${1:-}" == --check ]]; then
  if ! diff --recursive --unified=1 proto/gen "$fresh/proto/gen" >"$fresh/diff"; then
    head -n 40 "$fresh/diff"
    echo 'proto/gen is not what the protos give: run make generate' >&2
    exit 1
  fi
  exit 0
fi

mkdir -p proto/gen
while IFS= read -r stale; do
  [[ -e "$fresh/proto/gen/$stale" ]] || rm -- "proto/gen/$stale"
done < <(cd proto/gen && find . -type f)
while IFS= read -r file; do
  cmp --silent "$fresh/proto/gen/$file" "proto/gen/$file" && continue
  mkdir -p "proto/gen/$(dirname "$file")"
  cp -- "$fresh/proto/gen/$file" "proto/gen/$file"
done < <(cd "$fresh/proto/gen" && find . -type f)
find proto/gen -type d -empty -delete
