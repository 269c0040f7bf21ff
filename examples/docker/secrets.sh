#!/bin/sh
# Makes what production needs as files of ./secrets, and leaves those that are there. Arguments: the devices that may send, one name each.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
cd secrets

random() { openssl rand -base64 "$1" | tr -d '\n'; }
once() { [ -s "$1" ] || { printf '%s' "$2" >"$1"; echo "made secrets/$1"; }; }

once database-password "$(openssl rand -hex 24)"
once mqtt-password "$(openssl rand -hex 24)"
once token-key "$(random 48)"
once secrets-key "$(random 32)"
# Replace it by the informant's before DGA_MODE=live.
once dga-password "not-yet"

[ -s mqtt-key ] || {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=${SITE:-localhost}" \
    -addext "subjectAltName=DNS:${SITE:-localhost}" -keyout mqtt-key -out mqtt-certificate 2>/dev/null
  echo "made secrets/mqtt-key and secrets/mqtt-certificate, signed by itself"
}

# mosquitto_passwd is on this machine, or within the broker's image.
passwords() {
  if command -v mosquitto_passwd >/dev/null; then mosquitto_passwd "$@"; else
    docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/secrets" -w /secrets eclipse-mosquitto:2.0 mosquitto_passwd "$@"
  fi
}
[ -e mqtt-users ] || passwords -b -c mqtt-users caudal "$(cat mqtt-password)"
for device in "$@"; do
  grep -q "^$device:" mqtt-users && continue
  once "device-$device" "$(openssl rand -hex 24)"
  passwords -b mqtt-users "$device" "$(cat "device-$device")"
done

# The folder is its owner's alone; within the containers other users read the files.
chmod 0444 -- *
