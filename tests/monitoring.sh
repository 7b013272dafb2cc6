#!/usr/bin/env bash
# The whole chain with the real programs: Sentinel, Prometheus, Alertmanager, promtool. Good and defective parts are dropped; counters must equal the
# ledger, the alert must go pending, then firing, reach Alertmanager, and resolve. The rules are the delivered ones, with shorter windows.
#   tests/monitoring.sh [path of the sentinel executable]
set -euo pipefail
cd "$(dirname "$0")/.."
sentinel=$(realpath "${1:-src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel}")
data=$(mktemp -d /tmp/sentinel-monitoring-XXXXXX)
read -r host_port prometheus_port alertmanager_port <<<"$(python3 -B tests/chaos/ports.py 3)"
export PROMETHEUS=http://127.0.0.1:$prometheus_port ALERTMANAGER=http://127.0.0.1:$alertmanager_port LEDGER=$data/sentinel.db
started=()
trap 'kill -9 "${started[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$data"' EXIT

fail() { echo "Monitoring: $*"; tail -n 15 "$data"/*.log 2>/dev/null; exit 1; }
wait_for() { # seconds, description, command...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@"; do [ $SECONDS -lt $end ] || fail "waited in vain for $what"; sleep 0.3; done
}
ask() { python3 -B tests/monitoring/ask.py "$@"; }

echo "The delivered files ..."
for file in deploy/prometheus/*.rules.yml; do promtool check rules "$file" >/dev/null || fail "$file"; done
promtool check config deploy/prometheus/prometheus.yml >/dev/null || fail "prometheus.yml"
amtool check-config deploy/prometheus/alertmanager.yml >/dev/null || fail "alertmanager.yml"
routes_to() { amtool config routes test --config.file=deploy/prometheus/alertmanager.yml --verify.receivers="$1" "${@:2}" >/dev/null 2>&1 || fail "not routed to $1: ${*:2}"; }
routes_to operators alertname=SentinelDown severity=critical
routes_to nobody alertname=SentinelAnomaly product=plate severity=info
routes_to pager alertname=SentinelAnomaly product=plate severity=info critical=true
promtool test rules deploy/prometheus/tests/*.yml >"$data/rules.log" 2>&1 || { cat "$data/rules.log"; fail "a case of the rules"; }

echo "A product is drawn and learnt ..."
"$sentinel" demo --data "$data/demo" --budget 00:00:30 --seed 1 >"$data/demo.log" 2>&1 || fail "the demo failed"
mkdir -p "$data/inbox/plate" "$data/good/plate"
cp -r "$data/demo/models" "$data/models"
cp "$data/demo/good/plate"/* "$data/good/plate/"

echo "The three programs start ..."
Sentinel__Http__Urls=http://127.0.0.1:$host_port Sentinel__Training__Schedule='0 0 3 1 1 ? 2099' Sentinel__Inbox__ScanInterval=00:00:01 \
  "$sentinel" run --data "$data" >"$data/host.log" 2>&1 & started+=($!)
sed -e "s/15s/1s/; s/:9464/:$host_port/; s/:9093/:$alertmanager_port/; s/a-critical-product/plate/" deploy/prometheus/prometheus.yml >"$data/prometheus.yml"
for file in recording alerting; do
  sed -E -e 's/\[15m\]/[45s]/g; s/^( +for:) .*/\1 5s/' "deploy/prometheus/$file.rules.yml" >"$data/$file.rules.yml"
done
sed -e 's/group_wait: 10s/group_wait: 1s/' deploy/prometheus/alertmanager.yml >"$data/alertmanager.yml"
prometheus-alertmanager --config.file="$data/alertmanager.yml" --storage.path="$data/alertmanager" --web.listen-address="127.0.0.1:$alertmanager_port" \
  --cluster.listen-address= >"$data/alertmanager.log" 2>&1 & started+=($!)
prometheus --config.file="$data/prometheus.yml" --storage.tsdb.path="$data/tsdb" --web.listen-address="127.0.0.1:$prometheus_port" \
  --enable-feature=exemplar-storage >"$data/prometheus.log" 2>&1 & started+=($!)
wait_for 60 "the host's readiness" curl -sf -o /dev/null "http://127.0.0.1:$host_port/readyz"
wait_for 30 "the first scrape" ask is 'up{job="sentinel"}' 1
wait_for 30 "the product" ask is 'sentinel_images_received_total{product="plate"}' 0
[ -z "$(curl -s "http://127.0.0.1:$host_port/metrics" | promtool check metrics 2>&1)" ] || fail "promtool objects to the metrics"

echo "Good parts, a repeated one, and a file that is no image ..."
find "$data/demo/good/plate" -type f | sort | sed -n 1,20p | while read -r part; do cp "$part" "$data/inbox/plate/"; done
wait_for 120 "20 verdicts" ask is 'sum(sentinel_images_inspected_total{product="plate"})' 20
cp "$(find "$data/demo/good/plate" -type f | sort | sed -n 1p)" "$data/inbox/plate/again.png"
echo "This is no image." >"$data/inbox/plate/text.png"
wait_for 60 "the repeated one" ask is 'sentinel_images_duplicate_total{product="plate"}' 1
wait_for 60 "the one that is set aside" ask is 'sum(sentinel_images_failed_total{product="plate"})' 1
ask quiet SentinelAnomalyRateHigh || fail "good parts raised the alert"

echo "Defective parts ..."
find "$data/demo/archive/plate/anomalous" -type f | sort | sed -n 1,8p | while read -r part; do cp "$part" "$data/inbox/plate/defect-$(basename "$part")"; done
ask states SentinelAnomalyRateHigh 120 pending firing || fail "the alert did not go pending, then firing"
wait_for 30 "Alertmanager" ask alertmanager SentinelAnomalyRateHigh active
wait_for 30 "the page for a critical product" ask receiver SentinelAnomaly pager
anomalous=$(find "$data/demo/archive/plate/anomalous" -type f | sed -n 1,8p | wc -l)
wait_for 60 "all verdicts" ask is 'sum(sentinel_images_inspected_total{product="plate"})' $((20 + anomalous))
ask ledger || fail "counters and ledger differ"
ask exemplars || fail "the exemplars do not name inspections of the ledger"
ask rules || fail "a rule cannot be evaluated"
ask dashboard deploy/grafana/sentinel.json || fail "a query of the dashboard cannot be answered"

echo "And then nothing more ..."
wait_for 120 "the end of the alert" ask quiet SentinelAnomalyRateHigh
wait_for 60 "its end in Alertmanager" ask alertmanager SentinelAnomalyRateHigh gone

echo "The host dies ..."
kill -9 "${started[0]}"
ask states SentinelDown 60 pending firing || fail "nobody noticed"
echo "Monitoring: counters equal the ledger; the alert went pending, firing, to Alertmanager, and resolved."
