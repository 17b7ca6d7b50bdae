"""Models of transformers, from a config's file or a config class's defaults, without weights."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ....errors import FlopcountError, one_of, quote, quote_path, shorten
from ...models.inputs.typed import with_typed
from ...models.model import Model
from ...models.needs import needed, offline
from ..model import TorchModel
from ..run.failures import said
from ..run.state import framework_as_found
from .building import again, built
from .example import example

MOST_BYTES = 1 << 24  # of a config's file
MOST_LAYERS = 10_000  # the deepest that is published has some 200


def configured(name: str, given: str | Mapping[str, str] | None) -> Model:
    """A model of transformers: a model type (``gpt2``), or the path of a ``config.json``.

    Nothing is downloaded, and no code that is not transformers' own is run. Raises
    `FlopcountError` for a type that it does not know, and for a file that is no config.
    """
    reference = f"hf:{name}"
    package = needed("transformers", reference)
    with framework_as_found(), offline():
        fields = _fields(name)
        config = _config(package, fields, reference)
        _check_depth(config, reference)
        chosen, why = _class(package, config, fields)
        _prepare(config)

        def make() -> Any:
            return chosen(config)

        module = built(make, reference)
        inputs, without = example(module, config)
    typed = with_typed(given, inputs, module)
    left = [word for word in without if word not in typed.kwargs]
    return TorchModel(
        reference,
        typed,
        module=module,
        source=f"{chosen.__name__} of transformers {package.__version__}, {why}, without weights",
        notes=(f"without {' and '.join(left)}: --input {left[0]}=… adds it",) if left else (),
        again=again(make, reference),
    )


def _fields(name: str) -> dict[str, Any]:
    """What a config's file says; of a model type, its name alone."""
    path = Path(name)
    if path.is_dir():
        path /= "config.json"
    if not (path.suffix == ".json" or path.is_file()):
        return {"model_type": name}
    where = quote_path(f"{path}")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FlopcountError(f"{where} is too large for a config")
        fields = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FlopcountError(f"{where} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise FlopcountError(f"{where} is no JSON: {shorten(str(error))}") from None
    if not isinstance(fields, dict) or not isinstance(fields.get("model_type"), str):
        raise FlopcountError(f"{where} is no config of transformers: it has no model_type")
    return fields


def _config(package: Any, fields: dict[str, Any], reference: str) -> Any:
    """The config: its class's defaults, with what the fields say."""
    kinds = package.CONFIG_MAPPING
    kind = fields["model_type"]
    if kind not in kinds:
        own = "auto_map" in fields
        code = "; code of the model's own is never run: give its module in Python" if own else ""
        hub = ": a model of a hub is not downloaded; give the path of its config.json"
        where = hub if "/" in kind else " (or give the path of a config.json)"
        raise FlopcountError(
            f"{quote(reference)}: {one_of(kind, list(kinds.keys()), 'model type of transformers')}"
            f"{code or where}"
        )
    try:
        return kinds[kind].from_dict(fields) if len(fields) > 1 else kinds[kind]()
    except FlopcountError:
        raise
    except Exception as error:  # noqa: BLE001  another package's checks
        raise FlopcountError(f"{quote(reference)} is no config that works: {said(error)}") from None


def _class(package: Any, config: Any, fields: Mapping[str, Any]) -> tuple[Any, str]:
    """The model's class, and how it was chosen: the config's, else by what the type is for."""
    named = fields.get("architectures")
    if named:
        word = named[0] if isinstance(named, list) else named
        found = getattr(package, word, None) if isinstance(word, str) else None
        if isinstance(found, type) and issubclass(found, package.PreTrainedModel):
            return found, "as its architectures say"
        raise FlopcountError(f"architectures: transformers has no model {quote(word)}")
    from transformers.models.auto import modeling_auto as auto

    kind, defaults = config.model_type, "its config's defaults"
    said_so = defaults if len(fields) == 1 else "its config"
    if getattr(config, "is_encoder_decoder", False):
        tables = ["SEQ_TO_SEQ_CAUSAL_LM", "SPEECH_SEQ_2_SEQ"]
    elif kind in auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES:
        tables = []  # an encoder
    else:
        tables = ["CAUSAL_LM", "IMAGE_TEXT_TO_TEXT"]
    for table in tables:
        word = getattr(auto, f"MODEL_FOR_{table}_MAPPING_NAMES").get(kind)
        if word:
            return getattr(package, word), said_so
    word = auto.MODEL_MAPPING_NAMES.get(kind)
    if word is None:
        raise FlopcountError(f"transformers has no model of the type {quote(kind)} alone")
    return getattr(
        package, word if isinstance(word, str) else word[0]
    ), f"{said_so}, without a head"


def _check_depth(config: Any, reference: str) -> None:
    """Raise `FlopcountError` for more layers than can be built one by one in reasonable time."""
    for part in (config, *_parts(config)):
        layers = getattr(part, "num_hidden_layers", 0)
        if isinstance(layers, int) and layers > MOST_LAYERS:
            raise FlopcountError(
                f"{quote(reference)} has {layers:,} layers; at most {MOST_LAYERS:,} are built"
            )


def _prepare(config: Any) -> None:
    """No cache, no download of a backbone, and of experts those that are used."""
    for one in (config, *_parts(config)):
        for field, value in (("use_cache", False), ("use_pretrained_backbone", False)):
            if getattr(one, field, None):
                setattr(one, field, value)
        if hasattr(type(one), "_experts_implementation"):
            one._experts_implementation = "batched_mm"


def _parts(config: Any) -> list[Any]:
    """The configs within a config: of its text, of its images."""
    names = getattr(type(config), "sub_configs", None) or {}
    found = [getattr(config, name, None) for name in names]
    return [part for part in found if hasattr(part, "to_dict")]
