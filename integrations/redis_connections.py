"""Redis connections whose commands can be cancelled.

redis-py sends through `asyncio.wait_for`, which loses a cancellation on Python 3.11
(https://github.com/python/cpython/issues/86296): a turn that was called off would run on.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    ConnectionPool,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError


class _Cancellable(AbstractConnection):
    """Sends under `asyncio.timeout`, else as its base does."""

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        if not self.is_connected:
            await self.connect_check_health(check_health=False)
        if check_health:
            await self.check_health()  # type: ignore[no-untyped-call] # redis-py's own.
        try:
            async with asyncio.timeout(self.socket_timeout):
                await self._send(command)
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise RedisTimeoutError("Timeout writing to socket") from None
        except OSError as error:
            await self.disconnect(nowait=True)
            raise RedisConnectionError(f"Error while writing to socket: {error}") from error
        except BaseException:
            # Half a command may have gone out: nobody may use this connection again.
            await self.disconnect(nowait=True)
            raise

    async def _send(self, command: bytes | str | Iterable[bytes]) -> None:
        if isinstance(command, str):
            command = command.encode()
        writer: Any = self._writer
        writer.writelines([command] if isinstance(command, bytes) else command)
        await writer.drain()


class _Tcp(_Cancellable, Connection):
    """Over TCP."""


class _Tls(_Cancellable, SSLConnection):
    """Over TLS."""


class _Unix(_Cancellable, UnixDomainSocketConnection):
    """Over a Unix socket."""


_INSTEAD: dict[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: _Tcp,
    SSLConnection: _Tls,
    UnixDomainSocketConnection: _Unix,
}


def make_cancellable(pool: ConnectionPool) -> None:
    """Have a pool that has no connection yet make cancellable ones."""
    pool.connection_class = _INSTEAD[pool.connection_class]
