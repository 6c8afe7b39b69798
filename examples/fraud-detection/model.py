"""Logistic regression over five facts of a payment. Scores, and says which facts weighed most."""

import csv
import math
from pathlib import Path

ROOT = Path(__file__).parent
MODEL_FILE = ROOT / "models" / "fraud.safetensors"
FACTS = ["amount", "night", "abroad", "new_device", "payments_last_hour"]


def facts(row: dict[str, str]) -> list[float]:
    """Raises ValueError or KeyError for a row that is no payment."""
    amount = float(row["amount"])
    if not math.isfinite(amount) or amount < 0:
        raise ValueError("amount must be a number from 0")
    return [
        math.log1p(amount),
        float(int(row["hour"]) < 6),
        float(row["abroad"]),
        float(row["new_device"]),
        float(row["payments_last_hour"]),
    ]


def score(tensors: dict[str, list[float]], values: list[float]) -> float:
    pull = tensors["bias"][0] + sum(w * x for w, x in zip(tensors["weight"], values))
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, pull))))


def reasons(tensors: dict[str, list[float]], values: list[float], most: int = 2) -> list[str]:
    """The facts that pushed the score up most, for the person who reviews the payment."""
    pulls = sorted(((w * x, name) for w, x, name in zip(tensors["weight"], values, FACTS)), reverse=True)
    return [name for pull, name in pulls[:most] if pull > 0]


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def auc(pairs: list[tuple[float, int]]) -> float:
    """Share of (fraud, honest) pairs that are in the right order."""
    bad = [s for s, fraud in pairs if fraud]
    good = [s for s, fraud in pairs if not fraud]
    return sum((b > g) + 0.5 * (b == g) for b in bad for g in good) / (len(bad) * len(good))
