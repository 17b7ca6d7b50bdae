"""Where the tiles of a sweep are priced, as it is asked for."""

import re
import sys
from typing import TYPE_CHECKING, TypeGuard

from ...errors import FlopcountError, quote
from ...records import dataclass

if TYPE_CHECKING:
    from distributed import Client

MAX_WORKERS = 1024
_PROTOCOLS = ("tcp", "tls", "ws", "wss", "ucx")
_ADDRESS = re.compile(r"(?:([a-z]+)://)?(\[[0-9a-fA-F:.%\w]+\]|[\w.-]+):([0-9]{1,5})", re.ASCII)
_EXAMPLE = "tcp://localhost:8786"


@dataclass(frozen=True)
class Spread:
    """Where tiles are priced: by so many processes of this machine, or by a scheduler's workers.

    A scheduler is named by its address, or is that of a `distributed.Client`, which stays open.
    With a folder to `resume`, tiles are kept there, and those that are there are not priced again.
    Raises `FlopcountError` for both, for a number that is none, and for what is no address.
    """

    workers: int = 0
    scheduler: "str | Client | None" = None
    resume: str | None = None

    def __post_init__(self) -> None:
        """Check them."""
        if type(self.workers) is not int or not 0 <= self.workers <= MAX_WORKERS:
            raise FlopcountError(
                f"--workers is {quote(self.workers)}, not a whole number from 0 to {MAX_WORKERS:,}"
            )
        if self.resume is not None and not (isinstance(self.resume, str) and self.resume):
            raise FlopcountError(f"--resume is {quote(self.resume)}, not the path of a folder")
        if self.scheduler is None:
            return
        if self.workers:
            raise FlopcountError(
                "--workers are processes of this machine, a --scheduler has its own; give one of "
                "them"
            )
        if not is_client(self.scheduler):
            _check_address(self.scheduler)

    @property
    def is_far(self) -> bool:
        """Whether other processes price tiles."""
        return bool(self.workers) or self.scheduler is not None

    @property
    def is_by_tile(self) -> bool:
        """Whether tiles are priced one by one."""
        return self.is_far or self.resume is not None


def is_client(scheduler: object) -> "TypeGuard[Client]":
    """Whether it is a client of Dask's, and not an address: then Dask is loaded."""
    dask = sys.modules.get("distributed")
    return dask is not None and isinstance(scheduler, dask.Client)


def _check_address(address: object) -> None:
    """Raise `FlopcountError` for what cannot be a scheduler's address.

    Of some, the empty one among them, Dask would start a cluster of its own.
    """
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if found is None:
        raise FlopcountError(
            f"--scheduler is {quote(address)}, not the address of a Dask scheduler, as in "
            f"{_EXAMPLE}"
        )
    protocol, _, port = found.groups()
    if protocol in ("http", "https"):
        raise FlopcountError(
            f"--scheduler is {quote(address)}: that is a page to look at; workers are at "
            f"{_EXAMPLE}, or where the scheduler says"
        )
    if protocol not in (None, *_PROTOCOLS):
        raise FlopcountError(
            f"--scheduler is {quote(address)}: {quote(protocol)} is none of Dask's protocols; "
            f"expected {_EXAMPLE}"
        )
    if not 0 < int(port) < 2**16:
        raise FlopcountError(f"--scheduler is {quote(address)}: no port is {port}")
