"""A named model, built without weights: on the device meta, where its constructor lets it."""

from collections.abc import Callable
from typing import Any

from ....errors import FlopcountError
from ...models.needs import offline
from ..run.failures import line_of, said
from ..run.state import framework_as_found


def built(make: Callable[[], Any], reference: str) -> Any:
    """What `make` builds, its parameters without storage; with some, where that does not work.

    Raises `FlopcountError` where its constructor does.
    """
    import torch

    with framework_as_found(), offline():
        try:
            with torch.device("meta"):
                return make()
        except FlopcountError:
            raise
        except Exception:  # noqa: BLE001  a constructor that looks at numbers, or is just wrong
            return _plainly(make, reference)


def again(make: Callable[[], Any], reference: str) -> Callable[[], Any]:
    """Builds it with numbers in it."""

    def build() -> Any:
        with offline():
            return _plainly(make, reference)

    return build


def _plainly(make: Callable[[], Any], reference: str) -> Any:
    try:
        return make()
    except FlopcountError:
        raise
    except Exception as error:  # noqa: BLE001  a constructor is code of another package
        line = line_of(error)
        at = f" (at {line})" if line else ""
        raise FlopcountError(f"{reference} cannot be built{at}: {said(error)}") from None
