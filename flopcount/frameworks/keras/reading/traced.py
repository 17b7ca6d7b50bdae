"""A Keras model read by its program: any layer, whatever its code, traced by JAX on the CPU."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ....core import Network
from ....records import dataclass
from ...models.inputs import Inputs
from ...models.model import Model, Source, Symbols
from ..backend import import_keras
from .called import Pack, takes, typed
from .loading import built, needs_jax
from .tracing import Watch, program, running, structs

if TYPE_CHECKING:
    from ...jax.reader import Program
    from .scopes import Scopes
    from .variables import Variable


class Traced(NamedTuple):
    """A program, the variables that it reads, in their order, and the ways to the layers."""

    run: "Program"
    variables: "tuple[Variable, ...]"
    scopes: "Scopes"


@dataclass(kw_only=True)
class TracedKeras(Model):
    """A Keras model with its inputs by name; `pack` makes the arguments of a call of them."""

    module: Any
    pack: Pack
    reader: ClassVar[str] = "keras"
    framework: ClassVar[str] = "Keras"
    channels_last: ClassVar[bool] = True

    def read_at(self, inputs: Inputs) -> Network:  # noqa: D102
        from .program import network_of

        return network_of(self.program(inputs).run)

    def open(  # noqa: D102
        self, inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]
    ) -> Source:
        from ...jax.reader.symbolic import run_open
        from .program import KerasGraph

        def at(sizes: Mapping[str, Any]) -> "Program":
            return self.program(inputs, sizes).run

        return run_open(at, hints, steps, KerasGraph)

    def program(
        self,
        inputs: Inputs,
        sizes: Mapping[str, Any] | None = None,
        watch: Watch = lambda *_: None,
    ) -> Traced:
        """Its program on some inputs, `sizes` in the place of names in their shapes.

        `watch` is told of each call of a layer. Raises `FlopcountError` where it does not run on
        them.
        """
        from ...jax.reader import Leaf, program_of

        with (
            on_cpu(),
            program(self.module, inputs, self.pack, watch) as (
                function,
                variables,
                scopes,
            ),
        ):
            given = structs(inputs, sizes or {})
            leaves = [Leaf(v.key, v.scope, v.is_weight, v.letter) for v in variables]
            with running(self.module):
                run = program_of(
                    function,
                    ([variable.struct for variable in variables], given),
                    None,
                    (*leaves, *sorted(given)),
                    kinds=scopes.kinds,
                    ways=scopes.way,
                )
            return Traced(run, variables, scopes)


@contextmanager
def on_cpu() -> Iterator[None]:
    """Trace for the CPU, so that a program is the same wherever it is read."""
    import jax

    try:
        scope: Any = jax.default_device(jax.devices("cpu")[0])
    except RuntimeError:  # JAX_PLATFORMS leaves the CPU out
        scope = nullcontext()
    with scope:
        yield


def trace_model(  # noqa: PLR0913  what a model is made of, each by its name
    module: Any,
    inputs: Inputs | None,
    name: str,
    symbols: Symbols | None = None,
    *,
    given: Any = None,
    source: str = "",
) -> TracedKeras:
    """A Keras model by its program; `given` are its inputs as typed, if they are not there.

    Raises `FlopcountError` for inputs that it does not take, and on another backend than JAX.
    """
    needs_jax(import_keras(), name)
    wanted = takes(module)
    called = typed(given, wanted, name) if inputs is None else inputs
    return TracedKeras(
        name=name,
        inputs=called,
        source=source,
        symbols=symbols or {},
        module=module,
        pack=wanted.pack,
    )


def trace_file(path: str, given: Any = None, trust: bool = False) -> TracedKeras:  # noqa: FBT001, FBT002
    """The model of a .keras or .h5 file, built by Keras of its config, without its weights.

    `trust`: code that the file holds or names may run. Raises `FlopcountError` for a file that
    holds no model, for code that is not trusted, and for inputs that the model does not take.
    """
    from .archive import config_of

    module = built(config_of(path), path, trust=trust)
    return trace_model(module, None, path, given=given, source="built by Keras")
