"""See chaos.sh."""
import collections
import datetime
import hashlib
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from host import Host, model
from pictures import picture
from senders import WAYS, Senders

PATIENCE = 300
SETTINGS = {
    "Sentinel__Training__Schedule": "0 0 3 1 1 ? 2099",
    "Sentinel__Inbox__ScanInterval": "00:00:01",
    "Sentinel__Inbox__QuietPeriod": "00:00:00.5",
    "Logging__LogLevel__Default": "Warning",
    **{f"Sentinel__Products__{product}__Inbox__Ready": sign for product, (_, sign) in WAYS.items()},
}


def main(kills: int, files: int, sentinel: str) -> None:
    seed = random.randrange(1 << 30)
    random.seed(seed)
    data = Path(tempfile.mkdtemp(prefix="sentinel-chaos-"))
    host = Host(sentinel, data, SETTINGS)
    try:
        model(sentinel, data, list(WAYS))
        print(f"{kills} kills while {files} files arrive; seed {seed} ...", flush=True)
        sent, moments = torment(host, Senders(data / "inbox"), kills, files)
        last = settle(host, Senders(data / "inbox"), data, sent, files)
        check(host, data, sent, last, moments)
        assert host.stop() == 0, "the host did not stop as told"
    except AssertionError as fault:
        print(host.tail())
        raise SystemExit(f"Chaos: {fault} (kept: {data})")
    finally:
        if host.is_alive():
            host.kill()
    shutil.rmtree(data)


