"""python -m unittest discover -s tests"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model import MODEL_FILE, auc, facts, reasons, rows, score  # noqa: E402
from safetensors_file import load  # noqa: E402


class ModelTest(unittest.TestCase):
    def setUp(self):
        self.tensors = load(MODEL_FILE)

    def test_it_tells_fraud_from_honest_payments(self):
        pairs = [(score(self.tensors, facts(row)), int(row["fraud"])) for row in rows("test.csv")]
        self.assertGreater(auc(pairs), 0.8)

    def test_more_bursts_never_lower_the_score(self):
        row = dict(rows("test.csv")[0])
        scores = [score(self.tensors, facts(row | {"payments_last_hour": str(n)})) for n in range(10)]
        self.assertEqual(scores, sorted(scores))

    def test_reasons_name_what_pushed(self):
        self.assertIn("abroad", reasons(self.tensors, [0.0, 0.0, 1.0, 0.0, 0.0]))

    def test_rows_that_are_no_payment_are_refused(self):
        for bad in ({}, {"amount": "nan"}, {"amount": "-1"}, {"amount": "1", "hour": "x"}):
            with self.assertRaises((ValueError, KeyError)):
                facts(bad)


if __name__ == "__main__":
    unittest.main()
