"""What names a Keras model: a file, ``keras:ResNet50``."""

from ...models.model import Model
from .archive import stored
from .config import NotPlainError
from .plain import Given, plain_model


def open_keras(reference: str, given: Given = None, *, trust: bool = False) -> Model:
    """The model that a reference names; `given` are its inputs as typed.

    A file of known layers is read from its config alone. Any other is built by Keras, in safe mode,
    and traced; with `trust` code that it holds may run. Raises `FlopcountError` for what is not
    there, is damaged, or needs what is not installed.
    """
    prefix, colon, name = reference.partition(":")
    if colon and prefix == "keras":
        from .applications import open_application

        return open_application(name, given)
    config, version = stored(reference)
    source = f"saved by Keras {version}" if version else ""
    try:
        return plain_model(config, reference, given, source)
    except NotPlainError:
        from .traced import trace_file

        return trace_file(reference, given, trust)
