"""See life.sh."""
import datetime
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from host import Host
from two_models import TwoModels, apart

SETTINGS = {"Sentinel__Training__Schedule": "0 0 3 1 1 ? 2099", "Sentinel__Training__AfterNewImages": "0", "Sentinel__Training__Budget": "00:02:00",
            "Sentinel__Drift__Probation": "0", "Logging__LogLevel__Default": "Warning"}
MOST_PAUSE, MOST_SLOWER, MOST_GROWTH = 200, 40, 50


def main(images: int, sentinel: str, trains: bool, tiles: Path | None) -> None:
    root = Path(tempfile.mkdtemp(prefix="sentinel-life-"))
    try:
        models = TwoModels(sentinel, root / "data", tiles)
        host = Host(sentinel, models.data, SETTINGS)
        host.start()
        try:
            wait(host, host.is_ready, "the host is ready", 60)
            publish(models, host, images)
            if trains:
                train(models, host, images)
        finally:
            host.kill()
        print(models.run("audit", "verify").strip())
    finally:
        shutil.rmtree(root)


def publish(models: TwoModels, host: Host, images: int) -> None:
    """Three publications while the images are on their way."""
    fill(models, "stream", images)
    switched = []
    for share, version in ((0.2, "1"), (0.5, "2"), (0.8, "1")):
        wait(host, lambda: len(results(models, "stream")) >= share * images, f"{share:.0%} of the images", 900)
        models.approve(version)
        switched.append(version)
    wait(host, lambda: len(results(models, "stream")) == images, "all images", 900)

    found = verdicts(models, "stream")
    assert len({result["sha256"] for result in found}) == images, "an image has two results, or none"
    for result in found:
        of_one_model(models, result)
    versions = [found[0]["modelVersion"]] + [b["modelVersion"] for a, b in zip(found, found[1:]) if a["modelVersion"] != b["modelVersion"]]
    assert versions == ["2", *switched], versions

    changed, other = [], []
    for a, b in zip(found, found[1:]):
        (other if a["modelVersion"] == b["modelVersion"] else changed).append(1000 * (moment(b) - moment(a)).total_seconds())
    usual = statistics.median(other)
    pauses = [gap - usual for gap in changed]
    print(f"{images} images of {models.product}, three publications: every result has the score of the one model that it names. "
          f"Between two images {usual:.0f} ms (median), at most {max(other):.0f} ms; where the model changed "
          f"{', '.join(f'{pause:+.0f}' for pause in pauses)} ms against the median: {held(max(pauses), MOST_PAUSE, 'ms')}.", flush=True)


def of_one_model(models: TwoModels, result: dict) -> None:
    version, number = result["modelVersion"], int(Path(result["file"]).stem.rpartition("-")[2])
    assert result["threshold"] == models.thresholds[version], f"{result['file']} bears the threshold of another model: {result}"
    expected = models.score(version, number)
    assert not apart(result["score"], expected), f"{result['file']} is scored by a mix: model {version} says {expected}, the result {result['score']}"


def train(models: TwoModels, host: Host, images: int) -> None:
    """The same number of images without and with a training beside them."""
    started = settled(host)
    fill(models, "alone", images)
    wait(host, lambda: len(results(models, "alone")) == images, "the images 'alone'", 900)
    alone = [moment(result) for result in verdicts(models, "alone")]
    before = settled(host)

    models.run("products", "train", "--product", models.product, "--set", f"Http:Urls={host.address}")
    wait(host, lambda: training(models, host) > 0.02, "the training is under way", 120)
    begun = now()
    fill(models, "beside", images)
    ended = now()
    while training(models, host) > 0 and len(results(models, "beside")) < images:
        ended = now()
        time.sleep(0.2)
    all_inspected = len(results(models, "beside")) == images
    wait(host, lambda: len(results(models, "beside")) == images and training(models, host) == 0, "the training and the images 'beside' end", 900)
    # Whichever ends first: images that are inspected after the training say nothing of it.
    assert all_inspected or (ended - begun).total_seconds() > 90, "the training ended before it had run beside the images for long enough"
    beside = [at for at in map(moment, verdicts(models, "beside")) if begun <= at <= ended]
    after = settled(host)

    slower = 100 * (pace(beside) / pace(alone) - 1)
    print(f"An image takes {1000 * pace(alone):.0f} ms alone and {1000 * pace(beside):.0f} ms beside a training, over {len(beside)} images that were inspected "
          f"while it ran: {slower:+.0f} %: {held(slower, MOST_SLOWER, '%')}.", flush=True)
    print(f"Resident memory of the host, at rest for 30 s: {started:.0f} MB; {before:.0f} MB after {images} images alone; {after:.0f} MB after as many with a training: "
          f"{after - before:+.0f} MB: {held(after - before, MOST_GROWTH, 'MB')}.", flush=True)


def held(value: float, limit: float, unit: str) -> str:
    return f"within the limit of {limit} {unit}" if value <= limit else f"OVER the limit of {limit} {unit}"


def pace(times: list[datetime.datetime]) -> float:
    """Seconds for each image."""
    return (times[-1] - times[0]).total_seconds() / (len(times) - 1)


def settled(host: Host) -> float:
    time.sleep(30)
    return statistics.median(sample(host) for _ in range(5))


def sample(host: Host) -> float:
    time.sleep(1)
    return host.resident_megabytes()


def training(models: TwoModels, host: Host) -> float:
    return (host.metrics_or_none("sentinel_training_progress_ratio") or {}).get(f'{{product="{models.product}"}}', 0)


def fill(models: TwoModels, name: str, images: int) -> None:
    """Good images again, each with other bytes behind its end, renamed into the inbox at once."""
    ready = models.data / "inbox" / models.product
    ready.mkdir(parents=True, exist_ok=True)
    for number in range(images):
        image = models.sent(number)
        unfinished = ready / f".{name}-{number}.tmp"
        unfinished.write_bytes(image.read_bytes() + os.urandom(16))
        unfinished.rename(ready / f"{name}-{number:05}{image.suffix}")


def verdicts(models: TwoModels, name: str) -> list[dict]:
    """In the order in which they were given."""
    return sorted((json.loads(path.read_text()) for path in results(models, name)), key=moment)


def moment(result: dict) -> datetime.datetime:
    """Times come with as many digits as they need, up to seven."""
    seconds, _, fraction = result["inspectedAt"].removesuffix("+00:00").removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(seconds) + datetime.timedelta(seconds=float(f"0.{fraction or 0}"))


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


def results(models: TwoModels, name: str) -> list[Path]:
    return list((models.data / "results" / models.product).glob(f"*/{name}-*.json"))


def wait(host: Host, holds, what: str, seconds: int) -> None:
    end = time.time() + seconds
    while not holds():
        assert time.time() < end and host.is_alive(), f"Not within {seconds} s: {what}. {host.tail()}"
        time.sleep(0.05)


if __name__ == "__main__":
    folder = Path(sys.argv[4])
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == "train", folder if folder.is_dir() else None)
