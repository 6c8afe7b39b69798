"""python score.py data/test.csv: the suspicious payments of a file, with the facts that weighed most."""

import csv
import sys

from model import MODEL_FILE, facts, reasons, score
from safetensors_file import load

LIMIT = 0.5
tensors = load(MODEL_FILE)
with open(sys.argv[1], encoding="utf-8") as file:
    for number, row in enumerate(csv.DictReader(file), start=2):
        try:
            values = facts(row)
        except (ValueError, KeyError, TypeError) as why:
            print(f"line {number}: not scored ({why})", file=sys.stderr)
            continue
        risk = score(tensors, values)
        if risk >= LIMIT:
            print(f"line {number}: {risk:.2f} because of {', '.join(reasons(tensors, values))}")
