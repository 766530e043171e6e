"""Tells a container's health check whether the server answers: exit status 0 or 1, nothing printed."""

import http.client
import os
import sys

PATIENCE = 4.0  # seconds
PORT = 8080


def alive(port: int) -> bool:
    """Return whether the server on this machine answers; what is down behind it does not matter."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not alive(int(os.environ.get("PORT") or PORT)))
