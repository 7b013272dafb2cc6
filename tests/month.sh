#!/usr/bin/env bash
# The scripted month at full size: 240 known-good images at first, a false-alarm budget of 1 %, thirty nights. CI runs the same with 70 images and a budget of 5 %.
#   tests/month.sh [known-good images, default 240]
set -euo pipefail
cd "$(dirname "$0")/.."
SENTINEL_MONTH_IMAGES="${1:-240}" exec dotnet run -c Release --project tests/Sentinel.Worker.Tests -- -class "*MonthTests" -diagnostics
