"""How a checkpoint becomes text for Redis, and never anything but what it was.

MessagePack keeps decimals, moments and integer keys, which JSON loses. An object is a type of its
own there, so a dictionary can never be taken for one, whatever a patient or a tool put in it; and
only LangGraph's list of safe types is made into objects again.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from langgraph.checkpoint.base import WRITES_IDX_MAP, PendingWrite, writes_sort_key
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

WORTH_SQUEEZING = 256  # bytes
LEVEL = 1  # of zlib: 40 messages shrink to a quarter in 0.04 ms


def strict_serializer() -> JsonPlusSerializer:
    """Return a serializer that makes no object of a type outside LangGraph's safe list."""
    return JsonPlusSerializer(allowed_msgpack_modules=None, allowed_json_modules=None)


def pack(serde: SerializerProtocol, value: Any) -> str:
    """Return a value as text: how it is written, a colon, base64."""
    kind, data = serde.dumps_typed(value)
    if len(data) >= WORTH_SQUEEZING:
        kind, data = f"{kind}+zlib", zlib.compress(data, LEVEL)
    return f"{kind}:{b64encode(data).decode('ascii')}"


def unpack(serde: SerializerProtocol, text: str) -> Any:
    """Return the value that was packed."""
    kind, _, body = text.partition(":")
    data = b64decode(body)
    written, _, squeezed = kind.partition("+")
    return serde.loads_typed((written, zlib.decompress(data) if squeezed else data))


def pack_writes(
    serde: SerializerProtocol, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str
) -> str:
    """Return the writes of a task as lines of JSON, one a write."""
    return "".join(
        json.dumps(
            [task_id, WRITES_IDX_MAP.get(channel, place), task_path, channel, pack(serde, value)]
        )
        + "\n"
        for place, (channel, value) in enumerate(writes)
    )


def unpack_writes(serde: SerializerProtocol, lines: str) -> list[PendingWrite]:
    """Return the writes that count, in the order in which a step applies them.

    The first line of a task's write counts, as a task that runs again repeats what it wrote; of the
    special ones (error, interrupt, resume; numbered below 0) the last.
    """
    counted: dict[tuple[str, int], tuple[str, str, str]] = {}
    for task_id, place, task_path, channel, value in _rows(lines):
        if place < 0 or (task_id, place) not in counted:
            counted[task_id, place] = (task_path, channel, value)
    ordered = sorted(counted.items(), key=lambda one: writes_sort_key(one[1][0], *one[0]))
    return [
        (task_id, channel, unpack(serde, value)) for (task_id, _), (_, channel, value) in ordered
    ]


def _rows(lines: str) -> Iterable[tuple[str, int, str, str, str]]:
    for line in lines.splitlines():
        task_id, place, task_path, channel, value = json.loads(line)
        yield task_id, place, task_path, channel, value
