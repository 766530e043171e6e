"""A place to listen is taken at once, or refused in words that name the setting."""

import socket

import pytest

from integrations.listening import CannotListenError, taken


def test_a_free_port_is_ours_before_anybody_can_connect() -> None:
    (ours,) = taken("PORT", "127.0.0.1", 0)

    with ours, pytest.raises(ConnectionRefusedError):
        socket.create_connection(ours.getsockname())


def test_a_port_where_another_listens_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CannotListenError, match=rf"^PORT: .*127\.0\.0\.1:{port}: something"):
            taken("PORT", "127.0.0.1", port)


def test_an_address_that_is_not_ours_is_said() -> None:
    with pytest.raises(CannotListenError, match="no such address"):
        taken("PORT", "192.0.2.1", 8080)
