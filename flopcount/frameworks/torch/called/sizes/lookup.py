"""The sizes of what is looked up in a table, or put in order."""

from math import log2, prod

from .table import Operator, rule


@rule("embedding", "embedding_bag", "_embedding_bag", "_embedding_bag_forward_only")
def _embedding(a: Operator) -> dict[str, int]:
    w = a.shape("weight")
    return {"table": prod(w), "embed": w[-1], "rows": prod(a.shape("indices"))}


@rule("sort", "argsort", "msort", "topk", "kthvalue", "median", "nanmedian", "mode")
def _sorting(a: Operator) -> dict[str, int]:
    many = prod(a.out)
    return {"sorting": int(many * log2(max(many, 2)))}
