"""What goes in and out is looked at by plain code, which no prompt can talk round."""

import re

MAX_QUESTION = 2_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f]")
LINK = re.compile(r"https?://(?!shop\.example\.org/)\S+", re.IGNORECASE)


class Refused(ValueError):
    """The question is not passed on to the model."""


def checked_question(question: str) -> str:
    if not isinstance(question, str) or not question.strip():
        raise Refused("empty question")
    if len(question) > MAX_QUESTION:
        raise Refused(f"longer than {MAX_QUESTION} characters")
    if CONTROL.search(question):
        raise Refused("hidden characters")
    return question


def checked_answer(answer: str, sources: list[str]) -> str:
    """Foreign links are taken out; the pages behind the answer are named."""
    safe = LINK.sub("[link removed]", answer)
    return f"{safe}\n\nSources: {', '.join(sources)}" if sources else safe
