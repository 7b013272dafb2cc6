#!/usr/bin/python3
"""Sentinel's denoiser beside classical ones, by PSNR and SSIM on good images that no model learnt from.

    apt-get install -y --no-install-recommends python3-skimage python3-opencv python3-pil
    /usr/bin/python3 bench/peers/denoise.py --set DIR --model DIR [--images 40] [--seed 1]

Every method gets the same corrupted 8-bit image and is compared with the image as it came, at its own size. NL-means, TV and bilateral take a
strength; they are given the true one, the standard deviation of what was added, which no camera tells: that is in the peers' favour, and so are
the multiples of it below, which were chosen on good images of tiles and cookies. On clean images it is 0, and they return the image as it is. Sentinel and the median are told nothing.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
EQUAL = 100.0  # dB, of images without any difference; Sentinel's own figures say the same


def gaussian(sigma):
    def corrupt(image, random):
        return np.clip(np.rint(image + random.normal(0, sigma, image.shape)), 0, 255).astype(np.uint8)

    return corrupt


def salt_and_pepper(image, random):
    """5 % of the pixels, half of them black, half white, in all channels at once."""
    spoiled = image.copy()
    chance = random.random(image.shape[:2])
    spoiled[chance < 0.05] = 255
    spoiled[chance < 0.025] = 0
    return spoiled


def boxes(image, random):
    """Three boxes, each side 10 to 25 % of the image's, each filled with one random grey."""
    spoiled = image.copy()
    for _ in range(3):
        height, width = (int(round(side * random.uniform(0.10, 0.25))) for side in image.shape[:2])
        top, left = random.integers(image.shape[0] - height + 1), random.integers(image.shape[1] - width + 1)
        spoiled[top:top + height, left:left + width] = random.integers(256)
    return spoiled


CORRUPTIONS = {
    "Gaussian, sigma 10/255": gaussian(10),
    "Gaussian, sigma 25/255": gaussian(25),
    "Gaussian, sigma 50/255": gaussian(50),
    "salt and pepper, 5 %": salt_and_pepper,
    "three boxes": boxes,
    "clean": lambda image, random: image.copy(),
}


def of_strength(denoise):
    """A peer on 0..1 with the true sigma in that unit; nothing was added where it is 0, so nothing is taken away."""
    def peer(image, sigma):
        return image if sigma == 0 else np.clip(np.rint(denoise(image / 255, sigma / 255) * 255), 0, 255).astype(np.uint8)

    return peer


def channel_axis(image):
    return -1 if image.ndim == 3 else None


PEERS = {
    "median 3 x 3": lambda image, sigma: cv2.medianBlur(image, 3),
    "median 5 x 5": lambda image, sigma: cv2.medianBlur(image, 5),
    "NL-means": of_strength(lambda image, sigma: denoise_nl_means(
        image, patch_size=5, patch_distance=6, h=0.6 * sigma, sigma=sigma, fast_mode=True, channel_axis=channel_axis(image))),
    "TV (Chambolle)": of_strength(lambda image, sigma: denoise_tv_chambolle(image, weight=0.75 * sigma, channel_axis=channel_axis(image))),
    "bilateral": of_strength(lambda image, sigma: cv2.bilateralFilter(image.astype(np.float32), 0, 3 * sigma, 3)),
}


def psnr(image, reference):
    error = np.mean((image.astype(float) - reference) ** 2)
    return EQUAL if error == 0 else min(EQUAL, 10 * np.log10(255**2 / error))


def ssim(image, reference):
    """Gaussian window of sigma 1.5, as Wang et al. 2004 and as Sentinel's own figure."""
    return structural_similarity(
        image, reference, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, channel_axis=channel_axis(image))


def sentinel(executable, model, images):
    """What `sentinel denoise` makes of the images, all in one call."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given"), Path(folder, "made")
        given.mkdir()
        for i, image in enumerate(images):
            Image.fromarray(image).save(given / f"{i:05}.png")
        subprocess.run([executable, "denoise", given, "--model", model, "--out", made], check=True, stdout=subprocess.DEVNULL)
        return [np.asarray(Image.open(made / f"{i:05}.png.denoised.png")) for i in range(len(images))]


def read(file):
    image = Image.open(file)
    return np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))


def good_images(folder, most):
    """Evenly from the whole list, so that a few images are not all of one series."""
    files = sorted(file for file in Path(folder, "test", "good").iterdir() if file.suffix.lower() in SUFFIXES)
    chosen = files if len(files) <= most else [files[i * len(files) // most] for i in range(most)]
    return [read(file) for file in chosen]


def main():
    options = argparse.ArgumentParser(description="Compare Sentinel's denoiser with classical ones; prints a Markdown table.")
    options.add_argument("--set", required=True, help="folder in MVTec layout; the images of test/good are used")
    options.add_argument("--model", required=True, help="version folder of a model that was trained on train/good, say OUT/models/tile/1 of 'sentinel evaluate --out OUT'")
    options.add_argument("--sentinel", default="src/Sentinel.Worker/bin/Release/net10.0/linux-x64/sentinel", help="the executable (default: %(default)s)")
    options.add_argument("--images", type=int, default=40, help="at most this many images (default: %(default)s)")
    options.add_argument("--seed", type=int, default=1, help="of the corruptions (default: %(default)s)")
    given = options.parse_args()

    images = good_images(given.set, given.images)
    print(f"{Path(given.set).resolve().name}: {len(images)} good images, seed {given.seed}. Each cell: PSNR in dB / SSIM, means over the images.\n")
    print(f"| corruption | input | {' | '.join(PEERS)} | Sentinel |")
    print(f"| --- |{' ---: |' * (len(PEERS) + 2)}")
    for kind, (name, corrupt) in enumerate(CORRUPTIONS.items()):
        spoiled = [corrupt(image, np.random.default_rng([given.seed, kind, i])) for i, image in enumerate(images)]
        sigmas = [np.std(bad.astype(float) - image) for bad, image in zip(spoiled, images)]
        results = [spoiled, *([peer(bad, sigma) for bad, sigma in zip(spoiled, sigmas)] for peer in PEERS.values()), sentinel(given.sentinel, given.model, spoiled)]
        cells = [f"{np.mean([psnr(a, b) for a, b in zip(made, images)]):.1f} / {np.mean([ssim(a, b) for a, b in zip(made, images)]):.3f}" for made in results]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
