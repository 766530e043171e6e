"""The places where we listen, taken before anything else is opened, so that a taken port is said at once."""

import errno
import socket
from collections.abc import Sequence
from contextlib import ExitStack

_WHY = {
    errno.EADDRINUSE: "something else listens there; end it, or choose another port",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "ports below 1024 need more rights; choose another",
}


class CannotListenError(Exception):
    """The address or the port is not to be had; the message names the setting."""


def cannot_listen(setting: str, address: str, port: int, error: OSError) -> CannotListenError:
    """Return what to raise when a port could not be taken."""
    why = _WHY.get(error.errno or 0) or error.strerror or type(error).__name__
    return CannotListenError(f"{setting}: cannot listen on {address}:{port}: {why}")


def taken(setting: str, address: str, port: int) -> Sequence[socket.socket]:
    """Return a socket for each address that a name stands for, bound; nobody listens yet.

    Raises CannotListenError.
    """
    with ExitStack() as stack:
        try:
            found = socket.getaddrinfo(
                address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            sockets = [
                stack.enter_context(_bound(family, place)) for family, _, _, _, place in found
            ]
        except OSError as error:
            raise cannot_listen(setting, address, port, error) from error
        stack.pop_all()
    return sockets


def _bound(family: int, place: tuple[object, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        # What lingers of connections of a process that just ended is in nobody's way.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(place)
    except OSError:
        made.close()
        raise
    return made
