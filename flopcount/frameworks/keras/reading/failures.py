"""What Keras, or a model's own code, raises, in one line that names the model."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ....errors import FlopcountError


@contextmanager
def in_one_line(name: str, failed: Callable[[Exception], str]) -> Iterator[None]:
    """Raise `FlopcountError` for whatever is raised within; what is warned of is no fault.

    `failed` says what became of the model of this name: it follows the name.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FlopcountError:
        raise
    except MemoryError:
        raise FlopcountError(f"{name}: out of memory") from None
    except RecursionError:
        raise FlopcountError(f"{name}: too many layers within each other for Keras") from None
    except Exception as error:  # noqa: BLE001  whatever a config, or a model's code, makes it raise
        raise FlopcountError(f"{name}{failed(error)}") from None
