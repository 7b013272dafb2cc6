"""Asks Prometheus, Alertmanager and the ledger what tests/monitoring.sh wants to know. Exit code 0: it is so."""
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def get(base, path, **parameters):
    with urllib.request.urlopen(f"{os.environ[base]}{path}?{urllib.parse.urlencode(parameters)}", timeout=10) as answer:
        return json.load(answer)


def query(expression):
    return get("PROMETHEUS", "/api/v1/query", query=expression)["data"]["result"]


def value_is(expression, expected):
    result = query(expression)
    return len(result) == 1 and float(result[0]["value"][1]) == float(expected)


def states_of(alert):
    return [found["state"] for found in get("PROMETHEUS", "/api/v1/alerts")["data"]["alerts"] if found["labels"]["alertname"] == alert]


def goes_through(alert, seconds, *expected):
    """The alert shows these states, in this order and no other."""
    seen, end = [], time.monotonic() + float(seconds)
    while time.monotonic() < end and seen != list(expected):
        for state in states_of(alert):
            if not seen or seen[-1] != state:
                seen.append(state)
        time.sleep(0.2)
    print(f"{alert}: {', '.join(seen) or 'nothing'}")
    return seen == list(expected)


def alertmanager_has(alert, state):
    found = [a["status"]["state"] for a in get("ALERTMANAGER", "/api/v2/alerts", filter=f'alertname="{alert}"')]
    return not found if state == "gone" else state in found


def is_told_to(alert, receiver):
    found = get("ALERTMANAGER", "/api/v2/alerts", filter=f'alertname="{alert}"')
    return bool(found) and all([told["name"] for told in a["receivers"]] == [receiver] for a in found)


def equals_ledger():
    ledger = sqlite3.connect(f"file:{os.environ['LEDGER']}?mode=ro", uri=True)
    one = lambda sql: ledger.execute(sql).fetchone()[0]
    pairs = [
        (f'sentinel_images_inspected_total{{product="plate",verdict="{verdict}"}}', f"SELECT count(*) FROM images WHERE verdict = '{verdict}'")
        for verdict in ("normal", "suspect", "anomalous")
    ] + [
        ('sentinel_images_received_total{product="plate"}', "SELECT count(*) FROM images"),
        ('sentinel_images_duplicate_total{product="plate"}', "SELECT count(*) FROM images WHERE duplicate_of IS NOT NULL"),
        ('sum(sentinel_images_failed_total{product="plate"})', "SELECT count(*) FROM images WHERE state = 'failed'"),
        ('sentinel_image_delay_seconds_count{product="plate"}', "SELECT count(*) FROM images WHERE verdict IS NOT NULL"),
    ]
    agree = True
    for expression, sql in pairs:
        counted, recorded = float(query(expression)[0]["value"][1]), one(sql)
        print(f"{expression}: {counted:.0f}, in the ledger {recorded}")
        agree &= counted == recorded
    return agree


def exemplars_are_known():
    found = get("PROMETHEUS", "/api/v1/query_exemplars", query="sentinel_image_score_ratio_bucket", start=time.time() - 3600, end=time.time())["data"]
    ids = {exemplar["labels"]["inspection_id"] for series in found for exemplar in series["exemplars"]}
    ledger = sqlite3.connect(f"file:{os.environ['LEDGER']}?mode=ro", uri=True)
    known = {row[0] for row in ledger.execute("SELECT id FROM images WHERE verdict IS NOT NULL")}
    print(f"{len(ids)} exemplars")
    return bool(ids) and ids <= known


def rules_work():
    rules = [rule for group in get("PROMETHEUS", "/api/v1/rules")["data"]["groups"] for rule in group["rules"]]
    for rule in rules:
        if rule["health"] != "ok":
            print(rule["name"], rule["health"], rule.get("lastError"))
    return len(rules) > 20 and all(rule["health"] == "ok" for rule in rules)


def dashboard_works(path):
    """Every query of every panel is answered; most of them with something."""
    with open(path, encoding="utf-8") as file:
        panels = json.load(file)["panels"]
    queries = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    answered = 0
    for written in queries:
        asked = written.replace("$__rate_interval", "1m").replace("$instance", ".*").replace("$product", ".*")
        try:
            answered += bool(query(asked))
        except urllib.error.HTTPError as refused:
            print(asked, refused.read().decode())
            return False
    print(f"{len(queries)} queries of the dashboard, {answered} with an answer now")
    return answered > len(queries) // 2


ANSWERS = {
    "is": value_is,
    "quiet": lambda alert: not states_of(alert),
    "states": goes_through,
    "alertmanager": alertmanager_has,
    "receiver": is_told_to,
    "ledger": equals_ledger,
    "exemplars": exemplars_are_known,
    "rules": rules_work,
    "dashboard": dashboard_works,
}

try:
    sys.exit(0 if ANSWERS[sys.argv[1]](*sys.argv[2:]) else 1)
except (urllib.error.URLError, ConnectionError, IndexError) as nothing:
    if sys.argv[1] not in ("is", "alertmanager", "receiver"):
        print(nothing)
    sys.exit(1)
