"""A model's function, run on shapes alone: what it is called with, what goes wrong in its code."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from sys import stderr
from typing import TYPE_CHECKING, Any

import jax

from ...core import Network
from ...errors import FlopcountError
from ...records import replace
from ..models.inputs import Inputs, Tensor
from ..models.model import Source
from .failures import message
from .reader.graph import Graph
from .reader.program import Program, is_array, program_of
from .reader.symbolic import run_open

if TYPE_CHECKING:
    from .model import JaxModel


def read(model: "JaxModel", inputs: Inputs) -> Network:
    """The network of a model on these inputs. Raises `FlopcountError`."""
    network = Graph(program_at(model, inputs, {})).network()
    return replace(network, reader={**network.reader, **model.versions})


def opened(
    model: "JaxModel", inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]
) -> Source:
    """A model with names for some sizes. Raises `FlopcountError`, also where JAX cannot decide."""

    def graph(program: Program, size: Callable[[Any], Any]) -> Graph:
        return _Named(program, size, model.versions)

    return run_open(lambda sizes: program_at(model, inputs, sizes), hints, steps, graph)


class _Named(Graph):
    """A graph whose network names the packages that it was read by."""

    def __init__(
        self, program: Program, size: Callable[[Any], Any], versions: Mapping[str, str]
    ) -> None:
        super().__init__(program, size)
        self.versions = versions

    def network(self) -> Network:
        network = super().network()
        return replace(network, reader={**network.reader, **self.versions})


def program_at(
    model: "JaxModel", inputs: Inputs, sizes: Mapping[str, Any] | None = None
) -> Program:
    """A model's program on these inputs, `sizes` in the place of names in their shapes."""
    sizes = sizes or {}
    names: dict[int, str] = {}

    def struct(name: str, tensor: Tensor) -> Any:
        shape = tuple(sizes.get(n, n) if isinstance(n, str) else n for n in tensor.shape)
        made = jax.ShapeDtypeStruct(shape, jax.dtypes.canonicalize_dtype(tensor.dtype))
        names[id(made)] = name
        return made

    args, kwargs = inputs.mapped(struct)
    with framework_as_found():
        try:
            called = model.prepare(tuple(args), kwargs)
            flat = jax.tree_util.tree_leaves((called.args, called.kwargs))
            flowing = [names.get(id(leaf), "") for leaf in flat if is_array(leaf)]
            held = len(jax.tree_util.tree_leaves(called.held))
            leaves = [*called.leaves, *_named(flowing)]
            if held != len(called.leaves):
                raise FlopcountError(f"{held} arrays are held, and {len(called.leaves)} are known")
            return program_of(
                called.function, (called.held, *called.args), called.kwargs, leaves, **called.known
            )
        except FlopcountError:
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  it is a user's code that runs
            raise message(error, model.name, inputs, model.takes) from None


def _named(names: list[str]) -> Iterator[str]:
    """The names of what flows in, each once."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        own = name if name and name not in seen else f"x.{place}"
        seen.add(own)
        yield own


@contextmanager
def framework_as_found() -> Iterator[None]:
    """What code prints goes to standard error; JAX's settings are put back, on errors too."""
    before = dict(jax.config.values)
    try:
        with redirect_stdout(stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, held in before.items():
            if jax.config.values.get(name) != held:
                jax.config.update(name, held)
