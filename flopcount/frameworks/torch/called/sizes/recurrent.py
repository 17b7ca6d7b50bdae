"""The sizes of recurrent layers."""

from collections.abc import Mapping
from math import prod
from typing import Any

from .table import Operator, rule

_GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}


@rule(*_GATES)
def _recurrent(a: Operator) -> dict[str, int]:
    """Each step has every weight of the layer once, what a projection has too."""
    if "input" not in a.bound or "batch_first" not in a.bound:
        return _packed(a)
    x = a.shape("input")
    first = bool(a["batch_first"])
    steps, samples = (x[-2], 1) if len(x) == 2 else (x[int(first)], x[1 - int(first)])
    return _sizes(a, steps=steps, rows=steps * samples) | {"samples": samples}


def _packed(a: Operator) -> dict[str, int]:
    """Of packed sequences: as many rows as there are tokens in all of them."""
    rows = a.shape("data")[0]
    states = a["hx"]
    samples = (states[0] if isinstance(states, list | tuple) else states).shape[1]
    steps = len(a["batch_sizes"])
    return _sizes(a, steps=steps, rows=rows) | {"samples": samples, "packed": 1}


def is_one_kernel(name: str, given: Mapping[str, Any]) -> bool:
    """Whether an LSTM of packed sequences is one kernel: all as long, its state not projected."""
    if name != "lstm" or "batch_sizes" not in given:
        return False
    state, memory = given["hx"]
    steps = len(given["batch_sizes"])
    whole = given["data"].shape[0] == steps * state.shape[1]
    return bool(whole and state.shape[-1] == memory.shape[-1])


def _sizes(a: Operator, *, steps: int, rows: int) -> dict[str, int]:
    held = [tuple(one.shape) for one in a["params"]]
    layers, directions = a["num_layers"], 2 if a["bidirectional"] else 1
    each = len(held) // (layers * directions)
    forward = [held[at : at + each] for at in range(0, len(held), each * directions)]
    gates = _GATES[a.name]
    hidden = held[0][0] // gates
    unprojected = [shape for layer in forward for shape in layer if shape[0] >= hidden]
    macs = rows * sum(prod(shape) for shape in held if len(shape) > 1)
    bias = rows * sum(prod(shape) for shape in held if len(shape) == 1)
    return {
        "macs": macs,
        "inside": macs,
        "bias": bias,
        "biased": int(bool(a["has_biases"])),
        "rows": rows,
        "steps": steps,
        "layers": layers,
        "directions": directions,
        "hidden": hidden,
        "channels_in": held[0][1],
        "channels_out": a.out[-1],
        "forward_params": sum(map(prod, unprojected)),
    }


@rule("mkldnn_rnn_layer")
def _kernel(a: Operator) -> dict[str, int]:
    """One layer in one direction, as one kernel of a CPU has it."""
    rows = prod(a.shape("input")[:-1])
    weights = prod(a.shape("weight0")) + prod(a.shape("weight1"))
    return {"macs": rows * weights, "inside": rows * weights, "rows": rows}


@rule("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
def _cell(a: Operator) -> dict[str, int]:
    """One step."""
    x, w_in, w_state = a.shape("input"), a.shape("w_ih"), a.shape("w_hh")
    rows = prod(x[:-1])
    biases = [a.get("b_ih"), a.get("b_hh")]
    macs = rows * (prod(w_in) + prod(w_state))
    bias = rows * sum(prod(one.shape) for one in biases if one is not None)
    return {
        "macs": macs,
        "inside": macs,
        "bias": bias,
        "biased": int(bias > 0),
        "rows": rows,
        "steps": 1,
        "layers": 1,
        "directions": 1,
        "hidden": w_state[1],
        "samples": rows,
        "channels_in": w_in[1],
        "channels_out": a.out[-1],
        "forward_params": prod(w_in) + prod(w_state) + bias // max(rows, 1),
    }
