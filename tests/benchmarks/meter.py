"""What a process used, as the kernel counts it: processor seconds of all its threads, memory."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1024 * 1024


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the processor seconds that some processes have used since they began."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def resident_mib(pid: int) -> float:
    """Return how much memory a process holds, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE / MIB


@dataclass(slots=True)
class Meter:
    """Processor seconds since it was started."""

    pids: Sequence[int]
    begun: float = 0.0

    def start(self) -> None:
        """Begin at nought."""
        self.begun = cpu_seconds(self.pids)

    def read(self) -> float:
        """Return the seconds since the start, in steps of a hundredth."""
        return cpu_seconds(self.pids) - self.begun


def _ticks(pid: int) -> int:
    # The name in parentheses may hold anything; utime and stime are the 14th and 15th field.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
