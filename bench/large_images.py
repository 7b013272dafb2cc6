#!/usr/bin/python3
"""Draws plates of 1600 x 1200 pixels with and without defects a few pixels wide, as a folder that `sentinel evaluate` takes.

    apt-get install -y --no-install-recommends python3-numpy python3-scipy python3-pil
    /usr/bin/python3 bench/large_images.py --out DIR [--seed 4]

44 good plates to learn from; 12 good ones, 12 with a speck of 5 to 9 pixels and 12 with a hairline of 1.6 to 2.6 pixels to judge.
"""
import argparse
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

WIDTH, HEIGHT = 1600, 1200
HOLES = [(300, 300, 70), (1300, 300, 70), (300, 900, 70), (1300, 900, 70), (800, 600, 150)]
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]


def good(random):
    """Brushed metal under light that is never quite the same, with five holes that lie a few pixels off."""
    light = 0.5 + 0.06 * np.sin(X / WIDTH * 3 + random.random() * 0.4) + 0.04 * (Y / HEIGHT - 0.5) + 0.03 * (random.random() - 0.5)
    grain = gaussian_filter(random.standard_normal((HEIGHT, WIDTH)), (0.6, 6))
    plate = light + grain * 0.025 / grain.std()
    off_x, off_y = random.normal(0, 3, 2)
    for x, y, radius in HOLES:
        hole = np.clip(radius - np.hypot(X - x - off_x, Y - y - off_y) + 0.5, 0, 1)
        plate = plate * (1 - hole) + 0.15 * hole
    return plate + random.normal(0, 0.01, plate.shape)


def sign(random):
    return 1 if random.random() < 0.5 else -1


def speck(plate, random):
    x, y, radius = random.integers(100, WIDTH - 100), random.integers(100, HEIGHT - 100), 2.5 + 2 * random.random()
    return plate + sign(random) * (0.2 + 0.2 * random.random()) * np.clip(radius - np.hypot(X - x, Y - y) + 0.5, 0, 1)


def hairline(plate, random):
    x, y, angle = random.integers(200, WIDTH - 200), random.integers(200, HEIGHT - 200), random.random() * np.pi
    length, radius = 80 + 120 * random.random(), 0.8 + 0.5 * random.random()
    along = (X - x) * np.cos(angle) + (Y - y) * np.sin(angle)
    across = (Y - y) * np.cos(angle) - (X - x) * np.sin(angle) + 6 * np.sin(along / 30)
    line = np.clip(radius + 0.5 - np.abs(across), 0, 1) * (np.abs(along) < length / 2)
    return plate + sign(random) * (0.15 + 0.2 * random.random()) * line


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--seed", type=int, default=4)
    given = options.parse_args()
    random = np.random.default_rng(given.seed)
    for folder, count, spoil in [
        ("train/good", 44, None), ("test/good", 12, None), ("test/speck", 12, speck), ("test/hairline", 12, hairline)
    ]:
        (given.out / folder).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            plate = good(random)
            plate = plate if spoil is None else spoil(plate, random)
            Image.fromarray((np.clip(plate, 0, 1) * 255 + 0.5).astype(np.uint8)).save(given.out / folder / f"{i:03}.png")


if __name__ == "__main__":
    main()
