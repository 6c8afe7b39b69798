"""Writes and reads safetensors: 8 bytes of header length, a JSON header, then the numbers (float32, little-endian)."""

import json
import struct
from pathlib import Path


def save(path: Path, tensors: dict[str, list[float]], metadata: dict[str, str]) -> None:
    header: dict = {"__metadata__": metadata}
    body = b""
    for name in sorted(tensors):
        values = struct.pack(f"<{len(tensors[name])}f", *tensors[name])
        header[name] = {
            "dtype": "F32",
            "shape": [len(tensors[name])],
            "data_offsets": [len(body), len(body) + len(values)],
        }
        body += values
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def load(path: Path) -> dict[str, list[float]]:
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = list(struct.unpack(f"<{(end - start) // 4}f", raw[start:end]))
    return tensors
