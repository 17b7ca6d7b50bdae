"""Attention as torch would call it: one module where its options fit, else its several parts."""

from collections.abc import Iterator
from math import prod

from ...core import Nest
from ...core.ops.traits import (
    has_mask,
    has_projections,
    heads_of,
    keys_cached,
    setting_of,
)
from ...reading import along
from .facts import dense_facts
from .parts import Part
from .read import Product, Read, facts_of_shapes, whole

# What torch.nn.MultiheadAttention cannot do.
_OPTIONS = ("headdim", "rotary", "qknorm", "window_size", "past", "cached")


def attention(read: Read, *, as_module: bool = True) -> Iterator[Part]:
    """The calls of an attention that makes its queries, keys and values, or of its products."""
    if as_module and fits_module(read):
        yield _module(read)
        return
    made = _made(read)
    own = {name: _projection(read, name) for name in made if name != "y"}
    yield from own.values()
    for name in [name for name in own if name != "value"]:
        yield from _normed_and_turned(read, name, made[name])
    yield from _written(read) if setting_of(read.op, "relative") is not None else [fused(read)]
    if "y" in made:
        yield _projection(read, "y")


def fits_module(read: Read) -> bool:
    """Whether torch.nn.MultiheadAttention has all that it does."""
    op, heads = read.op, heads_of(read.op)
    options = any(setting_of(op, option) for option in _OPTIONS)
    relative = setting_of(op, "relative") is not None
    grouped = heads is None or heads[0] != heads[1]
    mixed = isinstance(setting_of(op, "bias"), str)
    grid = len(read.row.inputs[0]) != 2
    return has_projections(op) and not (options or relative or grouped or mixed or grid)


def _made(read: Read) -> dict[str, Product]:
    """Its projections, by the tensor that each makes."""
    return {
        nest.form.result.name: read.product(nest)
        for nest in read.nests
        if nest.contracts and any(tensor.is_parameter for tensor in nest.form.reads)
    }


def _products(read: Read) -> list[Nest]:
    """Its scores, and the mean of the values."""
    return [
        nest
        for nest in read.nests
        if nest.contracts and not any(tensor.is_parameter for tensor in nest.form.reads)
    ]


def _projection(read: Read, name: str) -> Part:
    product = _made(read)[name]
    x = read.inputs[-1] if name in ("key", "value") else read.inputs[0]
    rows = x[:-1]
    facts = facts_of_shapes([(*rows, product.channels_in)], [(*rows, product.channels_out)])
    biased = read.has_bias(name)
    params = product.held + (product.channels_out if biased else 0)
    return Part("dense", facts | dense_facts(product, biased=biased) | {"params": params})


