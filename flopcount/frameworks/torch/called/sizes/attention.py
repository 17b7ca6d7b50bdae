"""The sizes of attention: of scores and what is weighed by them."""

from math import prod

from .table import Operator, rule

_FUSED = (
    "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_efficient_attention",
    "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_fused_attention_overrideable",
)


@rule("scaled_dot_product_attention", "_scaled_dot_product_attention_math", *_FUSED)
def _attention(a: Operator) -> dict[str, int]:
    """Scores of each query with each key, and the values weighed: whole, whatever is masked."""
    q, k, v = (a.shape(name) for name in ("query", "key", "value"))
    scores = prod(q[:-1]) * k[-2]
    macs = scores * (q[-1] + v[-1])
    heads = q[-3] if len(q) > 3 else 1
    return {
        "macs": macs,
        "inside": macs,
        "bias": 0,
        "biased": 0,
        "embed": heads * q[-1],
        "heads": heads,
        "queries": q[-2],
        "keys": k[-2],
        "scores": scores,
        "channels_in": q[-1],
        "channels_out": v[-1],
        "length": k[-2],
        "rows": prod(q[:-1]),
        "samples": prod(q[:-2]) // heads if heads else 0,
        "fused": int(a.name in _FUSED),
    }
