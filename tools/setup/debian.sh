#!/usr/bin/env bash
# Installs on Debian what the tests need beside Go: servers of PostgreSQL and Redis, a browser, checkers for PDF files,
# and Node with the checkers of e2e/package.json. Quick when everything is there; then neither root nor a network is needed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

packages=()

# need CHECK... -- PACKAGE...: asks for the packages unless each CHECK is a command or an existing file.
need() {
  local missing=false
  while [[ "$1" != -- ]]; do
    command -v "$1" >/dev/null || [[ -e "$1" ]] || missing=true
    shift
  done
  shift
  if "$missing"; then
    packages+=("$@")
  fi
}

# The server's programs are not on the PATH, and their folder has the version in its name.
server=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | tail -n 1 || true)
need "${server:-initdb}" -- postgresql
need redis-server redis-cli -- redis-server
need chromium -- chromium
need pdfinfo pdftotext pdftoppm pdffonts -- poppler-utils
need qpdf -- qpdf
need java -- default-jre-headless
need /usr/share/java/preflight.jar /usr/share/java/pdfbox2.jar /usr/share/java/fontbox2.jar \
  /usr/share/java/xmpbox.jar -- libpdfbox2-java
need /usr/share/java/commons-logging.jar -- libcommons-logging-java
need /usr/share/java/javax.activation.jar -- libactivation-java
need /usr/share/java/jaxb-api.jar -- libjaxb-api-java
need /usr/share/fonts/truetype/liberation -- fonts-liberation
need node -- nodejs
need npm -- npm
need git diff tar make openssl -- git diffutils tar make openssl
# The race detector is linked by a C compiler.
need gcc /usr/include/stdlib.h -- gcc libc6-dev

# as_root CMD...: runs the command, through sudo unless this already is root.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# install PACKAGE...: without questions, and without the extra packages that Debian recommends.
install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    --option Dpkg::Options::=--force-confold "$@" </dev/null
}

# The tests start database clusters of their own, so the package must not create one and keep it running. The
# machine's setting is put back afterwards.
install_postgresql() {
  local conf=/etc/postgresql-common/createcluster.conf
  install postgresql-common
  as_root cp --preserve "$conf" "$conf.before-uppsikt"
  as_root sed --in-place '/create_main_cluster/d' "$conf"
  echo 'create_main_cluster = false' | as_root tee --append "$conf" >/dev/null
  install postgresql
  as_root mv "$conf.before-uppsikt" "$conf"
}

# The same goes for Redis, whose package starts a server, now and at every start of the machine, unless it is told not to.
install_redis() {
  local policy=/usr/sbin/policy-rc.d own=false
  if [[ ! -e "$policy" ]]; then
    own=true
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  install redis-server
  as_root update-rc.d redis-server disable
  if "$own"; then
    as_root rm "$policy"
  fi
}

if ((${#packages[@]} > 0)); then
  echo "The tests need: ${packages[*]}"
  if ! command -v apt-get >/dev/null; then
    echo 'This system has no apt-get: install the like of these packages by hand, then run this again.' >&2
    exit 1
  fi
  as_root apt-get update
  for package in "${packages[@]}"; do
    [[ "$package" == postgresql ]] && install_postgresql
    [[ "$package" == redis-server ]] && install_redis
  done
  install "${packages[@]}"
fi

"$here/node.sh"
