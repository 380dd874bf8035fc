#!/usr/bin/env bash
# Shows that what is kept beside its source still agrees with it, and that the API contract breaks no client. Changes
# nothing, and works on a tree that is not committed. bin/ must hold buf and the plugins (see the Makefile).
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/bin:$PATH"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# tree_files: the files that are, or could be, committed.
tree_files() {
  git ls-files --cached --others --exclude-standard --deduplicate -z "$@" |
    while IFS= read -r -d '' file; do
      [[ ! -f "$file" ]] || printf '%s\0' "$file"
    done
}

vendored_protos() {
  (cd third_party/proto && sed -n '/^[0-9a-f]\{64\} /p' PROVENANCE | sha256sum --check --quiet)
}

formatting() {
  local unformatted
  unformatted=$(tree_files '*.go' | xargs -0 gofmt -l)
  [[ -z "$unformatted" ]] || { echo "gofmt would change:"$'\n'"$unformatted" >&2; return 1; }
}

protos() {
  buf lint
  buf format proto --diff --exit-code
  tools/gen/generate.sh --check
}

# The contract is compared with main where the branch left it, or with the commit before when this is main itself.
api_compatibility() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || true)
  if [[ -n "$base" ]] && git diff --quiet "$base" -- proto; then
    base=$(git rev-parse --verify --quiet "$base~1" || true)
  fi
  if [[ -z "$base" ]] || [[ -z "$(git ls-tree "$base" proto/uppsikt)" ]]; then
    echo '  nothing to compare the API with yet'
    return
  fi
  mkdir "$scratch/base"
  git archive "$base" buf.yaml proto third_party/proto | tar --extract --directory "$scratch/base"
  buf breaking --against "$scratch/base"
}

# tools/buf is left out: a test dependency of buf is not published, so tidy cannot load it.
modules_tidy() {
  local module
  for module in . proto e2e tools/gen tools/lint; do
    if ! GOWORK=off go -C "$module" mod tidy -diff >"$scratch/tidy"; then
      head -n 40 "$scratch/tidy"
      echo "run GOWORK=off go -C $module mod tidy" >&2
      return 1
    fi
  done
}

# Images are built without the workspace, where other versions could be selected.
modules_build_alone() {
  local module
  for module in . proto e2e; do
    GOWORK=off go -C "$module" vet ./...
  done
}

workspace_in_step() {
  mkdir "$scratch/tree"
  tree_files | tar --create --null --files-from - | tar --extract --directory "$scratch/tree"
  go -C "$scratch/tree" work sync
  local file
  for file in go.mod proto/go.mod e2e/go.mod; do
    diff --unified=1 "$file" "$scratch/tree/$file" || { echo 'run go work sync' >&2; return 1; }
  done
}

for step in vendored_protos formatting protos api_compatibility modules_tidy modules_build_alone workspace_in_step; do
  echo "verify: ${step//_/ }"
  "$step"
done
