"""A product with two models of different weights, and what each of them says of every image that is sent later."""
import json
import shutil
import subprocess
from pathlib import Path

VERSIONS = ("1", "2")


class TwoModels:
    def __init__(self, sentinel: str, data: Path, tiles: Path | None) -> None:
        """The real tiles where they are, drawn plates otherwise. Version 2 is in use in the end."""
        self._sentinel = sentinel
        self.data = data
        self.product = "tile" if tiles else "plate"
        self.images = self._real(tiles) if tiles else self._drawn()
        self._train(seed=2, budget="00:01:00" if tiles else "00:00:20")
        assert self._manifest("1")["files"]["weights.dat"] != self._manifest("2")["files"]["weights.dat"], "both versions have the same weights"
        self.thresholds = {version: self._manifest(version)["calibration"]["threshold"] for version in VERSIONS}
        self._scores = {version: self._score(version) for version in VERSIONS}
        told = sum(apart(one, other) for one, other in zip(*self._scores.values()))
        assert told > 0.9 * len(self.images), f"only {told} of {len(self.images)} images score differently: a mix would not be seen"

    def sent(self, number: int) -> Path:
        """The image that is sent in this place."""
        return self.images[number % len(self.images)]

    def score(self, version: str, number: int) -> float:
        """What a version says of the image that was sent in this place."""
        return self._scores[version][number % len(self.images)]

    def run(self, *arguments: str) -> str:
        done = subprocess.run([self._sentinel, *arguments, "--data", str(self.data)], capture_output=True, text=True)
        assert done.returncode == 0, f"sentinel {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def approve(self, version: str) -> None:
        self.run("models", "approve", "--product", self.product, "--model", version)

    def _real(self, tiles: Path) -> list[Path]:
        """Learns from the good tiles; sends those that are kept for tests."""
        shutil.copytree(tiles / "train" / "good", self.data / "good" / self.product)
        self._train(seed=1, budget="00:01:00")
        return sorted((tiles / "test" / "good").iterdir())

    def _drawn(self) -> list[Path]:
        self.run("demo", "--budget", "00:00:20", "--seed", "1")
        return sorted(path for path in (self.data / "good" / self.product).iterdir() if path.suffix == ".png")

    def _train(self, seed: int, budget: str) -> None:
        self.run("train", "--product", self.product, "--seed", str(seed), "--budget", budget, "--json")

    def _score(self, version: str) -> list[float]:
        self.approve(version)
        lines = self.run("score", *map(str, self.images), "--product", self.product, "--json").splitlines()
        answers = [json.loads(line) for line in lines]
        assert len(answers) == len(self.images) and {answer["modelVersion"] for answer in answers} == {version}, lines[:1]
        return [answer["score"] for answer in answers]

    def _manifest(self, version: str) -> dict:
        return json.loads((self.data / "models" / self.product / version / "manifest.json").read_text())


def apart(one: float, other: float) -> bool:
    """Further than two machines, or two batches, may be from each other."""
    return abs(one - other) > 1e-3 * max(one, other)
