#!/usr/bin/env bash
# The whole path with the real executable: learn a product, inspect good, unreadable and odd files, be killed twice in the middle, and end with every
# file exactly once, byte for byte, and with metrics that agree with what lies on the disk.
#   tests/end-to-end.sh [path of the sentinel executable]
set -euo pipefail
cd "$(dirname "$0")/.."
sentinel=$(realpath "${1:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")
data=$(mktemp -d /tmp/sentinel-e2e-XXXXXX)
address=http://127.0.0.1:$(python3 -B tests/chaos/ports.py)
export Sentinel__Http__Urls=$address Sentinel__Training__Schedule='0 0 3 1 1 ? 2099'
export Sentinel__Inbox__ScanInterval=00:00:01 Sentinel__Inbox__TruncatedGrace=00:00:05
host=
trap '[ -z "$host" ] || kill -9 "$host" 2>/dev/null; rm -rf "$data"' EXIT

fail() { echo "End to end: $*"; tail -n 40 "$data/host.log" 2>/dev/null; exit 1; }
start() { "$sentinel" run --data "$data" >>"$data/host.log" 2>&1 & host=$!; }
hashes() { find "$1" -type f "${@:2}" -print0 | xargs -0 -r sha256sum | cut -d' ' -f1 | sort; }
wait_for() { # seconds, description, command...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@"; do [ $SECONDS -lt $end ] || fail "waited in vain for $what"; kill -0 "$host" 2>/dev/null || fail "the host ended before $what"; sleep 0.3; done
}
metric() { curl -sf "$address/metrics" | awk -v series="$1" 'index($1, series) == 1 {sum += $2} END {print sum + 0}'; }

echo "A product is drawn and learnt ..."
"$sentinel" demo --data "$data/demo" --budget 00:00:40 --seed 1 >"$data/demo.log" 2>&1 || { cat "$data/demo.log"; fail "the demo failed"; }
tail -n 12 "$data/demo.log"
mkdir -p "$data/good" "$data/inbox/plate" "$data/arrivals"
cp -r "$data/demo/models" "$data/models"
cp -r "$data/demo/good/plate" "$data/good/"

echo "Sixty images and eight unreadable files arrive, and the host is killed twice ..."
find "$data/demo/good/plate" -type f | sort | sed -n 1,60p | while read -r image; do cp "$image" "$data/arrivals/"; done
: >"$data/arrivals/empty.png"
: >"$data/arrivals/empty.tiff"
echo "This is text." >"$data/arrivals/text.png"
one=$(find "$data/arrivals" -type f -size +2k | sort | sed -n 1p)
head -c 1500 "$one" >"$data/arrivals/cut-off.png"
head -c 100 /dev/urandom >"$data/arrivals/noise.jpg"
printf '\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x75\x30\x00\x00\x75\x30\x08\x02\x00\x00\x00\x0f\x77\x33\x60' >"$data/arrivals/bomb.png"
printf 'BM\x00\x00' >"$data/arrivals/stub.bmp"
printf 'II*\x00\x08\x00\x00\x00' >"$data/arrivals/stub.tif"
hashes "$data/arrivals" >"$data/expected"
count=$(wc -l <"$data/expected")

start
wait_for 60 "readiness" curl -sf -o /dev/null "$address/readyz"
mv "$data/arrivals"/* "$data/inbox/plate/"
some_archived() { [ "$(find "$data/archive" -type f 2>/dev/null | wc -l)" -ge "$1" ]; }
for stop in 5 25; do
  wait_for 120 "$stop archived images" some_archived "$stop"
  kill -9 "$host"; wait "$host" 2>/dev/null || true
  start
done
all_ended() { [ "$(find "$data/archive" "$data/failed" -type f ! -name '*.reason.json' | wc -l)" -ge "$count" ]; }
wait_for 240 "all $count files" all_ended
sleep 2

echo "Every file exactly once ..."
[ -z "$(find "$data/inbox" "$data/.work" -type f)" ] || fail "files are left in the inbox: $(find "$data/inbox" "$data/.work" -type f)"
{ hashes "$data/archive"; hashes "$data/failed" ! -name '*.reason.json'; } | sort >"$data/found"
diff "$data/expected" "$data/found" >/dev/null || fail "what arrived and what is filed differ: $(diff "$data/expected" "$data/found" | sed -n 1,10p)"
set_aside=$(find "$data/failed" -type f ! -name '*.reason.json' | wc -l)
[ "$set_aside" -eq 8 ] || fail "8 files cannot be read, $set_aside were set aside"
[ "$(find "$data/failed" -name '*.reason.json' | wc -l)" -eq 8 ] || fail "a reason is missing"
results=$(find "$data/results" -name '*.json' | wc -l)
[ "$results" -eq $((count - 8)) ] || fail "$((count - 8)) images, $results results"
for kind in heatmap denoised; do
  [ "$(find "$data/results" -name "*.$kind.png" | wc -l)" -eq "$results" ] || fail "a $kind is missing"
done
memory=$(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$host/status")
echo "Peak memory of the host: $memory MB."
[ "$memory" -lt 1500 ] || fail "the host took $memory MB"
[ "$(metric sentinel_model_info)" -eq 1 ] || fail "the metrics do not name the model"
"$sentinel" health --data "$data" || fail "the host is not healthy"

kill -TERM "$host"
stopped() { ! kill -0 "$host" 2>/dev/null; }
end=$((SECONDS + 25)); until stopped; do [ $SECONDS -lt $end ] || fail "the host did not stop within 25 s"; sleep 0.2; done
wait "$host" || fail "the host ended with exit code $?"
host=
echo "End to end: $count files, each exactly once; $set_aside set aside with a reason."
