"""Where gradients go, what nothing is computed from, and what else those ask who trace a run."""

import re
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import torch

from ....calls import MODULE
from ..run.trace import tensors_in
from .log import Log, Made
from .origins import Origins

# The factors of a product, by the names of their arguments.
_FACTORS = {
    "linear": ("input", "weight"),
    "matmul": ("self", "other"),
    "mm": ("self", "mat2"),
    "bmm": ("self", "mat2"),
    "mv": ("self", "vec"),
    "dot": ("self", "tensor"),
    "addmm": ("mat1", "mat2"),
    "addmv": ("mat", "vec"),
    "baddbmm": ("batch1", "batch2"),
    "einsum": ("tensors",),
    "affine_grid_generator": ("theta",),
    "scaled_dot_product_attention": ("query", "key", "value"),
}
_CONVOLUTION = re.compile(r"_?convolution|conv(_transpose)?[123]d")
_TWO_MATRICES = ("abc,abd->acd", "abc,adc->adb")


def asked_by_tracers(name: str, bound: Mapping[str, Any], origins: Origins) -> dict[str, int]:
    """What an operator has of these, by its name and its arguments by theirs."""
    name = name.rstrip("_")
    first = next(tensors_in(list(bound.values())), None)
    facts = {"first": 0 if first is None else prod(first.shape)}
    convolution = _CONVOLUTION.fullmatch(name)
    factors = ("input", "weight") if convolution else _FACTORS.get(name, ())
    tensors = [one for key in factors for one in tensors_in(bound[key])]
    if tensors:
        facts["gradients"] = sum(map(origins.reached, tensors))
    if convolution:
        facts["worded"] = int(isinstance(bound.get("padding"), str))
    elif name == "batch_norm":
        facts["training"] = int(bool(bound["training"]))
    elif name == "scaled_dot_product_attention":
        mask = bound.get("attn_mask")
        if mask is not None and origins.reached(mask):
            facts["masked"] = 2 if isinstance(mask, torch.nn.Parameter) else 1
        else:
            facts["masked"] = 0
    elif name == "repeat":
        facts["axes"] = len(bound["repeats"])
    elif name == "einsum":
        facts["einsum_matrices"] = int(_plain(bound["equation"]) in _TWO_MATRICES)
    elif name.startswith("grid_sampler"):
        mode = bound["interpolation_mode"]
        facts |= {"linear": int(mode == 0), "nearest": int(mode == 1), "cubic": int(mode == 2)}
    return facts


def _plain(equation: str) -> str:
    """An einsum's equation with the first letters of the alphabet, in their order."""
    equation = equation.replace(" ", "")
    letters = dict.fromkeys(filter(str.isalpha, equation))
    return equation.translate({ord(letter): 97 + n for n, letter in enumerate(letters)})


def follow(log: Log, results: Iterable[Any]) -> None:
    """Say of each operator whether a result is computed from it, and whether it is in a fast path.

    What no gradient comes back to has none: what is dead, and what was made with gradients off or
    is read only behind a detach().
    """
    origins, results = log.origins, list(results)
    used = set(origins.keys(results))
    wanted = set(map(origins.flow, filter(origins.reached, results)))
    operators = [made for made in log.calls if made.level != MODULE]
    for made in reversed(operators):
        if not used.isdisjoint(origins.keys(made.made)):
            used.update(origins.keys(made.inputs))
        if made.facts["ungraded"] or wanted.isdisjoint(map(origins.flow, made.made)):
            if "gradients" in made.facts:
                made.facts |= {"gradients": 0, "chained": 0}
        else:
            wanted.update(map(origins.flow, filter(origins.reached, made.inputs)))
    for made in operators:
        made.facts["dead"] = int(used.isdisjoint(origins.keys(made.made)))
    fast: list[bool] = []
    for made in log.calls:
        outer = made.within
        within = outer >= 0 and fast[outer]
        fast.append(within or (bool(made.facts.get("fast")) and not made.forced))
        if made.level != MODULE:
            activated = within and _is_activated(made, log)
            made.facts["inside_fast"] = 2 if activated else int(within)


def _is_activated(made: Made, log: Log) -> bool:
    """Whether it is in the dense layer of an encoder's that its activation follows."""
    outer = made.within
    while outer >= 0 and log.calls[outer].name != "TransformerEncoderLayer":
        outer = log.calls[outer].within
    return outer >= 0 and made.path == f"{log.calls[outer].path}.linear1".lstrip(".")
