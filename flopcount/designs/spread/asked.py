"""Where the tiles of a sweep are priced, as it is asked for."""

from ...errors import FlopcountError
from ...records import dataclass

MAX_WORKERS = 1024


@dataclass(frozen=True)
class Spread:
    """Where tiles are priced: by so many processes of this machine, or at a scheduler's address.

    Raises `FlopcountError` for both, and for a number that is none.
    """

    workers: int = 0
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Check them."""
        if type(self.workers) is not int or not 0 <= self.workers <= MAX_WORKERS:
            raise FlopcountError(
                f"--workers is {self.workers!r}, not a whole number from 0 to {MAX_WORKERS:,}"
            )
        if self.workers and self.scheduler is not None:
            raise FlopcountError("--workers are of this machine, --scheduler has its own; choose")

    @property
    def is_far(self) -> bool:
        """Whether other processes price tiles."""
        return bool(self.workers) or self.scheduler is not None
