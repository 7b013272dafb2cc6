"""A host that is not root meets a file that it may not read and a folder that it may not take files from."""
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from host import Host
from pictures import picture

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def other_user(sentinel: str, root: Path, models: Path, settings: dict[str, str], until: Callable) -> None:
    if subprocess.run([*AS_NOBODY, "test", "-x", sentinel], capture_output=True).returncode != 0:
        print(f"Rights: not tried, because user {NOBODY} cannot reach {sentinel}.")
        return
    data = root / "rights"
    shutil.copytree(models, data / "models")
    folder = data / "inbox" / "plate"
    folder.mkdir(parents=True)
    root.chmod(0o755)
    for path in [data, *data.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    host = Host(sentinel, data, {**settings, "HOME": str(data)}, root / "rights.log", AS_NOBODY)
    host.start()
    try:
        until(host, host.is_ready, "the host is ready")
        locked = put(folder, 1, 0o600)
        put(folder, 2, 0o644)
        until(host, lambda: archived(data) == 1, "the readable one of two files is filed")
        until(host, lambda: host.metrics("sentinel_inbox_unreadable_files")['{product="plate"}'] == 1, "a metric shows the other")
        assert host.is_ready(), "one file made the host unready"
        assert "may not read" in host.log() and f"sudo chmod a+r {locked}" in doctor(sentinel, data, host), "log or doctor do not name the file"
        os.chown(locked, NOBODY, NOBODY)
        until(host, lambda: archived(data) == 2, "the file is filed once it may be read")

        os.chown(folder, 0, 0)
        put(folder, 3, 0o644)
        until(host, lambda: "cannot be taken out of" in host.problems(), "/readyz names the folder that may not be changed")
        assert host.metrics("sentinel_inbox_available")['{product="plate"}'] == 0, "no metric shows the folder"
        os.chown(folder, NOBODY, NOBODY)
        until(host, lambda: archived(data) == 3 and host.is_ready(), "the file is filed once the folder may be changed")
        assert not list((data / "failed").rglob("*.reason.json")), "an image was blamed"
        print("Rights: a file that may not be read waits alone, a folder that may not be changed is its product's problem; both recover.")
    finally:
        host.kill()


def put(folder: Path, number: int, mode: int) -> Path:
    ending, content = picture(number)
    unfinished, path = folder / f".{number}.{ending}", folder / f"{number}.{ending}"
    unfinished.write_bytes(content)
    unfinished.chmod(mode)
    os.rename(unfinished, path)
    return path


def doctor(sentinel: str, data: Path, host: Host) -> str:
    done = subprocess.run([*AS_NOBODY, sentinel, "inbox", "doctor", "--json", "--data", str(data), "--set", f"Http:Urls={host.address}"],
                          capture_output=True, text=True, env={**os.environ, "HOME": str(data)})
    return " ".join(finding["fix"] for finding in json.loads(done.stdout)["findings"])


def archived(data: Path) -> int:
    return sum(path.is_file() for path in (data / "archive").rglob("*"))
