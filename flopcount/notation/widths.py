"""``set`` on layers: ``A.1/3x3/1=24`` gives the layer of that path another width.

A column is set before the layers are made (networks.py); a layer, before any rewrite.
"""

from collections.abc import Mapping, Sequence

from ..core import Node, text_of, width_of, with_width
from ..errors import FlopcountError, one_of, quote, shorten
from ..reading import whole_number
from ..records import replace
from ..sizes import Size, as_size
from .variables import Of, Variable


def set_place(variable: Variable) -> str:
    """The place that an error names."""
    name = variable.name
    return f"set {shorten(name) if name.isprintable() else quote(name)}"


def given_width(value: Size | str, what: str) -> Size:
    """A width as it is given: a text from the command line, or a size."""
    return whole_number(value, what) if isinstance(value, str) else as_size(value, what)


def with_widths(nodes: Sequence[Node], changes: Mapping[Variable, Size | str]) -> tuple[Node, ...]:
    """Give the layers that `changes` names by path their width; a column is left.

    Layers that share their weights have one width: that of one is of all. Raises `FlopcountError`
    for a path that no layer has, one without a width of its own, a width that is no size, and two
    for layers that share their weights.
    """
    wanted = {layer: width for layer, width in changes.items() if layer.of is Of.LAYER}
    if not wanted:
        return tuple(nodes)
    known = {node.path: node for node in nodes}
    uses: dict[str, list[Node]] = {}
    for node in nodes:
        uses.setdefault(node.weights.get("W", node.path), []).append(node)
    given: dict[str, Node] = {}
    first: dict[str, str] = {}  # what names a parameter, or a layer → the path that was given
    for layer, value in wanted.items():
        path, place = layer.name, set_place(layer)
        if path not in known:
            raise FlopcountError(f"{place}: {one_of(path, known, 'layer')}")
        node = known[path]
        if width_of(node.op) is None:
            what = text_of(node.op) or f"a {node.op.word}"
            raise FlopcountError(f"{place}: {what} has no width of its own")
        try:
            width = given_width(value, "width")
        except FlopcountError as error:
            raise FlopcountError(f"{place}: {error}") from None
        key = node.weights.get("W", path)
        if first.setdefault(key, path) != path and width_of(given[path].op) != width:
            raise FlopcountError(
                f"{place}: it shares its weights with {first[key]}, whose width was set too"
            )
        for use in uses[key]:
            given[use.path] = replace(use, op=with_width(use.op, width), like=None, base=None)
    return tuple(given.get(node.path, node) for node in nodes)
