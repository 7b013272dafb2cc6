#!/usr/bin/env bash
# Measures the real process with very many files waiting and with fifty product folders, and fails where a promise is not kept. Needs python3.
#   tests/load.sh [files waiting, default 100000] [path of the sentinel executable]
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 -B tests/chaos/load.py "${1:-100000}" "$(realpath "${2:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")"
