#!/usr/bin/env bash
# Lets the environment fail under the real process: a disk full to its last byte, a results folder that becomes read-only, a ledger locked by somebody
# else for 30 s, a data root unmounted and mounted again (the inbox alone cannot be: it shares its file system with .work and archive). Images are in
# work when each begins. Nothing may be lost, it must recover without a restart, and /readyz, the log and a metric must give the right reason meanwhile.
# At the end a host of another user meets files and folders that it may not read or change. Needs python3, root and the right to mount.
#   tests/bad-days.sh [path of the sentinel executable]
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 -B tests/chaos/bad_days.py "$(realpath "${1:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")"
