"""Positions of a text as the bits of an integer, and what lies after, around and between them."""

from collections.abc import Iterator


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of a mask's bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def between(first: int, last: int) -> int:
    """Return the bits from one position to another, both included."""
    return ((1 << (last - first + 1)) - 1) << first


def after(mask: int, gap: int) -> int:
    """Return the bits right after a mask's, with up to `gap` positions skipped."""
    found = shifted = mask << 1
    for _ in range(gap):
        shifted <<= 1
        found |= shifted
    return found


def around(mask: int, distance: int) -> int:
    """Return the bits of a mask and those within a distance of them."""
    found = mask
    for step in range(1, distance + 1):
        found |= (mask << step) | (mask >> step)
    return found
