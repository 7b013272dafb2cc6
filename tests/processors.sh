#!/usr/bin/env bash
# Runs Sentinel on a machine whose processor hides its cache sizes, with memory poisoned (tests/machine/hidden_caches.c), and held to the instructions of
# older processors. usage: processors.sh [DEMOS [SENTINEL [CORE_TESTS]]]
#   DEMOS       demos to run, each with a seed of its own (default 10; CI runs 1)
#   SENTINEL    the built worker
#   CORE_TESTS  the built tests of Sentinel.Core: their convolutions are checked on that machine; 'none' leaves them out
# Ends with 0 when all is right, 77 where the processor or the kernel cannot make CPUID fault.
set -euo pipefail
cd "$(dirname "$0")/.."
demos=${1:-10}
sentinel=$(realpath "${2:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")
tests=${3:-tests/Sentinel.Core.Tests/bin/Release/net10.0/linux-x64/Sentinel.Core.Tests}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
library=$work/hidden_caches.so
gcc -shared -fPIC -O2 -Wall tests/machine/hidden_caches.c -o "$library" -ldl
hidden() { env HIDE_CACHES=1 POISON_MEMORY=1 LD_PRELOAD="$library" "$@"; }
code=0
hidden true || code=$?
[ "$code" -ne 77 ] || { echo "This machine cannot pretend to hide its caches."; exit 77; }

failed=0
say() { printf '%s: %s\n' "$1" "$2"; [ "$2" = right ] || failed=$((failed + 1)); }

if [ "$tests" != none ]; then
  for isa in DEFAULT AVX2 SSE41; do
    if hidden env ONEDNN_MAX_CPU_ISA=$isa "$tests" -class '*ConvolutionCheckTests' >"$work/log" 2>&1; then result=right; else result=wrong; tail -30 "$work/log"; fi
    say "convolutions, oneDNN up to $isa" "$result"
  done
fi

for ((seed = 1; seed <= demos; seed++)); do
  result=right
  # Every second one trains in bfloat16, by oneDNN's emulation where the processor lacks it.
  hidden env CLAIM_BFLOAT16=$((seed % 2)) "$sentinel" demo --seed "$seed" --data "$work/demo-$seed" >"$work/out" 2>"$work/err" || { result="exit code $?"; tail -20 "$work/out" "$work/err"; }
  # .NET writes nothing there; what is left is a native library's.
  if [ -s "$work/err" ]; then result="$(wc -l <"$work/err") lines on stderr, the first: $(head -1 "$work/err")"; fi
  say "demo, seed $seed, $([ $((seed % 2)) = 1 ] && echo bfloat16 || echo as it is): $(grep -E 'caught|flagged' "$work/out" | tr -s ' \n' ' ')" "$result"
  rm -rf "$work/demo-$seed"
done

[ "$failed" -eq 0 ]
