"""What goes into Redis comes out as it was, and of writes made twice the right one counts."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as some
from langgraph.checkpoint.serde.types import ERROR, RESUME

from graph.packing import pack, pack_writes, strict_serializer, unpack, unpack_writes

SERDE = strict_serializer()

plain = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**63), 2**64 - 1)
    | some.floats(allow_nan=False) | some.text() | some.binary(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)  # fmt: skip


@given(value=plain)
def test_whatever_a_state_may_hold_comes_back_as_it_was(value: Any) -> None:
    packed = pack(SERDE, value)

    assert packed.isascii()
    assert unpack(SERDE, packed) == value


def test_a_long_text_is_squeezed() -> None:
    packed = pack(SERDE, "¿Cuánto cuesta la limpieza facial? " * 100)

    assert len(packed) < 300


def test_half_a_character_does_not_lose_the_turn() -> None:
    assert unpack(SERDE, pack(SERDE, "hola \ud83d"))[:5] == "hola "


def test_a_write_made_twice_counts_as_it_was_made_first() -> None:
    lines = pack_writes(SERDE, [("notes", "first")], "task", "path")
    lines += pack_writes(SERDE, [("notes", "second")], "task", "path")

    assert unpack_writes(SERDE, lines) == [("task", "notes", "first")]


def test_of_errors_and_answers_the_last_one_counts() -> None:
    lines = pack_writes(SERDE, [(ERROR, "first"), (RESUME, ["no"])], "task", "path")
    lines += pack_writes(SERDE, [(ERROR, "second"), (RESUME, ["sí"])], "task", "path")

    assert unpack_writes(SERDE, lines) == [("task", RESUME, ["sí"]), ("task", ERROR, "second")]


def test_writes_are_applied_in_the_order_of_their_tasks_places() -> None:
    lines = pack_writes(SERDE, [("notes", "later"), ("notes", "last")], "a-task", "~2")
    lines += pack_writes(SERDE, [("notes", "sooner")], "b-task", "~1")

    written = [value for _, _, value in unpack_writes(SERDE, lines)]

    assert written == ["sooner", "later", "last"]
