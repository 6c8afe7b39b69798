"""Writes data/train.csv and data/test.csv: invented card payments with a known rule behind the fraud. Seeded."""

import csv
import math
import random
from pathlib import Path

FIELDS = ["amount", "hour", "abroad", "new_device", "payments_last_hour", "fraud"]
DATA = Path(__file__).parent / "data"


def payment(chance: random.Random) -> list:
    amount = round(chance.lognormvariate(3.4, 1.0), 2)
    hour = chance.randrange(24)
    abroad = int(chance.random() < 0.12)
    new_device = int(chance.random() < 0.08)
    burst = min(int(chance.expovariate(1.2)), 9)
    pull = -5.2 + 0.012 * amount + 1.7 * abroad + 1.9 * new_device + 0.7 * burst + 0.9 * (hour < 6)
    fraud = int(chance.random() < 1 / (1 + math.exp(-pull)))
    return [amount, hour, abroad, new_device, burst, fraud]


def write(name: str, rows: int, seed: int) -> None:
    chance = random.Random(seed)
    with (DATA / name).open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(FIELDS)
        out.writerows(payment(chance) for _ in range(rows))


if __name__ == "__main__":
    write("train.csv", 1200, seed=223)
    write("test.csv", 400, seed=304)
