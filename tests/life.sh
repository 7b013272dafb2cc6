#!/usr/bin/env bash
# Publishes models of different weights while images stream through the real process: every result must name one model and have its threshold and its score, and the
# audit trail must be whole. With "train" it also measures how much a training beside it slows inspection, and what it leaves in the host's memory.
# What depends on the machine (the pause, the slowing, the memory) is printed against its limit and fails nothing. Needs python3.
#   tests/life.sh [images, default 500] [path of the sentinel executable] [train | -] [folder of the magnetic tiles; drawn plates where it is not there]
set -euo pipefail
cd "$(dirname "$0")/.."
sentinel=$(realpath "${2:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")
exec python3 -B tests/chaos/life.py "${1:-500}" "$sentinel" "${3:--}" "${4:-${SENTINEL_TILES:-../shared/data/magnetic-tile}}"