def torment(host: Host, senders: Senders, kills: int, files: int) -> tuple[dict[str, str], list[float]]:
    """Files arrive in step with the kills. Gives the files sent, by hash, and how long each run of the host lived."""
    sent, moments = {}, []
    for kill in range(kills):
        host.start()
        moment = moment_to_kill(host)
        began = time.time() - host.started
        due = range(files * kill // kills, files * (kill + 1) // kills)
        for number in due:
            wait(host, moment - (moment - began) * (due.stop - number) / len(due))
            send(senders, sent, number)
        wait(host, moment)
        assert host.is_alive(), "the host ended by itself"
        host.kill()
        moments.append(moment)
        if (kill + 1) % 20 == 0:
            print(f"  {kill + 1} kills, {len(sent)} files sent", flush=True)
    senders.finish()
    return sent, moments


def moment_to_kill(host: Host) -> float:
    """Some runs end while they start, most in the middle of their work; counted from the start."""
    if random.random() < 0.2:
        return random.uniform(0.2, 3)
    while host.metrics_or_none("sentinel_model_info") is None:
        assert host.is_alive(), "the host ended by itself"
        time.sleep(0.1)
    return time.time() - host.started + random.uniform(0, 4)


def settle(host: Host, senders: Senders, data: Path, sent: dict[str, str], files: int) -> float:
    """The last run is left alone, with some more files; gives when it began."""
    host.start()
    for number in range(files, files + max(8, files // 20)):
        send(senders, sent, number)
    senders.finish()
    end = time.time() + PATIENCE + len(sent) / 4
    while archived(data) < len(sent):
        assert host.is_alive(), "the host ended by itself"
        assert time.time() < end, f"{len(sent) - archived(data)} of {len(sent)} files are not in the archive: {left(data)[:8]}"
        time.sleep(0.5)
    time.sleep(2)
    return host.started


def check(host: Host, data: Path, sent: dict[str, str], last: float, moments: list[float]) -> None:
    assert not left(data), f"files are left over: {left(data)[:8]}"
    originals = collections.Counter(digest(path) for path in (data / "archive").rglob("*") if path.is_file())
    lost = [sent[hash] for hash in sent if originals[hash] == 0]
    twice = [sent.get(hash, hash) for hash, count in originals.items() if count > 1]
    strange = [hash for hash in originals if hash not in sent]
    reports = collections.Counter(json.loads(path.read_text())["sha256"] for path in (data / "results").rglob("*.json"))
    ledger = sqlite3.connect(f"file:{data / 'sentinel.db'}?mode=ro", uri=True)
    rows = ledger.execute("SELECT sha256, state, verdict, inspected_at, received_at, product, duplicate_of, id FROM images").fetchall()
    verdicts = collections.Counter(row[0] for row in rows if row[2])
    without_pictures = sum(json.loads(path.read_text())["heatmap"] is None for path in (data / "results").rglob("*.json"))

    since = datetime.datetime.fromtimestamp(last, datetime.UTC).isoformat()
    new = collections.Counter((row[5], row[2]) for row in rows if row[2] and row[3] > since)
    counted = collections.Counter()
    for labels, value in host.metrics("sentinel_images_inspected_total").items():
        label = dict(pair.split("=") for pair in labels.strip("{}").replace('"', "").split(","))
        if value:
            counted[label["product"], label["verdict"]] += int(value)
    failed = sum(host.metrics("sentinel_images_failed_total").values())
    duplicates = sum(host.metrics("sentinel_images_duplicate_total").values())
    received = sum(host.metrics("sentinel_images_received_total").values())
    repeated = sum(row[6] is not None and row[3] > since for row in rows)
    # An id begins with the time of the first claim, in milliseconds; a file that an earlier run had claimed and put back keeps its own.
    claimed = sum(int(row[7].replace("-", "")[:12], 16) > last * 1000 for row in rows)

    print(f"Runs of the host: {len(moments)} killed after {min(moments):.1f} to {max(moments):.1f} s, one left alone.")
    print(f"Files: {len(sent)} sent, {sum(originals.values())} archived, {len(lost)} lost, {len(twice)} twice, {len(strange)} changed.")
    print(f"Ledger: {len(rows)} rows, {sum(verdicts.values())} verdicts, {sum(row[1] != 'filed' for row in rows)} not filed, "
          f"{sum(row[6] is not None for row in rows)} duplicates. Reports: {sum(reports.values())}, {without_pictures} without pictures.")
    print(f"Last run, ledger and metrics: {sum(new.values())} and {sum(counted.values())} verdicts, {repeated} and {duplicates:.0f} duplicates, "
          f"0 and {failed:.0f} set aside, {claimed} and {received:.0f} claimed for the first time.")
    assert not (lost or twice or strange), f"lost {lost[:5]}, twice {twice[:5]}, changed {strange[:5]}"
    assert set(verdicts) == set(sent) and max(verdicts.values()) == 1, "the ledger has not exactly one verdict for each file"
    assert len(rows) == len(sent) and all(row[1] == "filed" for row in rows), "the ledger has rows that are not filed images"
    assert set(reports) == set(sent) and max(reports.values()) == 1, "not exactly one report for each file"
    assert (failed, duplicates) == (0, repeated), f"the metrics count {failed} set aside and {duplicates} duplicates, the ledger has 0 and {repeated}"
    assert received == claimed, f"the metrics count {received} files claimed for the first time, the ledger has {claimed}"
    assert counted == new, f"the metrics count {counted}, the ledger has {new}"


def send(senders: Senders, sent: dict[str, str], number: int) -> None:
    ending, content = picture(number)
    sent[hashlib.sha256(content).hexdigest()] = f"{number:05}.{ending}"
    senders.send(number, ending, content)


def wait(host: Host, seconds: float) -> None:
    time.sleep(max(0.0, host.started + seconds - time.time()))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def archived(data: Path) -> int:
    return sum(path.is_file() for path in (data / "archive").rglob("*"))


def left(data: Path) -> list[str]:
    """Files where none should be at the end; a canary comes and goes."""
    found = [path for folder in ("inbox", ".work", "failed") for path in (data / folder).rglob("*") if path.is_file()]
    return [str(path.relative_to(data)) for path in found if not path.name.startswith(".sentinel-canary-")]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
