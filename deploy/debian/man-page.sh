#!/usr/bin/env bash
# Writes the manual page sentinel(1) to standard output: what does not change is here, the verbs come from the program's own help.
#   deploy/debian/man-page.sh EXECUTABLE
set -euo pipefail
sentinel=$1

escaped() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\\([.']\\)/\\\\\\&\\1/"; }
verbs() { "$sentinel" "$@" --help | awk '/^Commands:/ {on = 1; next} /^[^ ]/ {on = 0} on && /^  [a-z]/ {print $1}'; }
describe() { # words of the verb...
  printf '.SS sentinel %s\n.nf\n' "$*"
  "$sentinel" "$@" --help | awk '/^Description:/ {next} /--json|--set <|--data <|--help|^Example:$/ {if ($0 !~ /^Example/) next} {print}' | cat -s | escaped
  printf '.fi\n'
}

cat <<'PAGE'
.TH SENTINEL 1 "" "Sentinel" "User Commands"
.SH NAME
sentinel \- inspect images against what good products look like
.SH SYNOPSIS
.B sentinel
.RI [ verb ]
.RI [ options ]
.SH DESCRIPTION
Sentinel learns what a good product looks like from images of good ones, then inspects every image that is dropped into a folder: verdict,
score, where, a heatmap, a denoised copy. It retrains itself by schedule and shows itself to Prometheus.
.PP
Images of good products go into
.IR /var/lib/sentinel/good/PRODUCT/ ,
images to inspect into
.IR /var/lib/sentinel/inbox/PRODUCT/ ;
members of the group sentinel may write to both. Verdicts are in
.IR /var/lib/sentinel/results/ .
.SH OPTIONS
Every verb takes these.
.TP
.BI \-\-data " DIR"
Folder below which everything lies.
.TP
.B \-\-json
Write for machines: one JSON object per line.
.TP
.BI \-\-set " KEY=VALUE"
Set one setting, over the configuration file and the environment; may be repeated.
.TP
.B \-\-help
Show the help of a verb.
.SH VERBS
PAGE
for verb in $(verbs); do
  below=$(verbs "$verb")
  if [ -z "$below" ]; then describe "$verb"; else for deeper in $below; do describe "$verb" "$deeper"; done; fi
done
cat <<'PAGE'
.SH FILES
.TP
.I /etc/sentinel/appsettings.json
The configuration. Settings may also come from the environment, as
.BR Sentinel__Training__Budget=00:10:00 .
.TP
.I /etc/credstore/Sentinel__Http__Token
The token that callers from other machines must send; systemd hands it to the service.
.TP
.I /var/lib/sentinel
All data: inbox, known-good images, results, archive, models, ledger.
.SH ENVIRONMENT
.TP
.B CREDENTIALS_DIRECTORY
Folder with secrets, one file for each setting, such as
.IR Sentinel__Http__Token .
systemd sets it.
.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage.
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1),
/usr/share/doc/sentinel
PAGE
