"""The real process under test."""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from ports import free_ports


class Host:
    def __init__(self, sentinel: str, data: Path, settings: dict[str, str], log: Path | None = None, prefix: list[str] = []) -> None:
        self.data = data
        self.address = f"http://127.0.0.1:{free_ports(1)[0]}"
        self._command = [*prefix, sentinel, "run", "--data", str(data)]
        self._log = log or data / "host.log"
        self._environment = {**os.environ, **settings, "Sentinel__Http__Urls": self.address}
        self._process: subprocess.Popen | None = None
        self.started = 0.0

    def start(self) -> None:
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)
        self.started = time.time()

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_megabytes(self) -> float:
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self._process.pid}/status").read_text())[1]) / 1024

    def inotify_instances(self) -> int:
        descriptors = Path(f"/proc/{self._process.pid}/fdinfo").iterdir()
        return sum("inotify wd:" in descriptor.read_text() for descriptor in descriptors)

    def metrics(self, name: str) -> dict[str, float]:
        """Every series of a metric: its labels, and its value."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {line.split(" ")[0][len(name):]: float(line.split(" ")[1]) for line in lines if line.startswith(name + "{")}

    def metrics_or_none(self, name: str) -> dict[str, float] | None:
        """Null as long as nobody answers or the metric has no series."""
        try:
            return self.metrics(name) or None
        except OSError:
            return None

    def is_ready(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.address}/readyz", timeout=10).status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def problems(self) -> str:
        """What /readyz gives as the reasons for not being ready; empty when it is."""
        try:
            return urllib.request.urlopen(f"{self.address}/readyz", timeout=10).read().decode() and ""
        except urllib.error.HTTPError as answer:
            return answer.read().decode()

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def tail(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-30:])


def model(sentinel: str, data: Path, products: list[str]) -> None:
    """Learns one small product and uses its model for all."""
    demo = data / "demo"
    learnt = subprocess.run([sentinel, "demo", "--data", str(demo), "--budget", "00:00:15", "--seed", "1"], capture_output=True, text=True)
    if learnt.returncode != 0:
        raise SystemExit(f"The demo failed: {learnt.stdout}{learnt.stderr}")
    for product in products:
        copy(demo / "models" / "plate", data / "models" / product, product)
    shutil.rmtree(demo)


def copy(models: Path, target: Path, product: str) -> None:
    """A manifest names its product, and champion.json the hash of the manifest."""
    shutil.copytree(models, target)
    champion = json.loads((target / "champion.json").read_text())
    for path in target.glob("*/manifest.json"):
        path.write_text(path.read_text().replace('"product": "plate"', f'"product": "{product}"'))
        if path.parent.name == champion["version"]:
            champion["manifest"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (target / "champion.json").write_text(json.dumps(champion))
