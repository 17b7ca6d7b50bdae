"""The Keras layers of a row: made, named, found again, and shared where parameters are shared."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...core import Node
from ...core.ops.norm import read_kind
from ...core.ops.tail import Tail
from ...errors import FlopcountError
from ...sizes import Window
from .layers import bias_layer, rms_layer

if TYPE_CHECKING:
    import numpy as np

# Keras' names where they are not ours.
ACTIVATION_NAMES = {
    "leaky": "leaky_relu",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
}
# The variables of Keras' batch norm by the capital of their parameter in our nests.
BATCH_NORM = {"gamma": "G", "beta": "S", "moving_mean": "M", "moving_variance": "V"}
NORM_NAMES = {"scale": "gamma"}  # of RMSNormalization, as all others have it
EPSILON = 0.001  # Keras' own, but for RMSNormalization


def layer_name(path: str, part: str = "") -> str:
    """The name of a row's Keras layer: Keras refuses ``/``, PyTorch ``.``; no path has a ``>``.

    >>> layer_name("3a/5x5/2"), layer_name("C.1/3x3/1", "norm")
    ('3a>5x5>2', 'C>>1>3x3>1>norm')
    """
    return (f"{path}/{part}" if part else path).replace("/", ">").replace(".", ">>")


def layer_path(name: str) -> str:
    """The path that a Keras layer's name stands for: `layer_name` undone.

    >>> layer_path("C>>1>3x3>1>norm")
    'C.1/3x3/1/norm'
    """
    return name.replace(">>", ".").replace(">", "/")


def zeros(shape: Any, dtype: Any = None) -> Any:  # noqa: ARG001  Keras asks so
    """Zeros from numpy: Keras' own on JAX take 15 s for GoogLeNet."""
    import numpy as np

    return placed(np.zeros(shape, np.float32))


def ones(shape: Any, dtype: Any = None) -> Any:  # noqa: ARG001  likewise
    """Ones from numpy."""
    import numpy as np

    return placed(np.ones(shape, np.float32))


def placed(array: "np.ndarray[Any, Any]") -> Any:
    """A numpy array where Keras wants it: on JAX put there, else Keras compiles a copy a shape."""
    import keras

    if keras.backend.backend() != "jax":
        return array
    import jax

    return jax.device_put(array)


class SharedLayers:
    """The Keras layers whose variables rows share, by the keys of the parameters."""

    def __init__(self) -> None:
        self._layers: dict[tuple[str, ...], tuple[Any, Mapping[str, Any], Any]] = {}

    def layer(
        self, keys: tuple[str, ...], kind: Any, settings: Mapping[str, Any], name: str
    ) -> Any:
        """The layer that holds them, made the first time.

        Raises `FlopcountError` where it is to work in another way than it did, which Keras cannot.
        """
        if keys not in self._layers:
            self._layers[keys] = (kind, settings, kind(name=name, **settings))
        made, with_settings, layer = self._layers[keys]
        if (made, with_settings) != (kind, settings):
            raise FlopcountError(
                f"Keras cannot share {', '.join(keys)} between layers of other settings"
            )
        return layer


def _of_one_layer(kernel: str | None, bias: str | None) -> bool:
    """Whether a kernel and a bias are shared together: ``3a/1:W`` and ``3a/1:B``."""
    first, second = ((key or "").rpartition(":")[0] for key in (kernel, bias))
    return bool(first) and first == second


