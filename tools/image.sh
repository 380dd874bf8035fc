#!/usr/bin/env bash
# Builds the image uppsikt:VERSION from dist/ with docker, podman or buildah, whichever can build here. Nothing is
# fetched: the image begins empty.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(git describe --tags --always --dirty 2>/dev/null || echo unversioned)
name="${IMAGE:-uppsikt}:$version"
latest="${IMAGE:-uppsikt}:latest"

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/bin" "$context/data" "$context/tmp"
cp dist/* "$context/bin/"
rm "$context/bin/suite" # starts the suite as processes of one machine
# Files that change only when the binaries do, so that the same source gives the same layers.
find "$context" -exec touch --no-dereference --date='@0' {} +

if docker info >/dev/null 2>&1; then
  docker build --quiet --file deploy/Dockerfile --tag "$name" --tag "$latest" "$context"
elif command -v podman >/dev/null; then
  podman build --quiet --timestamp 0 --file deploy/Dockerfile --tag "$name" --tag "$latest" "$context"
elif command -v buildah >/dev/null; then
  buildah build --quiet --isolation chroot --timestamp 0 --file deploy/Dockerfile --tag "$name" --tag "$latest" "$context"
else
  echo 'Install docker (with a running engine), podman or buildah, then run this again.' >&2
  exit 1
fi
echo "Built $name, also called $latest"
