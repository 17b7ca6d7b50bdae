"""What goes into a model of transformers, by what its forward takes and its config says."""

from typing import Any

from ...models.inputs import Inputs, Tensor
from ...models.inputs.typed import parameters, required

TOKENS = 128  # of a text
SECOND = 16_000  # samples of a sound


def example(module: Any, config: Any) -> tuple[Inputs, list[str]]:
    """Inputs of a usual size, by name, and the names of what it could take besides: images.

    Ids 1×128, or as many as the model has positions; images, spectra and series of the sizes that
    the config says.
    """
    takes = parameters(module)
    main = getattr(module, "main_input_name", "input_ids")
    generates = type(module).__name__.endswith(("ForConditionalGeneration", "ForCausalLM"))
    names = [main] if main in takes else takes[:1]
    names += [name for name in required(module) if name not in names]
    both = main == "input_ids" and not generates and not _decodes(config)
    if both and hasattr(config, "vision_config"):
        names += ["pixel_values"]
    if _decodes(config) and main in ("input_features", "input_values", "input_ids"):
        names += ["decoder_input_ids"]
    known = [name for name in dict.fromkeys(names) if name in takes]
    found: dict[str, Any] = {name: _tensor(name, config) for name in known}
    if "use_cache" in takes:
        found["use_cache"] = False
    without = (
        ["pixel_values"] if generates and "pixel_values" in takes and main == "input_ids" else []
    )
    return Inputs((), found), without


def _decodes(config: Any) -> bool:
    return bool(getattr(config, "is_encoder_decoder", False))


def _tensor(name: str, config: Any) -> Tensor:  # noqa: PLR0911  one for each kind of input
    if name.endswith("ids") or name in ("attention_mask", "input_tokens"):
        return Tensor((1, _tokens(config)), "int64")
    vision = getattr(config, "vision_config", None) or config
    if name in ("pixel_values", "pixel_values_videos"):
        return _image(vision)
    if name == "input_features":
        bins = getattr(config, "num_mel_bins", None) or getattr(config, "feature_size", 80)
        positions = getattr(config, "max_source_positions", None)
        return Tensor((1, bins, 2 * positions) if positions else (1, 1024, bins))
    if name == "input_values":
        if hasattr(config, "num_mel_bins") and hasattr(config, "max_length"):  # a spectrogram
            return Tensor((1, config.max_length, config.num_mel_bins))
        channels = getattr(config, "audio_channels", 0)
        return Tensor((1, channels, SECOND) if channels else (1, SECOND))
    if name == "past_values":
        length = getattr(config, "context_length", None) or TOKENS
        channels = getattr(config, "num_input_channels", None) or getattr(config, "input_size", 1)
        return Tensor((1, length, channels))
    if name.endswith("embeds"):
        return Tensor((1, _tokens(config), _width(config)))
    return Tensor((1, _tokens(config)))


def _tokens(config: Any) -> int:
    text = getattr(config, "text_config", None) or config
    names = ("max_position_embeddings", "n_positions", "max_seq_len")
    limits = [getattr(text, name, None) for name in names]
    return min([TOKENS, *(limit for limit in limits if isinstance(limit, int) and limit > 0)])


def _width(config: Any) -> int:
    found: Any = getattr(config, "hidden_size", None) or getattr(config, "d_model", 768)
    return int(found)


def _image(config: Any) -> Tensor:
    """An image, or where the config has frames a video: 1×T×3×H×W."""
    channels = getattr(config, "num_channels", None) or getattr(config, "in_channels", None) or 3
    size = getattr(config, "image_size", None) or 224
    if isinstance(size, dict):
        size = (size.get("height", 224), size.get("width", 224))
    sides = tuple(size) if isinstance(size, list | tuple) else (size, size)
    frames = getattr(config, "num_frames", None)
    return Tensor((1, *((frames,) if isinstance(frames, int) else ()), channels, *sides))
