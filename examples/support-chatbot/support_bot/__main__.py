"""python -m support_bot "Where is my order LO-1001?" """

import sys

from .bot import ROOT, answer, connect
from .guard import Refused
from .retrieval import Index

try:
    print(answer(" ".join(sys.argv[1:]), "c-17", connect(), Index.of_file(ROOT / "data" / "help_pages.jsonl")))
except Refused as why:
    sys.exit(f"Not asked: {why}")
