"""Finds the help pages that speak to a question: BM25 over a few pages in JSON lines, no service needed."""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

K1, B = 1.2, 0.75
WORD = re.compile(r"[a-zäöüß0-9]+")


@dataclass(frozen=True)
class Page:
    name: str
    text: str


class Index:
    def __init__(self, pages: list[Page]):
        self.pages = pages
        self.counts = [Counter(words(page.text)) for page in pages]
        self.lengths = [sum(count.values()) for count in self.counts]
        self.mean = sum(self.lengths) / max(len(self.lengths), 1)
        self.frequency = Counter(word for count in self.counts for word in count)

    @classmethod
    def of_file(cls, path: Path) -> "Index":
        lines = path.read_text("utf-8").splitlines()
        return cls([Page(row["page"], row["text"]) for row in map(json.loads, filter(None, lines))])

    def search(self, question: str, most: int = 2) -> list[Page]:
        """The best pages first; pages that share no word with the question are left out."""
        asked = words(question)
        scored = [(self._score(asked, at), page) for at, page in enumerate(self.pages)]
        found = [pair for pair in scored if pair[0] > 0]
        return [page for _, page in sorted(found, key=lambda pair: -pair[0])[:most]]

    def _score(self, asked: list[str], at: int) -> float:
        total = 0.0
        for word in asked:
            times = self.counts[at][word]
            if times == 0:
                continue
            rare = math.log(1 + (len(self.pages) - self.frequency[word] + 0.5) / (self.frequency[word] + 0.5))
            total += rare * times * (K1 + 1) / (times + K1 * (1 - B + B * self.lengths[at] / self.mean))
        return total


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())
