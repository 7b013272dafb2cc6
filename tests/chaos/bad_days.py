"""See bad-days.sh."""
import collections
import contextlib
import dataclasses
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from host import Host, model
from pictures import picture
from rights import other_user

FILES = 12
PATIENCE = 120
SETTINGS = {
    "Sentinel__Training__Schedule": "0 0 3 1 1 ? 2099",
    "Sentinel__Inbox__Ready": "rename",
    "Sentinel__Inbox__ScanInterval": "00:00:01",
    "Sentinel__Storage__FreeSpaceFloor": "0",
}


def main(sentinel: str) -> None:
    root = Path(tempfile.mkdtemp(prefix="sentinel-bad-days-"))
    disk, data = root / "disk", root / "data"
    disk.mkdir()
    data.mkdir()
    host = Host(sentinel, data, SETTINGS, root / "host.log")
    sent: dict[str, str] = {}
    try:
        mount("-t", "tmpfs", "-o", "size=96m", "tmpfs", disk)
        mount("--bind", disk, data)
        model(sentinel, root, ["plate"])
        shutil.copytree(root / "models", disk / "models")
        host.start()
        until(host, host.is_ready, "the host is ready")
        for number, (name, day) in enumerate(DAYS.items()):
            suffer(host, disk, sent, 2 * number * FILES, name, day)
        check(host, disk, sent)
        assert host.stop() == 0, "the host did not stop as told"
        other_user(sentinel, root, root / "models", SETTINGS, until)
    except AssertionError as fault:
        raise SystemExit(f"Bad days: {fault}\n{host.tail()}") from fault
    finally:
        if host.is_alive():
            host.kill()
        for place in (data / "results", data, disk):
            subprocess.run(["umount", "-l", str(place)], capture_output=True)
        shutil.rmtree(root, ignore_errors=True)


def suffer(host: Host, disk: Path, sent: dict[str, str], first: int, name: str, day: "Day") -> None:
    """
    One bad day. Files are in flight when it begins, more arrive in its middle; /readyz, the log and a metric must give this day's reason and
    no other; then all is well again, and each file must get its verdict without a restart.
    """
    folder = disk / "inbox" / "plate"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + 2 * FILES):
        ending, content = picture(number)
        (folder / f".{number:03}.{ending}").write_bytes(content)
        sent[hashlib.sha256(content).hexdigest()] = f"{number:03}.{ending}"
    logged, before = len(host.log()), len(archived(disk))
    arrive(folder, range(first, first + FILES))
    until(host, lambda: len(archived(disk)) > before, "the first file of the day is filed", pause=0.01)
    with day.fault(host, disk):
        began, in_flight = time.time(), sum(path.is_file() for path in (disk / ".work").rglob("*"))
        arrive(folder, range(first + FILES, first + 2 * FILES))
        until(host, lambda: day.is_reason(host.problems()), f"/readyz gives the reason, like {day.says}")
        problems = json.loads(host.problems())["problems"]
        until(host, lambda: re.search(day.logs, host.log()[logged:]), f"the log says why, like {day.logs}")
        until(host, lambda: day.is_measured(host), "a metric shows it")
    mended = time.time()
    until(host, lambda: len(archived(disk)) == len(sent), "every image is filed")
    until(host, host.is_ready, "the host is ready again")
    until(host, lambda: host.metrics("sentinel_intake_paused")["{}"] == 0 and 0 not in host.metrics("sentinel_inbox_available").values(), "no metric complains")
    print(f"{name}: {in_flight} of {2 * FILES} images were in work when it began; {mended - began:.0f} s long; all filed {time.time() - mended:.0f} s after it. {problems}", flush=True)


def arrive(folder: Path, numbers: range) -> None:
    for number in numbers:
        for unfinished in folder.glob(f".{number:03}.*"):
            os.rename(unfinished, folder / unfinished.name[1:])


def is_paused(host: Host) -> bool:
    return host.metrics("sentinel_intake_paused")["{}"] == 1


def is_unavailable(host: Host) -> bool:
    return 0 in host.metrics("sentinel_inbox_available").values()


