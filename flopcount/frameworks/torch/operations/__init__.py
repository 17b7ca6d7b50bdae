"""The table from an operation of PyTorch's to an op: what each computes.

A rule reads the arguments of a call by their names and says what the operation is. `OPERATIONS`
has one for each that is known, `CREATED` are those that make a tensor from nothing but its shape,
and whatever is in neither is `Unknown`: a row with its shapes and no counts.
"""

from ....core.ops.tensors import (
    Bilinear,
    DeformConv,
    Distances,
    GridSample,
    Move,
    RoiAlign,
    Scatter,
    Unknown,
)
from . import elementwise, moving, norms, products, reductions, windows  # noqa: F401  they register
from .operands import Arguments, Made
from .recurrent import RECURRENT, layers
from .table import OPERATIONS

__all__ = ["CREATED", "OPERATIONS", "RECURRENT", "layers", "made_of", "missing"]

_CREATED = """
empty arange ones zeros full scalar_tensor new_ones new_zeros new_empty new_full eye range linspace
logspace ones_like zeros_like full_like empty_like rand randn rand_like randn_like randint
randint_like randperm normal uniform empty_strided new_empty_strided tril_indices triu_indices
hann_window hamming_window bartlett_window blackman_window kaiser_window fft_fftfreq fft_rfftfreq
empty_permuted _efficientzerotensor bernoulli_ normal_ uniform_ exponential_ random_ geometric_
"""
CREATED = {f"aten.{name}" for name in _CREATED.split()}


def made_of(arguments: Arguments) -> Made:
    """What an operation is; one that nobody priced is unknown."""
    known = OPERATIONS.get(arguments.name)
    made = known(arguments) if known else None
    if made is None:
        return Made(Unknown(arguments.name, arguments.outputs), tuple(arguments.tensors))
    return made


_OF_SEVERAL = (Bilinear, DeformConv, Distances, GridSample, RoiAlign)


def missing(made: Made) -> list[int]:
    """Which of what an op reads are constants whose shape it needs and does not hold itself."""
    if hasattr(made.op, "given") or isinstance(made.op, Move | Scatter | Unknown):
        return []
    needed = made.reads if isinstance(made.op, _OF_SEVERAL) else made.reads[:1]
    return [place for place, operand in enumerate(needed) if operand.is_constant]
