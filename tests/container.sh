#!/usr/bin/env bash
# Builds the image from deploy/container/Containerfile and runs it rootless and read-only: healthy, a verdict, metrics. Then brings up compose.yaml.
# Its bases are made here from Debian packages and this machine's .NET, so that no registry is needed; Prometheus and Alertmanager are Debian's, in images
# made here. Grafana is in neither Debian nor reach: of it only the files are checked (ComposeTests).
#   tests/container.sh
# Needs root, mmdebstrap, buildah, podman, podman-compose, netavark, aardvark-dns, slirp4netns, uidmap, crun and runc, prometheus,
# prometheus-alertmanager, python3, curl. Ends with 77 where not even an empty container can be run.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d /tmp/sentinel-container-XXXXXX)
chmod 0755 "$work"
# Whatever else is tested on this machine has ports of its own.
read -r port sentinel_port prometheus_port alertmanager_port <<<"$(python3 -B tests/chaos/ports.py 4)"
user=sentinel-ci-$$ name=sentinel-$$ token=0123456789abcdef0123456789abcdef
# crun does not run where version 1 and 2 of cgroups are mixed.
runtime=$([ -d /sys/fs/cgroup/unified ] && echo runc || echo crun)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver "${STORAGE_DRIVER:-overlay}")