class RowLayers:
    """Where a row's Keras layers are made and found again.

    `parts` are those of the row; what the row shares with others lies in `shared`, too.
    """

    def __init__(
        self, keras: Any, node: Node, parts: dict[str, Any], shared: SharedLayers, kernel: Any
    ) -> None:
        self.kinds = keras.layers
        self.kernel = kernel  # what fills the kernels
        self._node = node
        self._parts = parts
        self._shared = shared

    def layer(
        self, kind: Any, part: str = "", holds: Iterable[str] = (), /, **settings: Any
    ) -> Any:
        """The row's layer for a part, made the first time; `holds` are the parameters in it."""
        if part not in self._parts:
            name = layer_name(self._node.path, part)
            held = {capital: self._node.weights.get(capital) for capital in holds}
            keys = tuple(key for key in held.values() if key is not None)
            if not keys:
                self._parts[part] = kind(name=name, **settings)
            elif len(keys) < len(held):
                alone = ", ".join(capital for capital, key in held.items() if key is not None)
                raise FlopcountError(f"Keras shares a norm whole, not its {alone} alone")
            else:
                self._parts[part] = self._shared.layer(keys, kind, settings, name)
        return self._parts[part]

    def ranked(self, name: str, rank: int, after: str = "") -> Any:
        """Keras' class of that name for grids of so many axes: ``Conv2D``.

        Raises `FlopcountError` where Keras has none.
        """
        kind = getattr(self.kinds, f"{name}{rank}D{after}", None)
        if kind is None:
            raise FlopcountError(f"Keras has no {name}{after} for a grid of {rank} axes")
        return kind

    def grid(self, x: Any, rank: int, part: str = "grid") -> Any:
        """A tensor with a grid of so many axes, as those of flat layers have not."""
        missing = rank + 2 - len(x.shape)
        if missing <= 0:
            return x
        shape = (*(1,) * missing, *x.shape[1:])
        return self.layer(self.kinds.Reshape, part, target_shape=shape)(x)

    def flat(self, x: Any) -> Any:
        """A tensor without a grid."""
        return self.layer(self.kinds.Flatten, "flat", data_format="channels_last")(x)

    def bordered(
        self, name: str, setting: str, x: Any, sides: tuple[tuple[int, int], ...], part: str = ""
    ) -> Any:
        """A tensor with so much before and after each axis of its grid, or without it."""
        rank = len(sides)
        settings: dict[str, Any] = {setting: sides}
        if rank == 1:  # no data format there before Keras 3.6
            settings = {setting: sides[0]}
        else:
            settings["data_format"] = "channels_last"
        return self.layer(self.ranked(name, rank), part, **settings)(x)

    def window(self, x: Any, window: Window) -> tuple[Any, dict[str, Any]]:
        """The input, padded where the padding is explicit, and the settings of a convolution."""
        padding = window.padding
        if isinstance(padding, tuple):
            sides = tuple((pad, pad) for pad in padding)
            x, padding = self.bordered("ZeroPadding", "padding", x, sides, "pad"), "valid"
        return x, {
            "kernel_size": window.kernel,
            "strides": window.stride,
            "dilation_rate": window.dilation,
            "padding": padding,
            "data_format": "channels_last",
        }

    def products(
        self, kind: Any, tail: Tail, x: Any, crop: tuple[int, ...] = (), /, **settings: Any
    ) -> Any:
        """A layer with a kernel, and what follows it; `crop` cuts both sides of its output.

        A bias that may be shared, or not, apart from the kernel is a layer of its own.
        """
        weights = self._node.weights
        shares = self.held("WB" if tail.bias else "W")
        apart = tail.bias and bool(shares) and not _of_one_layer(*map(weights.get, "WB"))
        settings |= {"use_bias": tail.bias and not apart, "bias_initializer": zeros}
        holds = [capital for capital in shares if capital == "W" or not apart]
        x = self.layer(kind, "", holds, **settings)(x)
        if crop:
            sides = tuple((cut, cut) for cut in crop)
            x = self.bordered("Cropping", "cropping", x, sides, "crop")
        return self.followed(x, tail, biased=apart)

    def held(self, capitals: str = "") -> list[str]:
        """Which of these parameters the row shares with others; without any, all that it shares."""
        weights = self._node.weights
        return [capital for capital in capitals or weights if capital in weights]

    def followed(self, x: Any, tail: Tail, *, biased: bool = False) -> Any:
        """What follows a kernel: a bias in a layer of its own, a norm, an activation."""
        if biased:
            x = self.layer(bias_layer(), "bias", "B" if "B" in self._node.weights else "")(x)
        if tail.norm:
            x = self.norm(x, tail.norm, "norm")
        return self.activation(x, tail.activation, tail.activation) if tail.activation else x

    def norm(self, x: Any, kind: str, part: str = "") -> Any:
        """A norm, of the batch or of the sample: γ and β as its kind says."""
        read = read_kind(kind)
        over, gamma, beta = read.over, read.scales, read.shifts
        held = ["G"] * gamma + ["S"] * beta
        if over == "rms":
            if gamma and hasattr(self.kinds, "RMSNormalization"):
                return self.layer(self.kinds.RMSNormalization, part, held, epsilon=EPSILON)(x)
            return self.layer(rms_layer(), part, held, epsilon=EPSILON, scale=gamma)(x)
        settings: dict[str, Any] = {
            "scale": gamma,
            "center": beta,
            "gamma_initializer": ones,
            "beta_initializer": zeros,
        }
        if over == "batch":
            settings |= {"moving_mean_initializer": zeros, "moving_variance_initializer": ones}
            layer = self.layer(self.kinds.BatchNormalization, part, [*held, "M", "V"], **settings)
        elif over == "layer":
            layer = self.layer(self.kinds.LayerNormalization, part, held, **settings)
        else:
            settings["groups"] = read.groups if over == "group" else -1
            layer = self.layer(self.kinds.GroupNormalization, part, held, **settings)
        return layer(x)

    def activation(self, x: Any, kind: str, part: str = "") -> Any:
        """An activation, by our name for it."""
        if kind == "prelu":
            grid = list(range(1, len(x.shape) - 1))
            settings = {"alpha_initializer": zeros, "shared_axes": grid or None}
            return self.layer(self.kinds.PReLU, part, "A", **settings)(x)
        name = ACTIVATION_NAMES.get(kind, kind)
        return self.layer(self.kinds.Activation, part, activation=name)(x)
