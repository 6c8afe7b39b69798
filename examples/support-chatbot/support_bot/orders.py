"""The one tool: the state of an order. Reads only; an order is shown to its own customer and to nobody else."""

ORDERS = {
    "LO-1001": {"customer": "c-17", "state": "shipped", "arrives": "in 2 days"},
    "LO-1002": {"customer": "c-23", "state": "being packed", "arrives": "in 4 days"},
}


def order_status(order: str, customer: str) -> dict[str, str]:
    found = ORDERS.get(order)
    if found is None or found["customer"] != customer:
        return {"error": "no such order of yours"}
    return {"order": order, "state": found["state"], "arrives": found["arrives"]}
