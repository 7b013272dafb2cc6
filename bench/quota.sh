#!/usr/bin/env bash
# Inspects images under a processor quota, alone and beside a training, with Torch's threads as many as the machine has cores (as it was before Sentinel read
# the quota) and as many as the quota allows.
#   bench/quota.sh [QUOTA]   The default is half of the machine's cores.
# Needs root, python3, a Release build of src/Sentinel.Worker, and a control group of version 1 or 2 with the controller 'cpu'. IMAGES and BUDGET (seconds of a
# training) make it longer. The group weighs as much as WEIGHT processes, so that the quota limits it and not what else runs on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
quota=${1:-$(($(nproc) / 2))} images=${IMAGES:-60} budget=${BUDGET:-15} weight=${WEIGHT:-8}
sentinel=$(find "$PWD/src/Sentinel.Worker/bin/Release" -name sentinel -type f | head -1)
data=$(mktemp -d /tmp/sentinel-quota-XXXXXX)
if [ -w /sys/fs/cgroup/cpu/tasks ]; then
  group=/sys/fs/cgroup/cpu/sentinel-quota-$$
  mkdir "$group"
  echo 100000 >"$group/cpu.cfs_period_us"; echo "$((quota * 100000))" >"$group/cpu.cfs_quota_us"; echo "$((weight * 1024))" >"$group/cpu.shares"
elif grep -qw cpu /sys/fs/cgroup/cgroup.controllers 2>/dev/null && echo +cpu >/sys/fs/cgroup/cgroup.subtree_control; then
  group=/sys/fs/cgroup/sentinel-quota-$$
  mkdir "$group"
  echo "$((quota * 100000)) 100000" >"$group/cpu.max"; echo "$((weight * 100))" >"$group/cpu.weight"
else
  echo "Quota: no control group can be given a quota here."; rmdir "$data"; exit 77
fi
finish() {
  if [ -n "${training:-}" ]; then kill "$training" 2>/dev/null || true; wait "$training" 2>/dev/null || true; fi
  rm -rf "$data"; rmdir "$group"
}
trap finish EXIT
inside() { # processors, command...; the shell enters the group and becomes the command
  local processors=$1; shift
  echo "$BASHPID" >"$group/cgroup.procs"
  DOTNET_PROCESSOR_COUNT=$processors exec "$@"
}
throttled() { awk '/^(throttled_time|throttled_usec)/ { print int($2 / ($1 == "throttled_time" ? 1e6 : 1e3)) }' "$group/cpu.stat"; }
score() { # what, processors
  local before; before=$(throttled)
  (inside "$2" "$sentinel" score "$data/images" --product plate --data "$data" --json) 2>/dev/null | python3 -c '
import json, statistics, sys
times = [json.loads(line)["durations"]["infer"] * 1000 for line in sys.stdin][5:]
print(f"  {sys.argv[1]:<44} median {statistics.median(times):5.0f} ms, 95 of 100 within {statistics.quantiles(times, n=20)[18]:5.0f} ms, all {len(times)} in {sum(times) / 1000:5.1f} s", end="")' "$1"
  echo "; held up by the quota for $(($(throttled) - before)) ms"
}
beside() { # what, processors for each
  (inside "$2" "$sentinel" train --product other --good "$data/good/plate" --data "$data" --budget "00:00:$budget" --json --parent $$) >"$data/training" 2>/dev/null &
  training=$!
  until grep -q '"phase":"training"' "$data/training"; do sleep 0.2; kill -0 "$training"; done
  score "$1" "$2"
  wait "$training"; training=
  echo "  the training with a budget of $budget s took $(grep -o '"seconds":[0-9.]*' "$data/training" | cut -d: -f2) s"
}

mkdir -p "$data/good/plate" "$data/images"
python3 tests/plates.py "$data/good/plate" 40
python3 tests/plates.py "$data/images" "$images" 1000
"$sentinel" train --product plate --data "$data" --budget 00:00:06 --json >/dev/null 2>&1
echo "$(nproc) cores, $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), a quota of $quota, load $(cut -d' ' -f1 /proc/loadavg):"
share=$((quota > 1 ? quota / 2 : 1)) # What a training is told, and inspection beside it (one more of an odd number).
for _ in 1 2; do
  score "alone, a thread for each core" "$(nproc)"
  score "alone, a thread for each that the quota allows" "$quota"
  beside "beside a training, each a thread for each core" "$(nproc)"
  beside "beside a training, each with its share" "$share"
done
