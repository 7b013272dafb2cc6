"""Writes pictures of plates that differ a little from one another: plates.py FOLDER COUNT [FIRST NUMBER]."""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "chaos"))
from pictures import png  # noqa: E402

folder, count, first = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
for number in range(first, first + count):
    noise = random.Random(number)
    rows = [bytes(90 + (x + y) % 16 * 4 + noise.randrange(12) for x in range(96)) for y in range(96)]
    (folder / f"{number:05}.png").write_bytes(png(96, 96, rows))
