#!/usr/bin/env python3
"""Trains Sentinel's general encoder on a graphics card, which sees in four minutes what `pretrain encoder` sees in days on two cores.

The network is that of ClassifierNetwork.cs with one more block at 1/16, which is thrown away like the classifier, and the file is the one that
`pretrain encoder` writes. Needs PyTorch, numpy and Pillow; runs on a processor too, slowly.

    train_on_gpu.py --images tiny-imagenet-200/train --photographs 101_ObjectCategories --validation tiny-imagenet-200/val-classes --out general-encoder.safetensors
"""
import argparse
import hashlib
import io
import json
import math
import os
import random
import struct
import time
from multiprocessing import Pool

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

MEAN, DEVIATION = 0.45, 0.27  # of GeneralEncoder.cs
SMALL_SIDE, PHOTO_HEIGHT, PHOTO_WIDTH = 64, 160, 240
QUALITY_SMALL, QUALITY_PHOTO = 60, 68  # pictures were recompressed as WebP to travel to the machine with the card
BATCH, PEAK_RATE, DECAY, WARM_UP, SMOOTHING = 512, 0.5, 1.5e-4, 0.04, 0.1
SHARE_OF_PHOTOGRAPHS = 0.25
PARTS = ("stem", "half", "quarter1", "quarter2", "eighth1", "eighth2")  # of GeneralEncoder.cs


class ConvolutionAndNorm(nn.Module):
    def __init__(self, channels_in, channels_out, kernel, stride):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, channels_out, kernel, stride, (kernel - 1) // 2, bias=False)
        self.norm = nn.BatchNorm2d(channels_out)
        nn.init.normal_(self.convolution.weight, std=math.sqrt(2 / (channels_out * kernel * kernel)))

    def forward(self, x):
        return self.norm(self.convolution(x))

    def folded(self):
        gain = self.norm.weight / (self.norm.running_var + self.norm.eps).sqrt()
        weight = self.convolution.weight * gain[:, None, None, None]
        return weight.detach().float().cpu().numpy(), (self.norm.bias - self.norm.running_mean * gain).detach().float().cpu().numpy()


class Block(nn.Module):
    def __init__(self, channels_in, channels_out):
        super().__init__()
        widens = channels_in != channels_out
        self.first = ConvolutionAndNorm(channels_in, channels_out, 3, 2 if widens else 1)
        self.second = ConvolutionAndNorm(channels_out, channels_out, 3, 1)
        self.shortcut = ConvolutionAndNorm(channels_in, channels_out, 1, 1) if widens else None
        nn.init.constant_(self.second.norm.weight, 0.2)

    def forward(self, x):
        around = x if self.shortcut is None else self.shortcut(F.avg_pool2d(x, 2))
        return F.relu(self.second(F.relu(self.first(x))) + around)


class Network(nn.Module):
    """The encoder, two blocks at 1/16, the mean over the picture."""

    def __init__(self, width):
        super().__init__()
        self.encoder = nn.ModuleList([
            ConvolutionAndNorm(3, width, 3, 2), Block(width, width), Block(width, 2 * width), Block(2 * width, 2 * width),
            Block(2 * width, 4 * width), Block(4 * width, 4 * width)])
        self.beyond = nn.Sequential(Block(4 * width, 8 * width), Block(8 * width, 8 * width))

    def forward(self, x):
        x = F.relu(self.encoder[0]((x - MEAN) / DEVIATION))
        for block in self.encoder[1:]:
            x = block(x)
        return self.beyond(x).mean((2, 3))

    def folded(self):
        weights = {}
        for name, part in zip(PARTS, self.encoder):
            layers = {name: part} if isinstance(part, ConvolutionAndNorm) else {
                f"{name}.{layer}": getattr(part, layer) for layer in ("first", "second", "shortcut") if getattr(part, layer) is not None}
            for layer_name, layer in layers.items():
                weights[layer_name + ".weight"], weights[layer_name + ".bias"] = layer.folded()
        return weights


def recompressed(picture, quality):
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=quality, method=4)
    return np.asarray(Image.open(stream).convert("RGB")).transpose(2, 0, 1)


def read_small(path):
    return recompressed(Image.open(path).convert("RGB"), QUALITY_SMALL)


