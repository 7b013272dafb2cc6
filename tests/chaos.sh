#!/usr/bin/env bash
# Kills the real process at random moments while files arrive by copy, by rename, in slow pieces and with markers; at the end every file must have
# exactly one verdict and one archived original, byte for byte, and the ledger, the disk and the metrics must agree. Needs python3 (standard library).
#   tests/chaos.sh [kills, default 200] [files, default 2000] [path of the sentinel executable]
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 -B tests/chaos/chaos.py "${1:-200}" "${2:-2000}" "$(realpath "${3:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")"
