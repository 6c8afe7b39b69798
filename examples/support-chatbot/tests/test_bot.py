"""python -m unittest discover -s tests (needs no network and no key)"""

import json
import sys
import types
import unittest
from pathlib import Path
from types import SimpleNamespace as Thing

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
try:
    import openai  # noqa: F401
except ImportError:  # the tests stand without the client library
    sys.modules["openai"] = types.SimpleNamespace(OpenAI=object)

from support_bot.bot import answer, run_tool  # noqa: E402
from support_bot.guard import Refused, checked_answer, checked_question  # noqa: E402
from support_bot.retrieval import Index  # noqa: E402

INDEX = Index.of_file(ROOT / "data" / "help_pages.jsonl")


def call(name, arguments):
    return Thing(id="1", function=Thing(name=name, arguments=arguments))


class Replies:
    """Stands in for the client: gives prepared replies and keeps what it was asked."""

    def __init__(self, *replies):
        self.asked = []
        self.replies = list(replies)
        self.chat = Thing(completions=self)

    def create(self, **request):
        self.asked.append(request)
        return Thing(choices=[Thing(message=self.replies.pop(0))])


class Reply(Thing):
    def model_dump(self, **_):
        return {"role": "assistant", "content": self.content}


class BotTest(unittest.TestCase):
    def test_retrieval_puts_the_right_page_first(self):
        self.assertEqual(INDEX.search("How do I return goods?")[0].name, "returns")
        self.assertEqual(INDEX.search("zzz"), [])

    def test_the_tool_result_reaches_the_model_and_sources_are_named(self):
        client = Replies(
            Reply(content=None, tool_calls=[call("order_status", '{"order": "LO-1001"}')]),
            Reply(content="It was shipped. See https://evil.example.com/x", tool_calls=None),
        )
        text = answer("Where is the delivery of LO-1001?", "c-17", client, INDEX)
        self.assertIn("shipped", client.asked[1]["messages"][-1]["content"])
        self.assertIn("Sources: delivery", text)
        self.assertNotIn("evil", text)

    def test_orders_of_others_stay_hidden(self):
        self.assertIn("error", json.loads(run_tool(call("order_status", '{"order": "LO-1002"}'), "c-17")))

    def test_malformed_tool_calls_are_answered_not_raised(self):
        for arguments in ("", "[]", "{}", "null", "{"):
            self.assertIn("error", json.loads(run_tool(call("order_status", arguments), "c-17")))
        self.assertIn("error", json.loads(run_tool(call("refund", "{}"), "c-17")))

    def test_bad_questions_are_refused(self):
        for question in ("", "  ", "x" * 2001, "hi\u202e", None):
            with self.assertRaises(Refused):
                checked_question(question)

    def test_answers_keep_own_links(self):
        self.assertIn("shop.example.org", checked_answer("https://shop.example.org/a", []))


if __name__ == "__main__":
    unittest.main()
