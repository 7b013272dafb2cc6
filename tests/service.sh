#!/usr/bin/env bash
# The Debian package on a Debian with systemd: installed, running in the unit's own sandbox, killed, hung, stopped, upgraded, removed, purged.
# systemd runs as process 1 of a container (systemd-nspawn) with a fresh Debian in it, so nothing is installed on this machine.
#   tests/service.sh [package, default: built now]
# Needs root, mmdebstrap, systemd-container, openssl, python3. Ends with 77 where no such container can be started.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d /tmp/sentinel-service-XXXXXX)
root=$work/root leader='' nspawn=''
export SYSTEMD_COLORS=0 SYSTEMD_PAGER=

finish() {
  status=$?
  [ -z "$nspawn" ] || { [ -z "$leader" ] || kill -s RTMIN+4 "$leader" 2>/dev/null || true; sleep 3; kill -9 "$nspawn" 2>/dev/null || true; wait "$nspawn" 2>/dev/null || true; }
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
fail() { echo "Service: $*"; inside systemctl status sentinel --no-pager -l 2>&1 | tail -25 || true; inside journalctl -u sentinel --no-pager -n 40 2>&1 | tail -40 || true; exit 1; }
step() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
inside() { nsenter -t "$leader" -m -u -i -n -p -C env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
wait_for() { # seconds, description, command...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || fail "waited in vain for $what"; sleep 0.3; done
}
# systemd refuses a sixth start within a minute, which these tests need.
control() { inside systemctl reset-failed sentinel 2>/dev/null || true; inside systemctl "$1" sentinel || fail "systemctl $1"; }
# Reads to the end: grep -q leaves at the first match, and under pipefail whoever still writes would make that a failure.
holds() { grep -c -e "$1" >/dev/null; }
property() { inside systemctl show sentinel -p "$1" --value; }
files() { find "$root/var/lib/sentinel/$1" -type f -name '*.png' 2>/dev/null | wc -l; }
has() { [ "$(files "$1")" -ge "$2" ]; }
differs() { [ "$(property "$1")" != "$2" ]; }
drop() { # how many, from which number: into the inbox by rename, as a careful sender does; one by one, as mv looks again at all but its last file
  rm -rf "$root/new"; mkdir "$root/new"; python3 tests/plates.py "$root/new" "$1" "$2"
  inside sh -c 'chmod 0644 /new/*; mkdir -p -m 2770 "$0"; chown sentinel:sentinel "$0" /new/*; for file in /new/*; do mv "$file" "$0"; done' "/var/lib/sentinel/$3"
}

step "The unit and its sandbox"
systemd-analyze security --offline=true --threshold=15 deploy/systemd/sentinel.service | tail -1

package=${1:-}
if [ -z "$package" ]; then step "Package"; deploy/debian/build.sh "$work/package"; package=$(echo "$work"/package/*.deb); fi
step "A newer version of it"
dpkg-deb -R "$package" "$work/newer"
version=$(dpkg-deb -f "$package" Version)
sed -i "s/^Version: .*/Version: $version+1/" "$work/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Zzstd -z1 --build "$work/newer" "$work/newer.deb" >/dev/null
rm -rf "$work/newer"

step "Debian with systemd"
mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,init-system-helpers,libstdc++6,libssl3,zlib1g,procps,man-db bookworm "$root" >"$work/debootstrap.log" 2>&1 ||
  { cat "$work/debootstrap.log"; exit 1; }
cp "$package" "$root/first.deb"; cp "$work/newer.deb" "$root/second.deb"
# Each Debian without documents and manual pages is a smaller one; here they are looked at.
rm -f "$root"/etc/dpkg/dpkg.cfg.d/*
systemd-nspawn --quiet -D "$root" --boot --private-network --register=no --keep-unit --link-journal=no --console=pipe </dev/null >"$work/boot.log" 2>&1 & nspawn=$!
for _ in $(seq 100); do leader=$(pgrep -P "$nspawn" -x systemd || true); [ -z "$leader" ] || break; kill -0 "$nspawn" 2>/dev/null || break; sleep 0.2; done
[ -n "$leader" ] || { tail -5 "$work/boot.log"; echo "Service: no container with systemd can be started here."; nspawn=; exit 77; }
# It fails for 'degraded', which is good enough here.
booted() { case $(inside systemctl is-system-running 2>/dev/null || true) in running | degraded) ;; *) return 1 ;; esac; }
wait_for 60 "systemd" booted

step "Install"
inside dpkg -i /first.deb >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "dpkg -i"; }
inside systemctl is-active sentinel >/dev/null || fail "it was not started"
inside systemctl is-enabled sentinel >/dev/null || fail "it is not enabled"
inside systemd-analyze verify /usr/lib/systemd/system/sentinel.service 2>"$work/verify.log" || { cat "$work/verify.log"; fail "systemd-analyze verify"; }
[ ! -s "$work/verify.log" ] || { cat "$work/verify.log"; fail "systemd-analyze verify has something to say"; }
inside systemd-analyze security sentinel.service --no-pager | tail -1
inside sh -c 'man -w sentinel && sentinel --version' || fail "manual page and command"
[ "$(stat -c %a "$root/var/lib/sentinel")" = 750 ] || fail "rights of /var/lib/sentinel"

step "Learn and inspect"
inside sed -i 's/"Budget": "00:05:00"/"Budget": "00:00:06"/; s/"Ready": "quiet"/"Ready": "rename"/; s/"ScanInterval": "00:00:05"/"ScanInterval": "00:00:01"/' /etc/sentinel/appsettings.json
control restart
drop 40 0 good/plate
trained() { [ -f "$root/var/lib/sentinel/models/plate/champion.json" ]; }
wait_for 180 "the first model" trained
drop 1 1000 inbox/plate
wait_for 60 "a verdict" has archive 1
wait_for 20 "readiness" inside sentinel health
status() { property StatusText | holds 'plate model 1'; }
wait_for 20 "the status line" status
echo "  $(property StatusText)"
[ "$(find "$root/var/lib/sentinel/archive" "$root/var/lib/sentinel/results" \( -type d -o -name '*.json' \) -perm /o+rwx | wc -l)" -eq 0 ] || fail "others may read results"

step "Priorities in the journal"
inside sh -c 'echo "This is no image." >/tmp/text.png; chmod 0644 /tmp/text.png; chown sentinel:sentinel /tmp/text.png; mv /tmp/text.png /var/lib/sentinel/inbox/plate/'
warned() { inside journalctl -u sentinel -p warning --no-pager | grep "Set text.png of plate aside"; }
wait_for 90 "a warning with its priority" warned
[ "$(inside journalctl -u sentinel -p warning --no-pager | grep -c 'Inspected ')" -eq 0 ] || fail "information has the priority of a warning"
[ "$(inside journalctl -u sentinel -o cat --no-pager | grep -c '^<[0-7]>')" -eq 0 ] || fail "priorities stand in the text"
rm -rf "$root"/var/lib/sentinel/failed/plate/*

step "A token in /etc/credstore is asked for"
inside sh -c 'install -d -m 0700 /etc/credstore; echo 0123456789abcdef0123456789abcdef >/etc/credstore/Sentinel__Http__Token; chmod 0600 /etc/credstore/*'
control restart
answer() { exec 3<>/dev/tcp/127.0.0.1/9464; printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%b\r\n' "$1" >&3; head -1 <&3; }
code() { nsenter -t "$leader" -n bash -c "$(declare -f answer); answer '$1'" 2>/dev/null; }
listens() { code '' | holds 401; }
wait_for 20 "401 without the token" listens
code 'Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n' | holds 200 || fail "the token is not accepted"
inside sh -c 'rm /etc/credstore/*'
control restart

step "Drop-ins"
overrides=/run/systemd/system/sentinel.service.d
inside mkdir -p "$overrides"
no_drop_ins() { inside sh -c "rm -f $overrides/*.conf"; } # the folder is in the container
verified() { inside systemd-analyze verify /usr/lib/systemd/system/sentinel.service >"$work/verify.log" 2>&1 && [ ! -s "$work/verify.log" ]; }
configure() { # value of a setting in place of another, in the configuration file
  sed -i "s|$1|$2|" "$root/etc/sentinel/appsettings.json"; grep -qF "$2" "$root/etc/sentinel/appsettings.json" || fail "the configuration has no $1"
}
printf '[Service]\nNoSuchKey=1\n' >"$root/odd.conf"; inside cp /odd.conf "$overrides/odd.conf"
! verified || fail "systemd-analyze verify does not look at drop-ins"
for drop_in in deploy/systemd/drop-ins/*.conf; do
  no_drop_ins
  cp "$drop_in" "$root/odd.conf"; inside cp /odd.conf "$overrides/odd.conf"
  verified || { cat "$work/verify.log"; fail "$drop_in"; }
done
inside rm "$overrides/odd.conf"

install_drop_in() { no_drop_ins; cp "deploy/systemd/drop-ins/$1.conf" "$root/odd.conf"; inside cp /odd.conf "$overrides/$1.conf"; inside systemctl daemon-reload; }
without_drop_in() { no_drop_ins; inside systemctl daemon-reload; cp "$work/appsettings.json" "$root/etc/sentinel/appsettings.json"; }
cp "$root/etc/sentinel/appsettings.json" "$work/appsettings.json"

install_drop_in dynamic-user
configure '"DataRoot": "/var/lib/sentinel"' '"DataRoot": "/var/lib/sentinel-dynamic"'
control restart
wait_for 20 "readiness as a user of the moment" inside sentinel health
owner=$(inside stat -c %u "/proc/$(property MainPID)")
# systemd takes them from 61184 to 65519.
[ "$owner" -ge 61184 ] && [ "$owner" -le 65519 ] || fail "dynamic-user.conf: it runs as user $owner"
[ -f "$root/var/lib/private/sentinel-dynamic/sentinel.db" ] || fail "dynamic-user.conf: no ledger in /var/lib/private"
without_drop_in

install_drop_in other-hosts
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=inspection.example -keyout "$work/tls.key" -out "$root/etc/sentinel/tls.crt" 2>/dev/null
cp "$work/tls.key" "$root/tls.key"
inside sh -c 'install -d -m 0700 /etc/credstore; install -m 0600 /tls.key /etc/credstore/tls.key; rm /tls.key; echo 0123456789abcdef0123456789abcdef >/etc/credstore/Sentinel__Http__Token; chmod 0600 /etc/credstore/*; chmod 0644 /etc/sentinel/tls.crt'
configure '"Urls": "http://127.0.0.1:9464"' '"Urls": "https://0.0.0.0:9464", "Certificate": "/etc/sentinel/tls.crt", "CertificateKey": "/run/credentials/sentinel.service/tls.key"'
control restart
wait_for 20 "health over https from a shell" inside setpriv --reuid nobody --regid nogroup --clear-groups sentinel health
! inside sentinel products list 2>"$work/refused.log" || fail "other-hosts.conf: products are listed without the token"
grep -q "asks for a token" "$work/refused.log" || { cat "$work/refused.log"; fail "other-hosts.conf: it does not say that a token is needed"; }
inside env CREDENTIALS_DIRECTORY=/etc/credstore sentinel products list >/dev/null || fail "other-hosts.conf: products are not listed with the token"
inside sh -c 'rm /etc/credstore/* /etc/sentinel/tls.crt'
without_drop_in
control restart

step "kill -9"
pid=$(property MainPID)
inside systemctl kill -s KILL sentinel
wait_for 20 "another process" differs MainPID "$pid"
wait_for 30 "readiness" inside sentinel health
drop 1 2000 inbox/plate
wait_for 60 "a verdict after kill -9" has archive 2

step "Stop with work in hand"
drop 150 3000 inbox/plate
wait_for 60 "work in hand" has archive 5
before=$SECONDS
inside systemctl stop sentinel
echo "  stopped after $((SECONDS - before)) s; $(files inbox) wait, $(files .work) in work, $(files archive) filed"
[ $((SECONDS - before)) -le 20 ] || fail "it took longer than 20 s"
[ "$(property Result)" = success ] || fail "the stop was not clean: $(property Result)"
[ "$(files inbox)" -gt 0 ] || fail "it had finished before it was stopped"
control start
wait_for 120 "all 152 verdicts" has archive 152
[ "$(files archive)" -eq 152 ] && [ "$(files inbox)" -eq 0 ] && [ "$(files .work)" -eq 0 ] && [ "$(files failed)" -eq 0 ] || fail "not each exactly once"

step "A hang of the inspection loop"
inside sh -c 'mkdir -p /run/systemd/system/sentinel.service.d; printf "[Service]\nWatchdogSec=6\nEnvironment=Sentinel__Watchdog__Patience=00:00:02 Sentinel__Limits__DecodeTime=00:00:02 Sentinel__Watchdog__HangWhile=/run/hang Sentinel__Watchdog__AllowHang=true\n" >/run/systemd/system/sentinel.service.d/hang.conf; systemctl daemon-reload; touch /run/hang'
control restart
restarts=$(property NRestarts)
drop 1 5000 inbox/plate
wait_for 60 "a restart by the watchdog" differs NRestarts "$restarts"
inside journalctl -u sentinel --no-pager | holds "Watchdog timeout" || fail "it was not the watchdog"
inside sh -c 'rm /run/hang /run/systemd/system/sentinel.service.d/hang.conf; systemctl daemon-reload'
control restart
wait_for 60 "the verdict of the image that it hung at" has archive 153

step "A wrong configuration"
inside systemctl stop sentinel
start=$(date +%s%N)
inside env Sentinel__FalseAlarmBudget=3 Sentinel__Training__Schedule='0 2 * *' Sentinel__Wavelength=633 Sentinel__DataRoot=/no/such/folder sentinel run 2>"$work/wrong.log" && fail "it started" || code=$?
echo "  ended after $((($(date +%s%N) - start) / 1000000)) ms (limit 2000, said and not checked: the machine may be loaded)"
[ "$code" -eq 1 ] || fail "exit code $code"
for key in FalseAlarmBudget Training:Schedule Wavelength DataRoot; do grep -q "^Sentinel:$key" "$work/wrong.log" || { cat "$work/wrong.log"; fail "$key is not named"; }; done
control start

step "Upgrade"
inside dpkg -i --force-confold /second.deb >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "upgrade"; }
inside systemctl is-active sentinel >/dev/null || fail "it does not run after the upgrade"
grep -q '"00:00:06"' "$root/etc/sentinel/appsettings.json" || fail "the upgrade lost the configuration"
[ "$(files archive)" -eq 153 ] || fail "the upgrade lost data"
drop 1 6000 inbox/plate
wait_for 60 "a verdict after the upgrade" has archive 154

step "Remove"
inside dpkg -r sentinel >/dev/null
[ ! -e "$root/usr/lib/sentinel" ] || fail "files are left: $(find "$root/usr/lib/sentinel" | sed -n 1,10p)"
[ -f "$root/etc/sentinel/appsettings.json" ] || fail "remove took the configuration"
! inside systemctl is-active sentinel >/dev/null || fail "it still runs"
step "Purge"
inside dpkg -P sentinel 2>/dev/null
[ ! -e "$root/etc/sentinel" ] || fail "the configuration is left"
[ "$(files archive)" -eq 154 ] || fail "purge took the data"
[ -z "$(inside dpkg -l sentinel 2>/dev/null | grep -E '^[a-z]i' || true)" ] || fail "dpkg still knows it"
echo "Service: installed, learnt, inspected, killed, stopped, hung, upgraded, removed, purged; 154 images, each exactly once."
