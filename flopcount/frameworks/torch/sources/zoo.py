"""Models of torchvision and timm by their names, and what goes into each."""

from collections.abc import Mapping
from typing import Any

from ....errors import FlopcountError, one_of, quote
from ...models.inputs import Inputs, Tensor
from ...models.inputs.typed import with_typed
from ...models.model import Model, Symbols
from ...models.needs import needed
from ..model import TorchModel
from .building import again, built

_AUXILIARY = ("googlenet", "inception_v3")  # those with heads for training alone
FRAMES = 16  # of a video
Given = str | Mapping[str, str] | None


def torchvision(name: str, given: Given) -> Model:
    """A model of torchvision. Raises `FlopcountError`."""
    reference = f"torchvision:{name}"
    package = needed("torchvision", reference)
    models = package.models
    if name.startswith("quantized_"):
        plain = name.removeprefix("quantized_")
        raise FlopcountError(
            f"{quote(reference)} runs on kernels of whole numbers, which are not read: "
            f"torchvision:{plain} is the same network"
        )
    known = [known for known in models.list_models() if not known.startswith("quantized_")]
    if name not in known:
        raise FlopcountError(_unknown(name, known, "torchvision"))
    builder = models.get_model_builder(name)
    task = builder.__module__.removeprefix("torchvision.models.").partition(".")[0]
    options: dict[str, Any] = {}
    if task in ("segmentation", "detection"):
        options["weights_backbone"] = None
    if name in _AUXILIARY:
        options |= {"aux_logits": False, "init_weights": False}

    def make() -> Any:
        return models.get_model(name, weights=None, **options)

    module = built(make, reference)
    inputs, symbols = _of_task(task, module, _preset(models.get_model_weights(builder)))
    typed = with_typed(given, inputs, module)
    side = typed.tensors()["x"].shape[-1]
    if side != getattr(module, "image_size", side):  # one of those whose positions are of one size
        options["image_size"] = side
        module = built(make, reference)
    without = " or auxiliary heads" if name in _AUXILIARY else ""
    return TorchModel(
        reference,
        typed,
        module=module,
        source=f"torchvision {package.__version__}, without weights{without}",
        symbols=symbols,
        again=again(make, reference),
    )


def _unknown(name: str, known: list[str], package: str) -> str:
    """That a model is not there, and what is meant: where many begin so, the first of them."""
    said = one_of(name, known, f"model of {package}")
    begun = [other for other in known if name and other.startswith(name.casefold())]
    if "did you mean" in said or not begun:
        return said
    return f"{said}; {len(begun)} begin so: {', '.join(begun[:6])}{', …' if begun[6:] else ''}"


def _preset(weights: Any) -> dict[str, Any]:
    """How the images are made for the published weights of the smallest."""
    presets = [dict(getattr(one.transforms, "keywords", {}), meta=one.meta) for one in weights]
    sizes = [preset for preset in presets if "crop_size" in preset or "resize_size" in preset]
    return min(sizes, key=_side, default={})


def _side(preset: Mapping[str, Any]) -> int:
    return max(_sides(preset, 224))


def _sides(preset: Mapping[str, Any], default: int) -> tuple[int, int]:
    size = preset.get("crop_size", preset.get("resize_size", default))
    size = tuple(size) if isinstance(size, list | tuple) else (size,)
    return (int(size[0]), int(size[-1]))


def _of_task(task: str, module: Any, preset: Mapping[str, Any]) -> tuple[Inputs, Symbols]:
    if task == "detection":  # a list of images, which it resizes itself
        fixed = module.transform.fixed_size
        least = module.transform.min_size
        side = fixed or (least[-1] if isinstance(least, list | tuple) else least,) * 2
        symbols = {letter: (("x", axis),) for axis, letter in ((1, "H"), (2, "W"))}
        return Inputs(([Tensor((3, *map(int, side)))],)), symbols
    if task == "optical_flow":
        image = Tensor((1, 3, 256, 256))
        return Inputs((image, image)), {}
    if task == "video":
        return Inputs((Tensor((1, 3, FRAMES, *_sides(preset, 224))),)), {}
    return Inputs((Tensor((1, 3, *_sides(preset, 520 if task == "segmentation" else 224))),)), {}


def timm(name: str, given: Given) -> Model:
    """A model of timm. Raises `FlopcountError`."""
    reference = f"timm:{name}"
    package = needed("timm", reference)
    if not package.is_model(name.partition(".")[0]) or ":" in name:
        where = "" if ":" not in name else ": models of a hub are not downloaded"
        known = package.list_models()
        raise FlopcountError(f"{_unknown(name, known, 'timm')}{where}")

    def make() -> Any:
        return package.create_model(name, pretrained=False)

    module = built(make, reference)
    config = getattr(module, "default_cfg", None) or getattr(module, "pretrained_cfg", None) or {}
    size = tuple(config.get("input_size") or (3, 224, 224))
    return TorchModel(
        reference,
        with_typed(given, Inputs((Tensor((1, *size)),)), module),
        module=module,
        source=f"timm {package.__version__}, without weights",
        again=again(make, reference),
    )