finish() {
  status=$?
  if id "$user" >/dev/null 2>&1; then
    rootless podman rm -fa >/dev/null 2>&1 || true
    rootless podman unshare rm -rf "$work/home/.local" >/dev/null 2>&1 || true
    pgrep -u "$user" | xargs -r kill 2>/dev/null || true # podman leaves the one that holds the namespaces, and the name server of the networks
    sleep 1
    userdel "$user" >/dev/null 2>&1 || true
  fi
  chattr -R -i "$work" 2>/dev/null || true
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
fail() { echo "Container: $*"; rootless podman logs "$name" 2>&1 | tail -30 || true; exit 1; }
step() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
# Networks of rootless containers take /dev/net/tun, which Debian lets everybody open and some machines do not: here each sees a node of its own.
mknod -m 0666 "$work/tun" c 10 200 2>/dev/null || true
rootless() {
  unshare --mount sh -c '[ ! -c "$1" ] || mount --bind "$1" /dev/net/tun; shift; cd /; exec "$@"' sh "$work/tun" \
    setpriv --reuid "$user" --regid "$user" --init-groups env -i HOME="$work/home" XDG_RUNTIME_DIR="$work/xdg" PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
wait_for() { # seconds, description, command...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || fail "waited in vain for $what"; sleep 0.5; done
}

step "Debian packages"
mmdebstrap --quiet --variant=essential --include=libstdc++6,libssl3,zlib1g,ca-certificates,tzdata \
  bookworm "$work/base.tar" >"$work/debootstrap.log" 2>&1 || { cat "$work/debootstrap.log"; exit 1; }
chmod 0644 "$work/base.tar"

step "An empty container"
useradd --no-create-home --home-dir "$work/home" --shell /usr/sbin/nologin "$user"
grep -q "^$user:" /etc/subuid || usermod --add-subuids 600000-665535 --add-subgids 600000-665535 "$user"
install -d -o "$user" -g "$user" -m 0700 "$work/home" "$work/xdg"
install -d -o "$user" -g "$user" -m 0755 "$work/data" "$work/credentials"
# What fails from here to the next step is the machine's; what fails later is ours.
hardened=(--read-only --tmpfs /tmp --cap-drop all --security-opt no-new-privileges --userns keep-id --user "$(id -u "$user"):0")
if ! { rootless podman import "$work/base.tar" localhost/empty && rootless podman --runtime "$runtime" run --rm "${hardened[@]}" --network host localhost/empty /bin/true; } >"$work/probe.log" 2>&1; then
  tail -5 "$work/probe.log"; echo "Container: rootless containers cannot be run here."; exit 77
fi
has_networks() { rootless podman network create probe && rootless podman --runtime "$runtime" run --rm --network probe localhost/empty /bin/true; }
networks=yes; has_networks >"$work/probe.log" 2>&1 || { networks=; tail -5 "$work/probe.log"; }
rootless podman rmi localhost/empty >/dev/null 2>&1 || true

step "Bases"
base() { # image, folder of .NET that goes into it
  local container
  container=$(buildah "${storage[@]}" from scratch)
  buildah "${storage[@]}" add --quiet "$container" "$work/base.tar" / >/dev/null
  buildah "${storage[@]}" add --quiet "$container" "$2" /usr/share/dotnet >/dev/null
  buildah "${storage[@]}" config --env DOTNET_ROOT=/usr/share/dotnet --env PATH=/usr/share/dotnet:/usr/sbin:/usr/bin:/sbin:/bin \
    --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env DOTNET_CLI_TELEMETRY_OPTOUT=1 "$container"
  buildah "${storage[@]}" commit --quiet --rm "$container" "$1" >/dev/null
}
mkdir "$work/runtime"
cp -rl "$dotnet/host" "$dotnet/shared" "$dotnet/dotnet" "$work/runtime" 2>/dev/null || cp -r "$dotnet/host" "$dotnet/shared" "$dotnet/dotnet" "$work/runtime"
base localhost/sentinel-runtime "$work/runtime"

step "Image"
buildah "${storage[@]}" build --format docker --network host --isolation chroot \
  --volume "$dotnet:/usr/share/dotnet:ro" --volume /etc/ssl/certs:/etc/ssl/certs:ro --volume "$HOME/.nuget/packages:/root/.nuget/packages" \
  --build-arg SDK_IMAGE=localhost/sentinel-runtime --build-arg RUNTIME_IMAGE=localhost/sentinel-runtime \
  --build-arg REVISION="$(git rev-parse HEAD)" -t localhost/sentinel -f deploy/container/Containerfile . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }
buildah "${storage[@]}" push --quiet localhost/sentinel "docker-archive:$work/sentinel.tar:localhost/sentinel"
chmod 0644 "$work/sentinel.tar"
rm -rf "$work/runtime"
echo "  $(du -m "$work/sentinel.tar" | cut -f1) MB with this base"
buildah "${storage[@]}" inspect --type image localhost/sentinel >"$work/image.json"
python3 - "$work/image.json" "$(git rev-parse HEAD)" <<'PY' || fail "the image is not described as promised"
import json, sys
config = json.load(open(sys.argv[1]))["Docker"]["config"]
assert config["User"] == "1654:0", config["User"]
assert config["Entrypoint"] == ["/usr/lib/sentinel/sentinel"] and config["Cmd"] == ["run"], (config["Entrypoint"], config["Cmd"])
assert config["Healthcheck"]["Test"] == ["CMD", "/usr/lib/sentinel/sentinel", "health"], config.get("Healthcheck")
assert list(config["Volumes"]) == ["/var/lib/sentinel"] and list(config["ExposedPorts"]) == ["9464/tcp"]
labels = {key.removeprefix("org.opencontainers.image."): value for key, value in config["Labels"].items()}
assert labels["revision"] == sys.argv[2] and labels["title"] == "Sentinel" and labels["licenses"] == "MIT" and labels["version"] and labels["description"], labels
PY

step "Rootless and read-only"
install -d -o "$user" -g "$user" -m 0755 "$work/data/good" "$work/data/good/plate" "$work/data/inbox" "$work/data/inbox/plate"
echo "$token" >"$work/credentials/Sentinel__Http__Token"
rootless podman load --quiet -i "$work/sentinel.tar" >"$work/load.log" 2>&1 || { tail -5 "$work/load.log"; fail "the image cannot be loaded"; }
python3 tests/plates.py "$work/data/good/plate" 41
mv "$work/data/good/plate/00040.png" "$work/drop.png"
chown -R "$user:$user" "$work/data"
rootless podman --runtime "$runtime" run --detach --name "$name" "${hardened[@]}" --network host \
  --volume "$work/data:/var/lib/sentinel" --volume "$work/credentials:/run/credentials:ro" \
  --env Sentinel__Http__Urls="http://0.0.0.0:$port" --env Sentinel__Http__BehindProxy=true \
  --env Sentinel__Training__Budget=00:00:06 --env Sentinel__Inbox__Ready=rename --env Sentinel__Inbox__ScanInterval=00:00:01 \
  localhost/sentinel >/dev/null 2>"$work/start.log" || { tail -5 "$work/start.log"; fail "the image cannot be started"; }
trained() { [ -f "$work/data/models/plate/champion.json" ]; }
wait_for 180 "the first model" trained
wait_for 60 "a healthy container" rootless podman healthcheck run "$name"
[ "$(rootless podman inspect "$name" --format '{{.HostConfig.ReadonlyRootfs}}')" = true ] || fail "its root is not read-only"

step "A verdict"
chown "$user:$user" "$work/drop.png"; mv "$work/drop.png" "$work/data/inbox/plate/drop.png"
judged() { [ -n "$(find "$work/data/results/plate" -name 'drop.png.json' -o -name 'drop.json' 2>/dev/null)" ] && [ -n "$(find "$work/data/archive" -name drop.png)" ]; }
wait_for 60 "a verdict" judged

step "Metrics"
code() { curl -s -o "$work/metrics" -w '%{http_code}' "$@" "http://127.0.0.1:$port/metrics" || true; }
[ "$(code)" = 401 ] || fail "metrics without the token: $(code)"
[ "$(code -H "Authorization: Bearer $token")" = 200 ] || fail "no metrics with the token"
grep -q '^sentinel_images_inspected_total{product="plate",verdict="[a-z]*"} 1' "$work/metrics" || fail "the metrics do not count the image"
before=$SECONDS
rootless podman stop --time 25 "$name" >/dev/null 2>"$work/stop.log" || { cat "$work/stop.log"; fail "podman stop"; } # Without systemd podman finds no timer of the health check to remove.
[ "$(rootless podman inspect "$name" --format '{{.State.ExitCode}}')" = 0 ] || fail "it did not stop by itself"
stopped=$((SECONDS - before))

if [ -z "$networks" ]; then
  echo "Container: built, run rootless and read-only, healthy, one verdict, metrics behind a token; stopped in $stopped s. compose.yaml was not brought up: rootless containers have no networks here."
  exit 0
fi

step "Compose"
monitoring() { # image, program, folder of its data
  local container
  rm -rf "$work/layer"; install -d -o 65534 -g 65534 "$work/layer$3"; install -D "$(command -v "$2")" "$work/layer/usr/bin/$2"
  install -d "$work/layer/usr/share"; cp -r /usr/share/prometheus "$work/layer/usr/share/" # Debian's programs read their templates there.
  tar -C "$work/layer" -cf "$work/layer.tar" .
  container=$(buildah "${storage[@]}" from scratch)
  buildah "${storage[@]}" add --quiet "$container" "$work/base.tar" / >/dev/null
  buildah "${storage[@]}" add --quiet "$container" "$work/layer.tar" / >/dev/null
  buildah "${storage[@]}" config --user 65534 --entrypoint "[\"/usr/bin/$2\"]" "$container"
  buildah "${storage[@]}" commit --quiet --rm "$container" "localhost/$1" >/dev/null
  buildah "${storage[@]}" push --quiet "localhost/$1" "docker-archive:$work/$1.tar:localhost/$1"
  chmod 0644 "$work/$1.tar"
  rootless podman load --quiet -i "$work/$1.tar" >/dev/null
}
monitoring prometheus prometheus /prometheus
monitoring alertmanager prometheus-alertmanager /alertmanager
cp -r deploy "$work/deploy"; chown -R "$user:$user" "$work/deploy"
printf '#!/bin/sh\nexec podman --runtime %s "$@"\n' "$runtime" >"$work/podman"; chmod 0755 "$work/podman"
rootless env SENTINEL_PORT="$sentinel_port" PROMETHEUS_PORT="$prometheus_port" ALERTMANAGER_PORT="$alertmanager_port" PROMETHEUS_IMAGE=localhost/prometheus ALERTMANAGER_IMAGE=localhost/alertmanager \
  COMPOSE="podman-compose --podman-path $work/podman" "$work/deploy/container/up.sh" sentinel prometheus alertmanager >"$work/compose.log" 2>&1 || { tail -30 "$work/compose.log"; fail "up.sh"; }
name=sentinel_sentinel_1
is_up() { [ "$(rootless podman inspect "$1" --format '{{.State.Running}}')" = true ]; } # podman-compose ends with 0 whatever became of them
for service in sentinel prometheus alertmanager; do
  is_up "sentinel_${service}_1" || { tail -20 "$work/compose.log"; rootless podman logs --tail 10 "sentinel_${service}_1" 2>&1 || true; fail "compose did not start $service"; }
done
wait_for 60 "a healthy container of compose" rootless podman healthcheck run "$name"
[ "$(stat -c %a "$work/deploy/container/credentials")" = 700 ] || fail "others may enter the folder of the token"
port=$sentinel_port
[ "$(code)" = 401 ] || fail "compose: metrics without the token: $(code)"
[ "$(code -H "Authorization: Bearer $(cat "$work/deploy/container/credentials/Sentinel__Http__Token")")" = 200 ] || fail "compose: no metrics with the token"
ask() { curl -sf "http://127.0.0.1:$prometheus_port/api/v1/$1" >"$work/answer" && grep -q "$2" "$work/answer"; }
wait_for 60 "Prometheus, which scrapes Sentinel" ask 'query?query=up%7Bjob%3D%22sentinel%22%7D' '"instance":"sentinel:9464".*,"1"\]'
wait_for 20 "the alerting rules" ask rules '"SentinelDown"'
wait_for 60 "Alertmanager" ask alertmanagers '"http://alertmanager:9093/api/v2/alerts"'
wait_for 60 "Alertmanager's readiness" curl -sf -o /dev/null http://127.0.0.1:$alertmanager_port/-/ready

rootless podman cp "$work/data/models" "$name:/var/lib/sentinel/" || fail "models cannot be copied into the volume"
rootless podman restart --time 25 "$name" >/dev/null 2>"$work/stop.log" || { cat "$work/stop.log"; fail "podman restart"; }
curl -sf -o /dev/null http://127.0.0.1:$prometheus_port/-/ready || fail "Prometheus went with Sentinel"
mkdir "$work/plate"; cp "$work/data/good/plate/00000.png" "$work/plate/again.png"; chmod -R a+rX "$work/plate"
rootless podman cp "$work/plate" "$name:/var/lib/sentinel/inbox/" || fail "images cannot be copied into the volume"
wait_for 120 "a verdict that Prometheus sees" ask 'query?query=sum(sentinel_images_inspected_total)' ',"1"\]'
echo "Container: built, run rootless and read-only, healthy, one verdict, metrics behind a token, stopped in $stopped s; compose.yaml up with Prometheus and Alertmanager, without Grafana."
