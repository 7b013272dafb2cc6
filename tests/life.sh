#!/usr/bin/env bash
# Publishes models while images stream through the real process: every result must name one model and bear that model's threshold, and the audit trail must be whole.
# With "train" it also measures how much a training beside it slows inspection, and what it leaves in the host's memory. Needs python3.
#   tests/life.sh [images, default 500] [path of the sentinel executable] [train]
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 -B tests/chaos/life.py "${1:-500}" "$(realpath "${2:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")" "${3:-}"