def _normed_and_turned(read: Read, name: str, product: Product) -> Iterator[Part]:
    """The norm of each head's queries or keys, and their turning by their places."""
    shape = (*read.inputs[0][:1], product.put // read.inputs[0][0])
    facts = facts_of_shapes([shape], [shape])
    heads = max(heads_of(read.op) or (1, 1))
    if setting_of(read.op, "qknorm"):
        gamma = read.params["Gq" if name == "query" else "Gk"]
        yield Part(
            "RMS norm",
            facts
            | {"affine": 1, "params": gamma, "features": gamma, "channels_in": heads, "groups": 1},
        )
    if setting_of(read.op, "rotary"):
        turned = {
            "ins": 2 * product.put,
            "operands": 2,
            "params": 0,
            "last_other": 1,
            "aligned_left": product.put,
        }
        for kind in ("multiplication", "multiplication", "addition"):
            yield Part(kind, facts | turned, bare=True)


def _sizes(read: Read) -> dict[str, int]:
    """What attention is known by, of its module and of its products."""
    op, heads = read.op, (heads_of(read.op) or (0, 0))[0]
    first, last = _products(read)
    one = read.product(first)
    scores = one.put
    shape = read.inputs[0]
    heads = heads or (shape[1] if len(shape) > 3 else 1)
    macs = [read.product(first), read.product(last)]
    queries, keys = prod(read.row.inputs[0][:-1]), prod(read.row.inputs[-1][:-1])
    if not read.is_sample:
        queries, keys = _queries_and_keys(first)
    elif (windows := setting_of(op, "window_size")) and len(read.row.inputs[0]) > 2:
        queries = keys = prod(along(windows, len(read.row.inputs[0]) - 1))
    keys = whole(keys_cached(op) or keys + (setting_of(op, "past") or 0))
    return {
        "macs": sum(product.macs for product in macs),
        "inside": sum(product.inside for product in macs),
        "embed": one.read // max(read.batch * prod(map(whole, read.row.inputs[0][:-1])), 1)
        if read.is_sample
        else one.channels_in * heads,
        "heads": heads,
        "queries": queries,
        "keys": keys,
        "scores": scores,
        "rows": scores // max(keys, 1),
        "length": keys,
        "samples": scores // max(heads * queries * keys, 1),
        "bias": 0,
        "biased": 0,
    }


def _queries_and_keys(scores: Nest) -> tuple[int, int]:
    """Of a model's: the loops of the scores that only the queries, or only the keys have."""
    query, key = (set(tensor.axes) for tensor in scores.form.reads[:2])
    result = set(scores.form.result.axes)
    queries, keys = (
        prod(whole(scores.sizes[loop]) for loop in own & result)
        for own in (query - key, key - query)
    )
    return queries, keys


def fused(read: Read) -> Part:
    """The products and the softmax between them, in one function."""
    sizes = _sizes(read)
    first, last = (read.product(nest) for nest in _products(read))
    batch = read.inputs[0][0]
    per = max(first.read // max(batch * sizes["heads"] * sizes["queries"], 1), 1)
    query = (batch, sizes["heads"], sizes["queries"], per)
    facts = facts_of_shapes([query], [(last.put,)])
    facts |= {
        "ins": first.read + _elements(read, 0, 1) + _elements(read, 1, 1),
        "operands": 3,
        "in": first.read,
        "out": last.put,
        "outs": last.put,
        "fused": 1,
        "asked": 0,
        "channels_in": first.channels_in,
        "channels_out": last.channels_out,
    }
    return Part("scaled dot-product attention", facts | sizes, bare=True)


def _elements(read: Read, nest: int, place: int) -> int:
    product = _products(read)[nest]
    return whole(product.elements(product.form.reads[place])) * read.batch


def _written(read: Read) -> Iterator[Part]:
    """The products one by one, since a bias of each distance is added to the scores."""
    sizes = _sizes(read)
    first, last = (read.product(nest) for nest in _products(read))
    scores = first.put
    batch = read.inputs[0][0]
    queries, shape = (
        facts_of_shapes([(batch, first.read // batch)], [(1, first.read)]),
        (batch, scores // batch),
    )
    along = facts_of_shapes([shape], [shape]) | {"params": 0}
    yield Part("multiplication", queries | {"params": 0}, bare=True)
    yield _product(first, _elements(read, 0, 1), batch)
    added = along | {"last_other": sizes["keys"], "aligned_left": scores}
    yield Part("addition", added | {"params": read.held("E")}, bare=True)
    if has_mask(read.op) and (setting_of(read.op, "shift") or len(read.row.inputs[0]) == 2):
        yield Part("addition", added, bare=True)
    rows = scores // max(sizes["keys"], 1)
    yield Part("softmax", along | {"rows": rows, "length": sizes["keys"]}, bare=True)
    yield _product(last, _elements(read, 1, 1), batch)


def _product(product: Product, second: int, batch: int) -> Part:
    shapes = (batch, product.read // batch), (batch, product.put // batch)
    own = dense_facts(product, biased=False) | {"params": 0, "last": product.channels_in}
    own |= {"ins": product.read + second, "operands": 2, "last_other": product.channels_out}
    return Part("matrix product", facts_of_shapes(shapes[:1], shapes[1:]) | own, bare=True)


def _module(read: Read) -> Part:
    """torch.nn.MultiheadAttention: its function calls a projection of all three, or of two."""
    made = _made(read)
    crosses = len(read.inputs) > 1
    query, key, value = (_projection(read, name) for name in ("query", "key", "value"))
    same = read.inputs[0][-1] == read.inputs[-1][-1]
    parts = [_joined(query, key, value)]
    if crosses:  # each reads a part of one parameter
        pieces = {"weight_held": 0, "bias_held": 0}
        query, key, value = (
            part._replace(facts={**part.facts, **pieces}) for part in (query, key, value)
        )
        parts = [query, _joined(key, value)] if same else [query, key, value]
    core, out = fused(read), _projection(read, "y")
    samples, tokens, _ = read.inputs[0]
    # torch's function puts the tokens before the samples, and has one axis of both at its end
    turned, flat = {"batch": tokens, "second": samples}, {"batch": samples * tokens, "rank": 2}
    parts = [part._replace(facts={**part.facts, **turned}) for part in parts]
    out = out._replace(facts={**out.facts, **flat, "second": out.facts["last"]})
    parts = [*parts, core, out]
    x = [read.inputs[0], read.inputs[-1], read.inputs[-1]]
    facts = facts_of_shapes(x, [read.output]) | _sizes(read)
    products = [part.facts for part in parts]
    facts |= {
        "macs": sum(facts["macs"] for facts in products),
        "inside": sum(facts["inside"] for facts in products),
        "bias": sum(facts.get("bias", 0) for facts in products),
        "biased": query.facts["biased"],
        "params": sum(part.facts["params"] for part in (query, key, value)),
        "embed": made["query"].channels_out,
        "embed_keys": key.facts["channels_in"],
        "embed_values": value.facts["channels_in"],
        "leaf": 0,
        "fused": 1,
        "fast": int(
            not crosses and not has_mask(read.op) and max(heads_of(read.op) or ()) % 2 == 0
        ),
        "asked": 0,
    }
    return Part("attention", facts, tuple(parts))


def _joined(*parts: Part) -> Part:
    """Projections of the same numbers as one: what they hold and put out, together."""
    summed = ("macs", "inside", "bias", "channels_out", "params", "out", "outs")
    facts = {**parts[0].facts}
    for name in summed:
        facts[name] = sum(part.facts[name] for part in parts)
    return Part("dense", facts)
