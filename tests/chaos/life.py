"""See life.sh."""
import datetime
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from host import Host

PRODUCT = "plate"
SETTINGS = {"Sentinel__Training__Schedule": "0 0 3 1 1 ? 2099", "Sentinel__Training__AfterNewImages": "0", "Sentinel__Training__Budget": "00:02:00",
            "Sentinel__Drift__Probation": "0", "Logging__LogLevel__Default": "Warning"}


def main(images: int, sentinel: str, trains: bool) -> None:
    root = Path(tempfile.mkdtemp(prefix="sentinel-life-"))
    try:
        data = learn(sentinel, root)
        # The same weights with other thresholds: a second model that costs no training.
        run(sentinel, data, "what-if", "--product", PRODUCT, "--budget", "10%", "--suspect", "20%", "--apply")
        thresholds = {version: manifest(data, version)["calibration"]["threshold"] for version in ("1", "2")}
        assert thresholds["1"] != thresholds["2"], thresholds
        host = Host(sentinel, data, free_port(), SETTINGS)
        host.start()
        try:
            wait(host, host.is_ready, "the host is ready", 60)
            publish(sentinel, host, images, thresholds)
            if trains:
                train(sentinel, host, images)
        finally:
            host.kill()
        print(run(sentinel, data, "audit", "verify").strip())
    finally:
        shutil.rmtree(root)


def publish(sentinel: str, host: Host, images: int, thresholds: dict[str, float]) -> None:
    """Three publications while the images are on their way."""
    fill(host.data, "stream", images)
    switched = []
    for share, version in ((0.2, "1"), (0.5, "2"), (0.8, "1")):
        wait(host, lambda: len(results(host.data, "stream")) >= share * images, f"{share:.0%} of the images", 600)
        run(sentinel, host.data, "models", "approve", "--product", PRODUCT, "--model", version)
        switched.append(version)
    wait(host, lambda: len(results(host.data, "stream")) == images, "all images", 600)

    found = sorted((json.loads(path.read_text()) for path in results(host.data, "stream")), key=lambda result: moment(result["inspectedAt"]))
    assert len({result["sha256"] for result in found}) == images, "an image has two results, or none"
    for result in found:
        assert result["threshold"] == thresholds[result["modelVersion"]], f"{result['file']} is scored by a mix: {result}"
    versions = [found[0]["modelVersion"]] + [b["modelVersion"] for a, b in zip(found, found[1:]) if a["modelVersion"] != b["modelVersion"]]
    assert versions == ["2", *switched], versions
    times = [moment(result["inspectedAt"]) for result in found]
    gaps = [1000 * (b - a).total_seconds() for a, b in zip(times, times[1:])]
    pauses = [gap for gap, a, b in zip(gaps, found, found[1:]) if a["modelVersion"] != b["modelVersion"]]
    print(f"{images} images, three publications: every result is of one model. Between two images {statistics.median(gaps):.0f} ms (median), at most "
          f"{max(gaps):.0f} ms; where the model changed {', '.join(f'{pause:.0f}' for pause in pauses)} ms.", flush=True)


def train(sentinel: str, host: Host, images: int) -> None:
    """The same number of images without and with a training beside them."""
    alone = timed(host, "alone", images)
    before = host.resident_megabytes()
    run(sentinel, host.data, "products", "train", "--product", PRODUCT, "--set", f"Http:Urls={host.address}")
    wait(host, lambda: training(host) > 0.05, "the training is under way", 120)
    beside = timed(host, "beside", images)
    still = training(host) > 0
    wait(host, lambda: training(host) == 0, "the training ends", 400)
    time.sleep(5)
    print(f"{images} images alone in {alone:.0f} s, beside a training of 2 minutes in {beside:.0f} s: {100 * (beside / alone - 1):+.0f} % "
          f"({'it ran all the while' if still else 'it ended before them'}). Resident memory of the host {before:.0f} MB before, {host.resident_megabytes():.0f} MB after.", flush=True)


def timed(host: Host, name: str, images: int) -> float:
    start = time.time()
    fill(host.data, name, images)
    wait(host, lambda: len(results(host.data, name)) == images, f"the images '{name}'", 900)
    return time.time() - start


def training(host: Host) -> float:
    return (host.metrics_or_none("sentinel_training_progress_ratio") or {}).get(f'{{product="{PRODUCT}"}}', 0)


def learn(sentinel: str, root: Path) -> Path:
    data = root / "demo"
    learnt = subprocess.run([sentinel, "demo", "--data", str(data), "--budget", "00:00:20", "--seed", "1"], capture_output=True, text=True)
    assert learnt.returncode == 0, learnt.stdout + learnt.stderr
    return data


def fill(data: Path, name: str, images: int) -> None:
    """Good images again, each with other bytes behind its end, renamed into the inbox at once."""
    good = [path.read_bytes() for path in sorted((data / "good" / PRODUCT).iterdir()) if path.suffix == ".png"]
    ready = data / "inbox" / PRODUCT
    for number in range(images):
        unfinished = ready / f".{name}-{number}.tmp"
        unfinished.write_bytes(good[number % len(good)] + os.urandom(16))
        unfinished.rename(ready / f"{name}-{number:05}.png")


def moment(text: str) -> datetime.datetime:
    """Times come with as many digits as they need, up to seven."""
    seconds, _, fraction = text.removesuffix("+00:00").removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(seconds) + datetime.timedelta(seconds=float(f"0.{fraction or 0}"))


def results(data: Path, name: str) -> list[Path]:
    return list((data / "results" / PRODUCT).glob(f"*/{name}-*.png.json"))


def manifest(data: Path, version: str) -> dict:
    return json.loads((data / "models" / PRODUCT / version / "manifest.json").read_text())


def run(sentinel: str, data: Path, *arguments: str) -> str:
    done = subprocess.run([sentinel, *arguments, "--data", str(data)], capture_output=True, text=True)
    assert done.returncode == 0, f"sentinel {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def wait(host: Host, holds, what: str, seconds: int) -> None:
    end = time.time() + seconds
    while not holds():
        assert time.time() < end and host.is_alive(), f"Not within {seconds} s: {what}. {host.tail()}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == "train")
