#!/usr/bin/env bash
# Builds the image from deploy/container/Containerfile and runs it rootless and read-only: healthy, a verdict, metrics.
# Its bases are made here from Debian packages and this machine's .NET, so that no registry is needed.
#   tests/container.sh
# Needs root, mmdebstrap, buildah, podman, uidmap, crun and runc, python3, curl. Ends with 77 where containers cannot be run.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d /tmp/sentinel-container-XXXXXX)
chmod 0755 "$work"
user=sentinel-ci-$$ name=sentinel-$$ port=19465
# crun does not run where version 1 and 2 of cgroups are mixed.
runtime=$([ -d /sys/fs/cgroup/unified ] && echo runc || echo crun)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver "${STORAGE_DRIVER:-overlay}")

finish() {
  status=$?
  if id "$user" >/dev/null 2>&1; then
    rootless podman rm -f "$name" >/dev/null 2>&1 || true
    rootless podman unshare rm -rf "$work/home/.local" >/dev/null 2>&1 || true
    userdel "$user" >/dev/null 2>&1 || true
  fi
  chattr -R -i "$work" 2>/dev/null || true
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
fail() { echo "Container: $*"; rootless podman logs "$name" 2>&1 | tail -30 || true; exit 1; }
step() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
rootless() { (cd / && setpriv --reuid "$user" --regid "$user" --init-groups env -i HOME="$work/home" XDG_RUNTIME_DIR="$work/xdg" PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"); }
wait_for() { # seconds, description, command...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || fail "waited in vain for $what"; sleep 0.5; done
}

step "Bases from Debian packages"
mmdebstrap --quiet --variant=essential --include=libstdc++6,libssl3,zlib1g,ca-certificates,tzdata \
  bookworm "$work/base.tar" >"$work/debootstrap.log" 2>&1 || { cat "$work/debootstrap.log"; exit 1; }
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
  --build-arg REVISION="$(git rev-parse HEAD)" --ignorefile deploy/container/Containerfile.containerignore \
  -t localhost/sentinel -f deploy/container/Containerfile . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }
buildah "${storage[@]}" push --quiet localhost/sentinel "docker-archive:$work/sentinel.tar:localhost/sentinel"
chmod 0644 "$work/sentinel.tar"
rm -rf "$work/runtime" "$work/base.tar"
echo "  $(du -m "$work/sentinel.tar" | cut -f1) MB with this base"

step "Rootless and read-only"
useradd --no-create-home --home-dir "$work/home" --shell /usr/sbin/nologin "$user"
grep -q "^$user:" /etc/subuid || usermod --add-subuids 600000-665535 --add-subgids 600000-665535 "$user"
install -d -o "$user" -g "$user" -m 0700 "$work/home" "$work/xdg"
install -d -o "$user" -g "$user" -m 0755 "$work/data" "$work/credentials"
install -d -o "$user" -g "$user" -m 0755 "$work/data/good" "$work/data/good/plate" "$work/data/inbox" "$work/data/inbox/plate"
echo 0123456789abcdef0123456789abcdef >"$work/credentials/Sentinel__Http__Token"
if ! rootless podman load --quiet -i "$work/sentinel.tar" >"$work/load.log" 2>&1; then
  tail -5 "$work/load.log"; echo "Container: rootless containers cannot be run here."; exit 77
fi
python3 tests/plates.py "$work/data/good/plate" 41
mv "$work/data/good/plate/00040.png" "$work/drop.png"
chown -R "$user:$user" "$work/data"
rootless podman --runtime "$runtime" run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop all --security-opt no-new-privileges \
  --userns keep-id --user "$(id -u "$user"):0" --network host \
  --volume "$work/data:/var/lib/sentinel" --volume "$work/credentials:/run/credentials:ro" \
  --env Sentinel__Http__Urls="http://0.0.0.0:$port" --env Sentinel__Http__BehindProxy=true \
  --env Sentinel__Training__Budget=00:00:06 --env Sentinel__Inbox__Ready=rename --env Sentinel__Inbox__ScanInterval=00:00:01 \
  localhost/sentinel >/dev/null 2>"$work/start.log" || { tail -5 "$work/start.log"; echo "Container: rootless containers cannot be run here."; exit 77; }
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
[ "$(code -H 'Authorization: Bearer 0123456789abcdef0123456789abcdef')" = 200 ] || fail "no metrics with the token"
grep -q '^sentinel_images_inspected_total{product="plate",verdict="[a-z]*"} 1' "$work/metrics" || fail "the metrics do not count the image"
before=$SECONDS
rootless podman stop --time 25 "$name" >/dev/null 2>"$work/stop.log" || { cat "$work/stop.log"; fail "podman stop"; } # Without systemd podman finds no timer of the health check to remove.
[ "$(rootless podman inspect "$name" --format '{{.State.ExitCode}}')" = 0 ] || fail "it did not stop by itself"
echo "Container: built, run rootless and read-only, healthy, one verdict, metrics behind a token; stopped in $((SECONDS - before)) s."
