"""An ONNX file as a model: what is in it, its inputs, who wrote it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError, listed, plural, quote, quote_path, shorten, visible
from ..models.inputs import Inputs, Tensor
from ..models.inputs.given import named_axes
from ..models.model import Symbols
from ..models.needs import needed
from .inputs import Taken, inputs_of
from .model import OnnxModel

if TYPE_CHECKING:
    import onnx


def open_file(path: str, given: str | Mapping[str, str] | None = None) -> OnnxModel:
    """The model in a file. Raises `FlopcountError` for a file that is none, or is damaged."""
    needed("onnx", path)
    from .file import load

    proto = load(path)
    try:
        taken = inputs_of(proto, given)
    except FlopcountError as error:
        raise FlopcountError(f"{quote_path(path)}: {error}") from None
    return _model(path, proto, taken, {})


def given_proto(
    model: "onnx.ModelProto",
    inputs: Inputs | str | Mapping[str, str] | None = None,
    symbols: Mapping[str, Any] | None = None,
    name: str = "",
) -> OnnxModel:
    """A model that stands in a user's program, with its inputs where it leaves sizes free.

    Raises `FlopcountError` as `open_file` does.
    """
    onnx = needed("onnx", name or "an ONNX model")
    if not isinstance(model, onnx.ModelProto):
        how = (
            "bytes are read by onnx.load_from_string"
            if isinstance(model, bytes)
            else "a file is read by fc.load"
        )
        raise FlopcountError(f"{quote(model)} is no onnx.ModelProto; {how}")
    from .file import copied

    name = name or shorten(visible(model.graph.name)) or "model"
    proto = copied(model, quote(name))
    try:
        given = _typed(proto, inputs) if isinstance(inputs, Inputs) else inputs
        taken = inputs_of(proto, given)._replace(in_python=True)
        named = named_axes(taken.inputs, symbols or {})
    except FlopcountError as error:
        raise FlopcountError(f"{quote(name)}: {error}") from None
    return _model(name, proto, taken, named)


def _typed(proto: "onnx.ModelProto", inputs: Inputs) -> dict[str, str]:
    """Inputs as they would be typed: those without a name in the order of the model's."""
    held = {one.name for one in proto.graph.initializer}
    names = [one.name for one in proto.graph.input if one.name not in held]
    if len(inputs.args) > len(names):
        raise FlopcountError(f"{plural(len(inputs.args), 'input')} for {listed(names)}")
    given = {**dict(zip(names, inputs.args, strict=False)), **inputs.kwargs}
    texts = {}
    for key, value in given.items():
        if not isinstance(value, Tensor):
            raise FlopcountError(f"its input {quote(key)} is a tensor: give its shape")
        kind = "" if value.dtype == "float32" else f":{value.dtype}"  # which says nothing
        if value.shape:
            texts[key] = "x".join(map(str, value.shape)) + kind
    return texts


def _model(name: str, proto: "onnx.ModelProto", taken: Taken, symbols: Symbols) -> OnnxModel:
    notes = [
        "parameters are those of the file: exporters fold batch norm into weights, and the like"
    ]
    notes += [
        f"the file fixes other sizes of {one}, and is read at those that were given"
        for one in taken.changed
    ]
    return OnnxModel(
        name,
        taken.inputs,
        symbols=symbols or taken.symbols,
        source=source_of(proto),
        notes=tuple(notes),
        proto=proto,
        taken=taken,
    )


def source_of(proto: "onnx.ModelProto") -> str:
    """What a file says of itself: ``opset 17, by pytorch 2.1.0, IR version 8``."""
    opsets = [
        f"opset {one.version}" if one.domain in ("", "ai.onnx") else f"{one.domain} {one.version}"
        for one in proto.opset_import
    ]
    by = shorten(" ".join(filter(None, (proto.producer_name.strip(), proto.producer_version))))
    parts = [shorten(", ".join(opsets)), f"by {by}" if by else "", f"IR version {proto.ir_version}"]
    return ", ".join(filter(None, parts))
