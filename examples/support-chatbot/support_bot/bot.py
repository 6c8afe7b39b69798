"""Answers a question: retrieve, ask the hosted model, run the tool it asks for, check the answer before it is shown."""

import json
import os
from pathlib import Path

from openai import OpenAI

from .guard import checked_answer, checked_question
from .orders import order_status
from .retrieval import Index

ROOT = Path(__file__).parent.parent
MODEL = "gpt-4o-mini-2024-07-18"
SYSTEM_PROMPT = (ROOT / "prompts" / "system.md").read_text("utf-8")
MAX_TURNS = 3

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "order_status",
            "description": "State of one order of the customer who is signed in",
            "parameters": {
                "type": "object",
                "properties": {"order": {"type": "string", "pattern": "^LO-[0-9]{4}$"}},
                "required": ["order"],
                "additionalProperties": False,
            },
        },
    }
]


def connect() -> OpenAI:
    """Needs OPENAI_API_KEY. OPENAI_BASE_URL may name any other endpoint of the same interface."""
    return OpenAI(api_key=os.environ["OPENAI_API_KEY"], timeout=20, max_retries=2)


def answer(question: str, customer: str, client: OpenAI, index: Index) -> str:
    pages = index.search(checked_question(question))
    sources = "\n\n".join(f"[{page.name}]\n{page.text}" for page in pages)
    messages: list[dict] = [
        {"role": "system", "content": SYSTEM_PROMPT},
        {"role": "user", "content": f"Help pages:\n{sources}\n\nQuestion:\n{question}"},
    ]
    for _ in range(MAX_TURNS):
        reply = client.chat.completions.create(
            model=MODEL, messages=messages, tools=TOOLS, temperature=0
        ).choices[0].message
        if not reply.tool_calls:
            return checked_answer(reply.content or "", [page.name for page in pages])
        messages.append(reply.model_dump(exclude_none=True))
        for call in reply.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": run_tool(call, customer)})
    return "I could not find that out. A colleague will write to you."


def run_tool(call, customer: str) -> str:
    """The customer comes from the session, never from the model."""
    if call.function.name != "order_status":
        return json.dumps({"error": "no such tool"})
    try:
        order = json.loads(call.function.arguments)["order"]
    except (ValueError, KeyError, TypeError):
        return json.dumps({"error": "order is missing"})
    return json.dumps(order_status(str(order), customer))
