"""How files come into an inbox, well-behaved and otherwise."""
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def copy(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def rename(folder: Path, name: str, content: bytes) -> None:
    unfinished = folder / f".{name}.part"
    unfinished.write_bytes(content)
    os.rename(unfinished, folder / name)


def pieces(folder: Path, name: str, content: bytes) -> None:
    """Several pieces with pauses longer than the quiet period between some of them."""
    cuts = sorted(random.sample(range(1, len(content)), 3))
    with open(folder / name, "wb", buffering=0) as file:
        for start, end in zip([0, *cuts], [*cuts, len(content)]):
            file.write(content[start:end])
            time.sleep(random.uniform(0, 1.2))


def marker(folder: Path, name: str, content: bytes) -> None:
    pieces(folder, name, content)
    (folder / f"{name}.done").touch()


# The product that gets its files in this way, and the sign that it waits for.
WAYS = {"bolt": (copy, "quiet"), "washer": (rename, "rename"), "gear": (pieces, "quiet"), "nut": (marker, "marker")}


class Senders:
    """Sends each file when its time has come, from many threads; remembers nothing but what failed."""

    def __init__(self, inbox: Path) -> None:
        self.inbox = inbox
        self._pool = ThreadPoolExecutor(24)
        self._sent = []
        for product in WAYS:
            (inbox / product).mkdir(parents=True, exist_ok=True)

    def send(self, number: int, ending: str, content: bytes) -> None:
        product = list(WAYS)[number % len(WAYS)]
        self._sent.append(self._pool.submit(WAYS[product][0], self.inbox / product, f"{number:05}.{ending}", content))

    def finish(self) -> None:
        """Waits for the last piece; raises what went wrong in any sender."""
        for sent in self._sent:
            sent.result()
        self._sent.clear()
