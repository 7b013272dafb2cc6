#!/usr/bin/env bash
# Sends damaged images of every format through the real intake, decoder, ledger and filing; each must end in exactly one place, unchanged, and nothing
# may crash or hang. The tests do the same with 300.
#   tests/fuzz.sh [files, default 20000] [seed, default 1]
set -euo pipefail
cd "$(dirname "$0")/.."
export SENTINEL_FUZZ_FILES="${1:-20000}" SENTINEL_FUZZ_SEED="${2:-1}"
dotnet build -c Release tests/Sentinel.Worker.Tests -v quiet
exec dotnet run -c Release --no-build --project tests/Sentinel.Worker.Tests -- -class "Sentinel.Worker.Tests.Inspection.MutatedFilesTests" -diagnostics