def read_photograph(path):
    """Shorter side at most 160 pixels, laid on its longer side, its middle 160 x 240."""
    picture = Image.open(path).convert("RGB")
    scale = min(1, PHOTO_HEIGHT / min(picture.size))
    values = recompressed(picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.LANCZOS), QUALITY_PHOTO)
    values = values.transpose(0, 2, 1) if values.shape[1] > values.shape[2] else values
    lacking = [max(0, side - has) for side, has in zip((PHOTO_HEIGHT, PHOTO_WIDTH), values.shape[1:])]
    values = np.pad(values, ((0, 0), (0, lacking[0]), (0, lacking[1])), mode="reflect")
    top, left = (values.shape[1] - PHOTO_HEIGHT) // 2, (values.shape[2] - PHOTO_WIDTH) // 2
    return values[:, top:top + PHOTO_HEIGHT, left:left + PHOTO_WIDTH]


def labelled(folder):
    """Paths below a folder of class folders, and the number of each one's class."""
    classes = sorted(entry for entry in os.listdir(folder) if entry != "BACKGROUND_Google")
    return [(os.path.join(root, file), number) for number, name in enumerate(classes)
            for root, _, files in sorted(os.walk(os.path.join(folder, name))) for file in sorted(files) if file.lower().endswith((".jpg", ".jpeg", ".png"))]


def load(entries, read, device):
    with Pool() as pool:
        pictures = np.stack(pool.map(read, [path for path, _ in entries], chunksize=100))
    return torch.from_numpy(pictures).to(device), torch.tensor([number for _, number in entries], device=device)


def windows(bank, chosen, size, smallest, largest):
    """Windows of nearly square shape, mirrored half of the time: [n, 3, size, size], 0..1."""
    pictures, device = bank[chosen], bank.device
    count, _, height, width = pictures.shape
    side = torch.exp(torch.rand(count, device=device) * math.log(largest / smallest)) * smallest
    proportion = torch.exp((torch.rand(count, device=device) - 0.5) * 0.4)
    wide, high = (side * proportion).clamp(max=width), (side / proportion).clamp(max=height)
    x = wide / 2 + torch.rand(count, device=device) * (width - wide)
    y = high / 2 + torch.rand(count, device=device) * (height - high)
    zero, mirror = torch.zeros(count, device=device), torch.where(torch.rand(count, device=device) < 0.5, -1.0, 1.0)
    placing = torch.stack([torch.stack([mirror * wide / width, zero, 2 * x / width - 1], 1), torch.stack([zero, high / height, 2 * y / height - 1], 1)], 1)
    at = F.affine_grid(placing, (count, 3, size, size), align_corners=False)
    return F.grid_sample(pictures.float() / 255, at, padding_mode="reflection", align_corners=False)


def varied(x):
    """30 % grey, other colours, contrast and light, some a little blurred or noisy."""
    def each():
        return torch.rand(len(x), 1, 1, 1, device=x.device)

    def grey_of(x):
        return (x * torch.tensor([0.299, 0.587, 0.114], device=x.device).view(1, 3, 1, 1)).sum(1, keepdim=True)

    grey = grey_of(x)
    x = (grey + (x - grey) * (0.7 + 0.6 * each())) * (1 + 0.3 * (torch.rand(len(x), 3, 1, 1, device=x.device) - 0.5))
    x = torch.where(each() < 0.3, grey.expand_as(x), x)
    contrast = 0.7 + 0.6 * each()
    x = contrast * x + 0.5 * (1 - contrast) + 0.3 * (each() - 0.5)
    share = each()
    x = torch.where(each() < 0.2, x * share + F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), 3, 1) * (1 - share), x)
    return torch.where(each() < 0.15, x + torch.randn_like(x) * 0.08 * each(), x)


