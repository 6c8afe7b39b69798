"""Trains the released model: which letter follows two letters, in names of invented places. Seeded, standard library only."""

import json
import random
import struct
from pathlib import Path

LETTERS = " abcdefghijklmnopqrstuvwxyz"
FIRST = ["lin", "stein", "wald", "rot", "alt", "neu", "ober", "hoch", "gold", "birk"]
LAST = ["hof", "bach", "tal", "berg", "feld", "brunn", "au", "rode", "stadt", "see"]


def train(names: list[str]) -> list[float]:
    size = len(LETTERS)
    counts = [0.1] * size**3
    for name in names:
        padded = [LETTERS.index(letter) for letter in f"  {name} "]
        for a, b, c in zip(padded, padded[1:], padded[2:]):
            counts[(a * size + b) * size + c] += 1
    shares = []
    for row in range(size * size):
        part = counts[row * size : (row + 1) * size]
        shares += [value / sum(part) for value in part]
    return shares


def save(path: Path, shares: list[float]) -> None:
    body = struct.pack(f"<{len(shares)}f", *shares)
    header = {
        "__metadata__": {"format": "pt", "license": "Apache-2.0"},
        "next_letter": {"dtype": "F32", "shape": [27, 27, 27], "data_offsets": [0, len(body)]},
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


if __name__ == "__main__":
    chance = random.Random(223)
    names = [chance.choice(FIRST) + chance.choice(LAST) for _ in range(500)]
    save(Path(__file__).parent / "release" / "placenames.safetensors", train(names))
