"""What is read as a function of JAX's: functions, modules of Flax and Equinox, pairs."""

from .recognised import is_of_jax, prepared

__all__ = ["is_of_jax", "prepared"]
