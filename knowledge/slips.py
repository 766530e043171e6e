"""How far one word is from another, in slips of the finger."""

from collections.abc import Sequence


def slips(one: str, other: str, most: int) -> int:
    """Count letters put in, left out, replaced or swapped with their neighbour; stops past `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: Sequence[int] = ()
    row: Sequence[int] = range(len(other) + 1)
    for i, a in enumerate(one, start=1):
        current = [i]
        for j, b in enumerate(other, start=1):
            step = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                step = min(step, before[j - 2] + 1)
            current.append(step)
        # A swap reaches back two rows.
        if min(current) > most and min(row) > most:
            return most + 1
        before, row = row, current
    return row[len(other)]
