"""The sizes that a counter's rule may ask of a call: their names, and what each is."""

from collections.abc import Sequence
from math import prod

# All are integers, for the whole batch; flags are 0 or 1. A call has those that its kind has.
FACTS = {
    # of every call
    "in": "elements of the first tensor that comes in",
    "first": "elements of the first tensor, be it a parameter",
    "ins": "elements of all tensors that come in, parameters not among them",
    "out": "elements of the first tensor that comes out",
    "outs": "elements of all that come out",
    "operands": "tensors that come in, parameters not among them; of an einsum all its factors",
    "batch": "length of the first axis of the first that comes in",
    "last": "length of its last axis",
    "rank": "number of its axes",
    "tensors": "tensors that come in, parameters among them",
    "last_other": "length of the last axis of the second that comes in",
    "aligned_left": "elements of two shapes broadcast from the left",
    "params": "parameters that the module holds itself, or that the operation reads",
    "stored": "parameters that this call is the first to read, so that a shared one counts once",
    "stats": "moving statistics that a batch norm is the first to read",
    "first_out": "length of the first axis of the first that comes out",
    "second_out": "length of its second axis, 1 where there is none",
    "named": "numbers in a module's parameters called weight and bias",
    "named_like": "numbers in those with weight or bias in a longer name: weight_ih_l0",
    "places": "places of the tree of modules at which it stands: more than 1 where it is shared",
    "leaf": "1 of a module that has no modules in it, empty containers not among them",
    "chained": "1 where what comes in first was computed from a parameter, and has a gradient",
    "ungraded": "1 where the network's own code turns gradients off: no_grad, inference_mode",
    "inference": "1 in an inference_mode of the network's own",
    "barred": "1 of an operator that reads what an inference mode of the network's own made, and "
    "what has a gradient",
    "gradients": "factors of a product that a backward pass computes a gradient of",
    "dead": "1 where nothing that the network returns is computed from what comes out",
    "inside_fast": "1 inside a module that PyTorch computes by its fast path, 2 where an "
    "activation follows at once",
    # of products: convolution, dense, matrix product, attention's two products
    "macs": "multiply-adds, taps on padding counted",
    "inside": "those without taps on padding",
    "bias": "additions of a bias: the outputs where there is one, else 0",
    "biased": "1 where there is a bias",
    "weight_held": "1 where the weight is a parameter as it is, 0 of a part or what is computed",
    "bias_held": "1 where the bias is one",
    "rows": "rows of a dense layer (elements over the last axis); of a softmax (over its axis)",
    "channels_in": "channels, or features, that come in",
    "channels_out": "channels, or features, that come out",
    "kernel": "positions of a kernel, or of a pool's window",
    "axes": "axes of the grid that a kernel slides over",
    "groups": "groups of channels",
    "stride": "product of the strides",
    "dilated": "1 where taps lie apart",
    "positions": "positions of the grid that comes out",
    "positions_in": "positions of the grid that comes in",
    "shrunk": "of a convolution, a transposed one too: positions that one of its kernel and "
    "stride gives, padded alike on both sides",
    "worded": "1 of a convolution whose padding is given as a word",
    "folded": "1 of a convolution whose only reader is a batch norm, and of that batch norm",
    "einsum_flops": "of an einsum: the FLOPs that numpy's einsum_path prints as optimized",
    "einsum_matrices": "1 of an einsum that is one product of matrices for each place in a batch",
    "einsum_loops": "of an einsum: the product of the lengths of all its letters",
    "einsum_pair": "of an einsum of two: those, but letters that one alone has and sums; else 0",
    # of norms
    "affine": "1 where a norm has a scale and a shift",
    "training": "1 of a batch norm that works on its own batch",
    "features": "length of what a layer norm works on",
    # of pools and resampling
    "kernel_given": "a pool's kernel where one number was given, else its positions",
    "windows": "numbers that all windows of a pool hold, padding not among them",
    "averaged": "those, padding among them where the pool counts it (count_include_pad)",
    "floors": "of an adaptive pool: product of in // out of each axis",
    "ratio": "the same with in % out + 1 where there is a remainder",
    "floored": "of an adaptive pool: (in / out + 1) × out as floating-point numbers, floored",
    "nearest": "1 of resampling by the nearest",
    "exact": "1 of resampling by the nearest as nearest-exact has it",
    "linear": "1 of linear, bilinear, trilinear resampling",
    "cubic": "1 of bicubic resampling",
    "scale": "product of the scale factors where they were given, else 0",
    "size": "product of the size where it was given, else 0",
    "size_given": "the size where one number was given for all axes, else its product, else 0",
    "scaled": "elements that come in times the scale factors, whole, where they were given, else 0",
    "scaled_whole": "the same, of factors that were given for each axis what is before the point",
    # of what works along an axis, and of lookups
    "length": "length of the axis of a softmax",
    "table": "numbers in an embedding's table",
    "tanh": "1 of a GELU by tanh",
    # of recurrent layers
    "steps": "steps of the sequence",
    "layers": "layers of a recurrence",
    "directions": "directions of a recurrence",
    "hidden": "numbers in its state",
    "forward_params": "parameters of its forward direction, a projection's not among them",
    "unprojected": "parameters that an LSTM would have without its projection; all of any other",
    "samples": "samples that a recurrence or attention sees",
    # of attention
    "embed": "features of attention's queries",
    "embed_keys": "features of its keys",
    "embed_values": "features of its values",
    "heads": "heads of attention",
    "queries": "queries of a sample",
    "keys": "keys of a sample",
    "scores": "elements of all scores: samples × heads × queries × keys",
    "fused": "1 where PyTorch has one kernel on a CPU for it",
    "fast": "1 of a module that PyTorch computes by its fast path where gradients are off",
    "masked": "1 where attention has a mask that has a gradient, 2 where it is a parameter itself",
    "asked": "1 where the weights of attention are asked for",
}


def common(inputs: Sequence[tuple[int, ...]], outputs: Sequence[tuple[int, ...]]) -> dict[str, int]:
    """The facts that every call has, from the shapes that come in and go out."""
    first = inputs[0] if inputs else ()
    return {
        "in": prod(first) if inputs else 0,
        "ins": sum(map(prod, inputs)),
        "out": prod(outputs[0]) if outputs else 0,
        "outs": sum(map(prod, outputs)),
        "operands": len(inputs),
        "batch": first[0] if first else 1,
        "last": first[-1] if first else 1,
        "rank": len(first),
        "places": 1,
        "ungraded": 0,
        "inference": 0,
        "barred": 0,
    }
