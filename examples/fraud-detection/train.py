"""Trains the model on data/train.csv and saves it. The same data gives the same file."""

import json

from model import MODEL_FILE, ROOT, auc, facts, rows, score
from safetensors_file import save

STEPS, RATE, SHRINK = 1500, 0.5, 0.0005


def train(name: str) -> dict[str, list[float]]:
    samples = [(facts(row), int(row["fraud"])) for row in rows(name)]
    weight, bias = [0.0] * 5, 0.0
    for _ in range(STEPS):
        slope, offset = [0.0] * 5, 0.0
        for values, fraud in samples:
            miss = score({"weight": weight, "bias": [bias]}, values) - fraud
            offset += miss
            for at, value in enumerate(values):
                slope[at] += miss * value
        weight = [w - RATE * (g / len(samples) + SHRINK * w) / 2 for w, g in zip(weight, slope)]
        bias -= RATE * offset / len(samples)
    return {"weight": weight, "bias": [bias]}


if __name__ == "__main__":
    tensors = train("train.csv")
    save(MODEL_FILE, tensors, {"format": "pt", "license": "Apache-2.0", "trained_on": "data/train.csv"})
    pairs = [(score(tensors, facts(row)), int(row["fraud"])) for row in rows("test.csv")]
    figures = {"auc": round(auc(pairs), 4), "rows": len(pairs), "fraud": sum(f for _, f in pairs)}
    (ROOT / "models" / "metrics.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(figures)
