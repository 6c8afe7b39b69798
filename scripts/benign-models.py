"""Writes harmless models with whatever of NumPy, SciPy, pandas, scikit-learn, XGBoost, LightGBM, joblib and PyTorch is
installed, in every pickle protocol and with every compressor: `python3 scripts/benign-models.py FOLDER`.

For measuring that none of them is called unsafe: `npx tsx bench/inspect-pickle.ts FOLDER` (its name must begin with
`benign`).
"""

import collections
import datetime
import decimal
import pathlib
import pickle
import random
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")
OUT = pathlib.Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
COMPRESSORS = ["zlib", "gzip", "bz2", "lzma", "xz", "lz4"]


def attempt(what, work):
    """Frameworks that are not installed, and objects that a protocol can not hold, are left out and told."""
    try:
        work()
    except Exception as error:
        print(f"left out {what}: {error!r:.100}", file=sys.stderr)


objects = {
    "python": [1, 2.5, "x", None, True, b"b", {1}, (1, 2), 2**70, 1j, collections.OrderedDict(a=1), collections.deque([1]),
               collections.defaultdict(list, {1: [2]}), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
               decimal.Decimal("1.5"), uuid.UUID(int=1), pathlib.PurePosixPath("/x"), random.Random(1), range(3), int]
}


def add_numpy():
    import numpy as np

    objects["numpy"] = [np.arange(10), np.float32(3), np.array([1, "x", None], dtype=object), np.log1p,
                        np.zeros(2, dtype=[("x", "f4"), ("y", "U3")]), np.random.RandomState(1), np.random.default_rng(1),
                        np.ma.array([1, 2], mask=[0, 1]), np.datetime64("2020-01-01"), np.random.rand(500, 100)]
    np.save(OUT / "numbers.npy", np.arange(5))
    np.save(OUT / "objects.npy", np.array([1, "a"], dtype=object))
    np.savez(OUT / "arrays.npz", a=np.arange(5), b=np.ones((2, 3)))
    np.savez_compressed(OUT / "packed.npz", a=np.array([1, "a"], dtype=object))


def add_scipy():
    import scipy.sparse

    objects["scipy"] = [scipy.sparse.csr_matrix([[1.0]]), scipy.sparse.coo_matrix([[1.0]]), scipy.sparse.lil_matrix((2, 2))]


def add_pandas():
    import pandas as pd

    frame = pd.DataFrame({
        "a": [1, 2, 3], "b": ["x", "y", None], "c": pd.Categorical(["a", "b", "a"]), "d": pd.date_range("2020", periods=3, tz="UTC"),
        "e": pd.array([1, 2, None], dtype="Int64"), "f": pd.period_range("2020", periods=3, freq="M"),
        "g": pd.array([True, None, False], dtype="boolean"), "h": pd.arrays.SparseArray([0, 0, 1]),
    })
    objects["pandas"] = [frame, frame.set_index(["a", "b"]), frame["d"], pd.Timestamp("2020", tz="Europe/Paris"), pd.NaT, pd.NA,
                         pd.Interval(0, 1), pd.offsets.MonthEnd(), pd.interval_range(0, 3)]


def add_sklearn():
    from sklearn.datasets import load_iris
    from sklearn.utils import all_estimators

    features, labels = load_iris(return_X_y=True)
    for name, kind in all_estimators():
        attempt(name, lambda: objects.update({f"sklearn-{name}": kind()}))
        if f"sklearn-{name}" in objects:
            attempt(f"fitting {name}", lambda: objects[f"sklearn-{name}"].fit(abs(features), labels))


def add_boosting():
    from sklearn.datasets import load_iris

    def xgboost():
        import xgboost

        objects["xgboost"] = xgboost.XGBClassifier(n_estimators=3).fit(*load_iris(return_X_y=True))

    def lightgbm():
        import lightgbm

        objects["lightgbm"] = lightgbm.LGBMClassifier(n_estimators=3).fit(*load_iris(return_X_y=True))

    attempt("XGBoost", xgboost)
    attempt("LightGBM", lightgbm)


def add_torch():
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(10, 20), torch.nn.ReLU(), torch.nn.LSTM(20, 5), torch.nn.BatchNorm1d(3))
    values = {"state": model.state_dict(), "model": model,
              "tensors": [torch.zeros(2, dtype=torch.bfloat16), torch.tensor([True]), torch.ones(10)[2:4], torch.Size([1])]}
    for name, value in values.items():
        torch.save(value, OUT / f"torch-{name}.legacy.pt", _use_new_zipfile_serialization=False)
        for protocol in (2, 3, 4, 5):
            torch.save(value, OUT / f"torch-{name}.{protocol}.pt", pickle_protocol=protocol)
    torch.jit.save(torch.jit.script(model[0]), OUT / "torch-script.pt")


def write_joblib():
    import joblib

    for name, value in objects.items():
        attempt(name, lambda: joblib.dump(value, OUT / f"{name}.joblib"))
        if not name.startswith("sklearn-") or name == "sklearn-RandomForestClassifier":
            for compressor in COMPRESSORS:
                attempt(f"{name} with {compressor}", lambda: joblib.dump(value, OUT / f"{name}.{compressor}.joblib", compress=(compressor, 3)))


for add in (add_numpy, add_scipy, add_pandas, add_sklearn, add_boosting, add_torch):
    attempt(add.__name__, add)
for title, thing in objects.items():
    for version in range(pickle.HIGHEST_PROTOCOL + 1):
        attempt(f"{title} in protocol {version}", lambda: (OUT / f"{title}.{version}.pkl").write_bytes(pickle.dumps(thing, version)))
attempt("joblib", write_joblib)
print(sum(1 for _ in OUT.iterdir()), "files")
