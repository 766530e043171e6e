"""What a checkpointer answers to whoever forgets to await."""

from typing import Any, Never


class AsyncOnly:
    """Refuse every synchronous method of a checkpointer: each would block the whole event loop."""

    def get_tuple(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise _await("aget_tuple")

    def list(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise _await("alist")

    def put(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise _await("aput")

    def put_writes(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise _await("aput_writes")

    def delete_thread(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise _await("adelete_thread")


def _await(method: str) -> NotImplementedError:
    return NotImplementedError(f"Checkpoints are read and written async only: await {method}().")
