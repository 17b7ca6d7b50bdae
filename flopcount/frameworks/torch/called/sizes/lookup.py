"""The sizes of what is looked up in a table."""

from math import prod

from .table import Operator, rule


@rule("embedding", "embedding_bag", "_embedding_bag", "_embedding_bag_forward_only")
def _embedding(a: Operator) -> dict[str, int]:
    w = a.shape("weight")
    return {"table": prod(w), "embed": w[-1], "rows": prod(a.shape("indices"))}
