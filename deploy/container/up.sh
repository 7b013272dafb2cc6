#!/usr/bin/env bash
# Starts Sentinel, Prometheus, Alertmanager and Grafana in containers, and builds Sentinel's image where there is none. At the first start it makes the
# token, which Prometheus shows Sentinel: credentials/Sentinel__Http__Token beside this file, in a folder that only you can enter.
#   deploy/container/up.sh [service...]
# Takes podman-compose (Debian: apt install podman-compose) or docker compose; COMPOSE="..." names another.
set -euo pipefail
cd "$(dirname "$0")"
# Podman builds in the OCI format by default, which has no place for the health check.
export BUILDAH_FORMAT=docker

token=credentials/Sentinel__Http__Token
if [ ! -s "$token" ]; then
  install -d -m 0700 credentials
  # The containers' users are others than you: who may read it is decided by the folder.
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n' | install -m 0644 /dev/stdin "$token"
fi

if [ -n "${COMPOSE:-}" ]; then read -ra compose <<<"$COMPOSE"
elif command -v podman-compose >/dev/null; then compose=(podman-compose)
elif docker compose version >/dev/null 2>&1; then compose=(docker compose)
else echo "Neither podman-compose nor docker compose is installed: apt install podman-compose" >&2; exit 1; fi

exec "${compose[@]}" -p sentinel -f compose.yaml up -d "$@"
