"""The table from an operation of PyTorch's to an op: what each computes.

A rule reads the arguments of a call by their names and says what the operation is. `OPERATIONS`
has one for each that is known, `CREATED` are those that make a tensor from nothing but its shape,
and whatever is in neither is `Unknown`: a row with its shapes and no counts.
"""

from ....core.ops.tensors import Unknown
from ...models.operands import Made
from . import elementwise, moving, norms, products, reductions, windows  # noqa: F401  they register
from .arguments import Arguments
from .recurrent import RECURRENT, layers
from .table import OPERATIONS

__all__ = ["CREATED", "OPERATIONS", "RECURRENT", "layers", "made_of"]

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
