#!/usr/bin/env bash
# Makes the certificates by which the processes of the suite know each other: an authority of the suite's own, valid ten
# years, and one certificate for each process, valid a year. Run it again to renew those: the processes read them anew.
# The authority's key is needed for that alone; keep it elsewhere.
set -euo pipefail
umask 077
folder=${1:-$(dirname "$0")/certificates}
mkdir -p "$folder"
cd "$folder"

if [[ ! -e authority.key ]]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Uppsikt' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout authority.key -out authority.pem
fi

# certificate NAME: for both ends of a connection. Each file appears whole, the key before the certificate.
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key.new" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -days 365 -out "$1.pem.new" -extfile <(printf '%s\n' \
    "subjectAltName=DNS:$1,URI:spiffe://uppsikt/$1" 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
    'extendedKeyUsage=serverAuth,clientAuth')
  mv "$1.key.new" "$1.key"
  mv "$1.pem.new" "$1.pem"
  rm "$1.csr"
}

for name in directory risk-register control-measurement reporting notification gateway; do
  certificate "$name"
done
chmod 0644 ./*.pem
# In containers the processes run as this user, and each is handed its own files alone.
if ((EUID == 0)); then
  chown 65532 directory.key risk-register.key control-measurement.key reporting.key notification.key gateway.key
fi
