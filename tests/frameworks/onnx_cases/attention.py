"""Attention and rotary embeddings."""

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case


@case("Attention")
def attention(d: Draw) -> Call:
    """Of the raw scores with a cap the reference gives the capped ones."""
    groups = d.size(1, 2)
    heads, flat = groups * d.size(1, 2), d.yes()
    batch, s, t = d.size(1, 2), d.size(1, 3), d.size(1, 4)
    form = d.one_of("plain", "masked", "scores", "cached", "causal", "out")
    q = d.tensor(batch, s, heads * 4) if flat else d.tensor(batch, heads, s, 4)
    key = d.tensor(batch, t, groups * 4) if flat else d.tensor(batch, groups, t, 4)
    value = d.tensor(batch, t, groups * 3) if flat else d.tensor(batch, groups, t, 3)
    arrays = [q, key, value]
    settings = {"q_num_heads": heads, "kv_num_heads": groups} if flat else {}
    outputs = 1
    if form == "masked":
        mask = d.one_of((s, t), (1, t), (batch, 1, s, t), (1, heads, s, t))
        arrays.append(d.tensor(*mask) if d.yes() else d.above(*mask) > 0.8)
        if arrays[-1].dtype == bool:
            arrays[-1][..., 0] = True  # a query that sees nothing is no number
        settings |= {"softcap": 2.0, "scale": 0.3}
    if form == "scores":
        mode = d.size(0, 3)
        settings |= {"qk_matmul_output_mode": mode}
        settings |= {"softcap": 2.0} if mode else {}
        outputs = 4
    if form == "cached":
        past = [d.tensor(batch, groups, 3, width) for width in (4, 3)]
        arrays += [d.one_of(None, d.tensor(s, t + 3)), *past]
        outputs = 3
    if form == "causal":
        settings |= {"is_causal": 1}
    if form == "out":
        outputs = 3
    opset = d.one_of(23, 24)
    return call("Attention", *arrays, opset=opset, outputs=outputs, attributes=settings)


@case("RotaryEmbedding")
def rotary(d: Draw) -> Call:
    part = d.one_of(0, 4)
    half = (part or 6) // 2
    x, settings = d.tensor(2, 3, 4, 6), {}
    if d.yes():
        x, settings = d.tensor(2, 4, 18), {"num_heads": 3}
    settings |= {"interleaved": d.size(0, 1), "rotary_embedding_dim": part}
    if d.yes():
        return call(d.name, x, d.tensor(2, 4, half), d.tensor(2, 4, half), attributes=settings)
    tables, places = (d.tensor(9, half), d.tensor(9, half)), d.numbers.integers(0, 9, (2, 4))
    return call(d.name, x, *tables, places, held=d.held(1, 2), attributes=settings)
