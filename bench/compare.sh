#!/usr/bin/env bash
# Compares the speed of this checkout with that of another, in one process. usage: compare.sh OTHER_CHECKOUT [ROUNDS]
set -euo pipefail
other=$(realpath "$1")
rounds=${2:-40}
cd "$(dirname "$0")/.."
output=bench/Sentinel.Benchmarks/bin/Release/net10.0/linux-x64
for checkout in "$other" .; do dotnet build -c Release "$checkout/bench/Sentinel.Benchmarks" >/dev/null; done
dotnet run -c Release --project bench/Sentinel.Compare -- "$other/$output" "$PWD/$output" "$rounds"