def write(weights, path, facts):
    """The layout of TensorFile.cs: kernels as bytes with a scale for each output channel."""
    header, parts, end = {"__metadata__": facts}, [], 0

    def add(name, values, kind):
        nonlocal end
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [end, end + values.nbytes]}
        end += values.nbytes
        parts.append(values.tobytes())

    for name, values in weights.items():
        if values.ndim < 2:
            add(name, values.astype(np.float32), "F32")
            continue
        rows = values.reshape(len(values), -1)
        scale = (np.abs(rows).max(1) / 127).clip(1e-30).astype(np.float32)
        add(name, np.round(rows / scale[:, None]).astype(np.int8).reshape(values.shape), "I8")
        add(name + ".scale", scale, "F32")
    text = json.dumps(header, separators=(",", ":")).encode()
    content = struct.pack("<Q", len(text)) + text + b"".join(parts)
    with open(path, "wb") as file:
        file.write(content)
    print(f"{path}: SHA-256 {hashlib.sha256(content).hexdigest()}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--images", required=True, help="folder of class folders of pictures of 64 x 64 pixels")
    options.add_argument("--photographs", required=True, help="folder of class folders of larger photographs")
    options.add_argument("--validation", required=True, help="pictures to check with, laid out like --images; every fifth is taken")
    options.add_argument("--out", required=True, help="file to write")
    options.add_argument("--most", type=int, default=48_000, help="pictures of --images to learn from, drawn with seed 1")
    options.add_argument("--width", type=int, default=64, help="channels at 1/2 of the size")
    options.add_argument("--seconds", type=float, default=240, help="time to train for")
    options.add_argument("--batch", type=int, default=BATCH, help="pictures per step")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(given.seed)
    torch.backends.cudnn.benchmark = True

    shuffled = random.Random(1)
    small, photographs = labelled(given.images), labelled(given.photographs)
    shuffled.shuffle(small)
    photographs = shuffled.sample(photographs, int(0.85 * len(photographs)))
    small_bank, small_class = load(small[:given.most], read_small, device)
    near, photo_class = load(photographs, read_photograph, device)
    far = torch.cat([F.avg_pool2d(part.float(), 2).round().byte() for part in near.split(500)])

    network = Network(given.width).to(device).to(memory_format=torch.channels_last)
    heads = nn.ModuleDict({"small": nn.Linear(8 * given.width, 1 + int(small_class.max())), "photo": nn.Linear(8 * given.width, 1 + int(photo_class.max()))}).to(device)
    parameters = [*network.parameters(), *heads.parameters()]
    optimizer = torch.optim.SGD(
        [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": DECAY}, {"params": [p for p in parameters if p.ndim <= 1]}],
        lr=PEAK_RATE, momentum=0.9, nesterov=True)
    start, steps = time.time(), 0
    while (used := (time.time() - start) / given.seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = max(1e-5, PEAK_RATE * (used / WARM_UP if used < WARM_UP else 0.5 * (1 + math.cos(math.pi * (used - WARM_UP) / (1 - WARM_UP)))))
        size = 48 if used < 0.7 else 64
        if random.random() < SHARE_OF_PHOTOGRAPHS:
            kind, chosen = "photo", torch.randint(len(photo_class), (given.batch,), device=device)
            x, y = windows(far if random.random() < 0.5 else near, chosen, size, 40, 80), photo_class[chosen]
        else:
            kind, chosen = "small", torch.randint(len(small_class), (given.batch,), device=device)
            x, y = windows(small_bank, chosen, size, 0.55 * SMALL_SIDE, SMALL_SIDE), small_class[chosen]
        x = varied(x).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device, torch.bfloat16):
            seen = network(x)
        loss = F.cross_entropy(heads[kind](seen.float()), y, label_smoothing=SMOOTHING)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        steps += 1
        if steps % 500 == 1:
            print(f"{used:.0%} step {steps} loss {loss.item():.3f}", flush=True)

    network.eval()
    pictures, classes = load(labelled(given.validation)[::5], read_small, device)
    with torch.no_grad():
        right = sum((heads["small"](network(a.float() / 255)).argmax(1) == b).sum().item() for a, b in zip(pictures.split(500), classes.split(500)))
    accuracy = right / len(classes)
    print(f"{accuracy:.1%} of the pictures kept for checking are recognised.")
    write(network.folded(), given.out, {
        "format": "sentinel.encoder/1", "accuracy": f"{accuracy:.4f}", "seed": str(given.seed), "steps": str(steps), "convolutions": "BFloat16",
        "pictures": str(steps * given.batch), "trainingSeconds": f"{given.seconds:.0f}"})


if __name__ == "__main__":
    main()
