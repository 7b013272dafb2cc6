#!/usr/bin/env bash
# Builds the Debian package with the .NET runtime inside. Needs the .NET 10 SDK and dpkg-deb.
#   deploy/debian/build.sh [folder for the package, default ./artifacts] [version, default that of the project]
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(mkdir -p "${1:-artifacts}" && realpath "${1:-artifacts}")
version=${2:-$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

program=$root/usr/lib/sentinel
dotnet publish src/Sentinel.Worker -p:PublishProfile=linux-x64-self-contained -p:Version="$version" -o "$program" --nologo -v quiet
# As the package manager wants them; the build makes natives executable for their owner alone.
find "$program" -type f -exec chmod 0644 {} +
chmod 0755 "$program/sentinel"

# What an administrator changes lies in /etc; the program finds it beside itself.
install -d "$root/etc/sentinel" "$root/usr/bin"
sed 's:"\./data":"/var/lib/sentinel":' "$program/appsettings.json" >"$root/etc/sentinel/appsettings.json"
grep -q '"/var/lib/sentinel"' "$root/etc/sentinel/appsettings.json"
ln -sf /etc/sentinel/appsettings.json "$program/appsettings.json"
ln -s ../lib/sentinel/sentinel "$root/usr/bin/sentinel"

install -Dm 0644 deploy/systemd/sentinel.service "$root/usr/lib/systemd/system/sentinel.service"
install -Dm 0644 deploy/systemd/sysusers.conf "$root/usr/lib/sysusers.d/sentinel.conf"
install -Dm 0644 deploy/systemd/tmpfiles.conf "$root/usr/lib/tmpfiles.d/sentinel.conf"
install -Dm 0644 deploy/completion/sentinel.bash "$root/usr/share/bash-completion/completions/sentinel"
documents=$root/usr/share/doc/sentinel
install -Dm 0644 -t "$documents/examples" deploy/systemd/drop-ins/*.conf
install -Dm 0644 -t "$documents" deploy/debian/copyright README.md docs/security.md
gzip -9n <CHANGELOG.md >"$documents/CHANGELOG.md.gz"
chmod 0644 "$documents/CHANGELOG.md.gz"
if [ -d deploy/prometheus ]; then cp -r deploy/prometheus "$documents/"; fi
if [ -d deploy/grafana ]; then cp -r deploy/grafana "$documents/"; fi
install -d "$root/usr/share/man/man1"
Sentinel__DataRoot=/var/lib/sentinel deploy/debian/man-page.sh "$program/sentinel" | gzip -9n >"$root/usr/share/man/man1/sentinel.1.gz"

install -d "$root/DEBIAN"
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" deploy/debian/control >"$root/DEBIAN/control"
install -m 0755 -t "$root/DEBIAN" deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm
echo /etc/sentinel/appsettings.json >"$root/DEBIAN/conffiles"
(cd "$root" && find usr etc -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 0755 {} +

package=$out/sentinel_${version}_amd64.deb
dpkg-deb --root-owner-group -Zzstd -z9 --build "$root" "$package" >/dev/null
echo "$package: $(du -m "$package" | cut -f1) MB, $((size / 1024)) MB installed"