@contextlib.contextmanager
def full_disk(host: Host, disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
    with open(ballast, "ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x"):
            pass
    yield
    time.sleep(3)
    ballast.unlink()


@contextlib.contextmanager
def read_only_results(host: Host, disk: Path) -> Iterator[None]:
    results = host.data / "results"
    mount("--bind", results, results)
    mount("-o", "remount,bind,ro", results)
    yield
    time.sleep(3)
    subprocess.run(["umount", "-l", str(results)], check=True)


@contextlib.contextmanager
def locked_ledger(host: Host, disk: Path) -> Iterator[None]:
    ledger = sqlite3.connect(disk / "sentinel.db", isolation_level=None, timeout=30)
    ledger.execute("BEGIN IMMEDIATE")
    end = time.time() + 30
    yield
    time.sleep(max(0.0, end - time.time()))
    ledger.execute("ROLLBACK")
    ledger.close()


@contextlib.contextmanager
def unmounted_root(host: Host, disk: Path) -> Iterator[None]:
    subprocess.run(["umount", "-l", str(host.data)], check=True)
    yield
    time.sleep(10)
    strays = [path for path in host.data.rglob("*") if path.is_file()]
    mount("--bind", disk, host.data)
    assert not strays, f"files were written below the missing mount: {strays}"


@dataclasses.dataclass
class Day:
    fault: Callable
    part: str
    """The part of the host that has the problem, by /readyz."""
    says: str
    """What it says of it."""
    logs: str
    is_measured: Callable[[Host], bool]

    def is_reason(self, answer: str) -> bool:
        return answer != "" and re.search(self.says, json.loads(answer)["problems"].get(self.part, "")) is not None


# The inbox alone cannot be unmounted: it shares its file system with .work and archive, which is checked at the start. The data root can.
DAYS = {
    "Full disk": Day(full_disk, "storage", "No space left|disk is full|database or disk", "Intake is paused. .*(No space left|disk is full|database or disk)", is_paused),
    "Read-only results": Day(read_only_results, "storage", "Read-only file system", "Intake is paused. .*Read-only file system", is_paused),
    "Locked ledger": Day(locked_ledger, "storage", "database is locked", "Intake is paused. .*database is locked", is_paused),
    "Unmounted data root": Day(unmounted_root, "inbox", "is a mount missing|is not there", "The inbox is unavailable: ", is_unavailable),
}


def check(host: Host, disk: Path, sent: dict[str, str]) -> None:
    originals = collections.Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in archived(disk))
    reports = collections.Counter(json.loads(path.read_text())["sha256"] for path in (disk / "results").rglob("*.json"))
    ledger = sqlite3.connect(f"file:{disk / 'sentinel.db'}?mode=ro", uri=True)
    rows = ledger.execute("SELECT sha256, state, verdict FROM images").fetchall()
    print(f"{len(sent)} sent, {sum(originals.values())} archived, {sum(reports.values())} reports, {len(rows)} rows.")
    once = dict.fromkeys(sent, 1)
    assert originals == once, "not exactly one original for each file"
    assert reports == once, "not exactly one report for each file"
    assert collections.Counter(row[0] for row in rows) == once, "not exactly one row for each file"
    assert all(state == "filed" and verdict for _, state, verdict in rows), "a row is not filed or has no verdict"
    failed = [path for path in (disk / "failed").rglob("*") if path.is_file()]
    assert not failed, f"images were blamed: {failed}"


def until(host: Host, happened: Callable[[], bool], what: str, pause: float = 0.2) -> None:
    end = time.time() + PATIENCE
    while True:
        assert host.is_alive(), f"the host ended while waiting until {what}"
        with contextlib.suppress(TimeoutError):
            if happened():
                return
        assert time.time() < end, f"it did not happen within {PATIENCE} s that {what}; not ready: {host.problems()}"
        time.sleep(pause)


def archived(disk: Path) -> list[Path]:
    return [path for path in (disk / "archive").rglob("*") if path.is_file()]


def mount(*arguments: object) -> None:
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"Bad days needs the right to mount: {done.stderr.strip()}")


if __name__ == "__main__":
    main(sys.argv[1])
