"""Whether a Dask scheduler answers at an address: asked before Dask's own client is made.

That one waits long for what answers, but is no scheduler, and once made takes long to go.
"""

import asyncio
from threading import Thread
from typing import Any

from ...errors import FlopcountError, quote

_CONNECT = 5.0  # seconds that a scheduler has to answer


def check_scheduler(address: str) -> None:
    """Raise `FlopcountError` where no scheduler answers at an address, or something else does."""
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(asyncio.run(asyncio.wait_for(_identity(address), _CONNECT)))
        except (OSError, TimeoutError):
            return
        except BaseException as error:  # noqa: BLE001  of a stranger's answer it may be any
            found.append(error)

    asking = Thread(target=ask, daemon=True)  # in whose loop nobody else runs
    asking.start()
    asking.join(_CONNECT + 1)
    for answer in found:
        if isinstance(answer, dict):
            if answer.get("type") == "Scheduler":
                return
            raise FlopcountError(
                f"{address} is a {answer.get('type')} of Dask's, not the scheduler; that says its "
                "address as it starts"
            )
        said = str(answer).partition("\n")[0] or type(answer).__name__
        raise FlopcountError(f"no Dask scheduler answers at {address}: {quote(said)}")
    raise FlopcountError(
        f"no Dask scheduler answers at {address} within {_CONNECT:.0f} seconds; start one with "
        "'dask scheduler', it says its address"
    )


async def _identity(address: str) -> Any:
    from distributed import Security
    from distributed.comm.core import connect
    from distributed.core import send_recv

    settings = Security().get_connection_args("client")
    comm = await connect(address, timeout=_CONNECT, **settings)
    return await send_recv(comm, op="identity", reply=True, close=True)
