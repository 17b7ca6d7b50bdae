"""A network and a report as Python users hold them.

They know here what the rooms above the analysis make of them: a Keras model, a picture, a page.
"""

from typing import TYPE_CHECKING, cast

from .. import core as _core
from .. import notation as _notation
from ..errors import FlopcountError, plural, shorten, visible
from ..records import fields
from ..rewrites import Parted, part_name
from .saving import Writable

if TYPE_CHECKING:
    import keras
    from matplotlib.figure import Figure


class Network(Parted):
    """A network: its layers in order, and what enters it.

    `nodes` are the layers, `inputs` the shapes that come from outside, `output` the path of the
    result, `results` the path of each by its name. ``net["3a"]`` is a part of it,
    ``net["3a"]["5x5"]`` a part of that; iterating gives each module as a part, `len` how many there
    are.

    >>> import flopcount as fc
    >>> net = fc.load("googlenet")
    >>> net["3a"]
    <Network googlenet, module 3a: 28×28×192 → 28×28×256, 8 layers>
    >>> net["3a"]["5x5"]
    <Network googlenet, module 3a, branch 5x5: 28×28×192 → 28×28×32, 2 layers>
    >>> [len(module.nodes) for module in net][:5], len(net)
    ([1, 2, 3, 1, 8], 19)
    """

    def rewritten(self, *rewrites: str) -> "Network":
        """The network with these rewrites, each as a name has it behind an ``@``.

        Among them ``"separable"``, ``"factorize=5x5:3x3"``, and, to leave out 1×1 reductions,
        ``"reduce=layer*/conv1", "naive"``. Raises `FlopcountError` for a part of a network, for
        what is no rewrite, and where one does not apply.

        >>> import flopcount as fc
        >>> fc.load("googlenet")["3a"]
        <Network googlenet, module 3a: 28×28×192 → 28×28×256, 8 layers>
        >>> fc.load("googlenet").rewritten("separable")["3a"]
        <Network googlenet@separable, module 3a: 28×28×192 → 28×28×256, 10 layers>
        """
        return of_graph(_notation.rewritten(self, rewrites))

    def to_keras(self, weights: str = "zeros") -> "keras.Model":
        """The same network as a Keras model, on the backend of ``KERAS_BACKEND`` (else JAX).

        `weights` names a Keras initializer for the kernels (``"glorot_uniform"``); zeros build in
        a second. Outputs are the network's own and, loaded with ``aux=True``, its auxiliary heads.
        Layers are named by their paths, ``/`` written as ``>`` and ``.`` as ``>>``; a dropout's
        rate and a residual's scale are not in a table and stand at 0.5 and 0.1. Needs
        ``flopcount[keras]``. Raises `FlopcountError` where Keras is missing or refuses a layer.
        """
        from ..frameworks.keras.model import to_keras

        return to_keras(self, weights)

    def __repr__(self) -> str:
        """Name, module, input → output, number of layers."""
        from ..analysis.ends import inputs_text, outputs_text

        what = ", ".join(filter(None, (shorten(visible(self.name)), visible(part_name(self)))))
        try:
            shapes = self.shapes
        except FlopcountError as error:
            return f"<Network {what}: {error}>"
        ends = f"{inputs_text(self)} → {outputs_text(self, shapes)}"
        return f"<Network {what}: {ends}, {plural(len(self.nodes), 'layer')}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the drawing, and below it the line of `repr`."""
        from ..pictures.inline import figure_of

        return figure_of(self, repr(self))


class Report(Writable):
    """What a network, or some of its modules, costs: iterate over `lines`, see `total`.

    ``report["5x5"]`` is the line of a name. `by` changes the grain; ``save``, ``to_frame``,
    ``to_csv``, ``to_markdown``, ``to_json``, ``to_latex`` and ``plot`` hand it on. Counts are of
    `batch` samples; parameters are of the network.

    >>> import flopcount as fc
    >>> report = fc.analyze("googlenet", modules=["3a"])
    >>> line = report["5x5"]
    >>> line.multiplies, line.naive.multiplies, round(line.saved, 2)
    (12443648, 120422400, 9.68)
    """

    def plot(  # noqa: PLR0913  the options of a picture
        self,
        kind: str = "savings",
        *,
        branch: str | None = None,
        beside: _notation.Given | None = None,
        title: str | None = None,
        size: str | None = None,
        font: str | None = None,
        dpi: int | None = None,
        theme: str | None = None,
        heading: bool = True,
        transparent: bool = False,
    ) -> "Figure":
        """A picture as a matplotlib figure: drawing, savings, modules, layers, breakeven or tree.

        `beside` is what stands beside the network in a drawing: ``"naive"``, a rewrite such as
        ``"separable"``, or another network; `branch` chooses the reductions of one branch, for
        breakeven. The other options, and what is raised, are those of `flopcount.plot`, which
        also draws several networks.

        >>> import flopcount as fc
        >>> fc.analyze("googlenet", modules=["3a"]).plot("drawing", beside="naive")
        <Figure size ...>
        """
        from ..pictures.plot import plot

        return plot(
            self,
            kind,
            branch=branch,
            beside=beside,
            title=title,
            size=size,
            font=font,
            dpi=dpi,
            theme=theme,
            heading=heading,
            transparent=transparent,
        )

    def __str__(self) -> str:
        """What the terminal shows."""
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return self.to_format("html")


def of_graph(network: _core.Network) -> Network:
    """A network as the Python interface hands it out."""
    made = Network(*(getattr(network, field.name) for field in fields(network)))
    plan = _notation.draft_of(network) if network.whole is None else None
    return cast("Network", _notation.remember(made, plan))
