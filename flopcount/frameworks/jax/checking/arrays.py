"""Random arrays of the shapes that a program takes, on a device: to time it by."""

from typing import Any

import numpy as np

_SPREAD = 0.02  # of the numbers: as small as weights, so that a deep network stays finite


def random_array(struct: Any, device: Any, seed: int = 0) -> Any:
    """Random numbers of a shape and a type; whole ones are 0, which is a place in any table."""
    import jax

    dtype, shape = np.dtype(str(struct.dtype)) if _is_plain(struct) else None, struct.shape
    if dtype is None:
        return jax.device_put(jax.numpy.zeros(shape, struct.dtype), device)
    if dtype.kind != "f":
        return jax.device_put(np.zeros(shape, dtype), device)
    numbers = _SPREAD * np.random.default_rng(seed).standard_normal(shape, dtype="float32")
    return jax.device_put(numbers.astype(dtype), device)


def _is_plain(struct: Any) -> bool:
    """Whether NumPy has its type."""
    try:
        np.dtype(str(struct.dtype))
    except TypeError:
        return False
    return True


def filled(tree: Any, device: Any) -> Any:
    """A tree with random arrays in the place of shapes; all else as it is."""
    import jax

    def put(one: Any) -> Any:
        return random_array(one, device) if isinstance(one, jax.ShapeDtypeStruct) else one

    return jax.tree_util.tree_map(put, tree)
