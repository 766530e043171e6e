"""Words that nearly always mean one agent, in Spanish and English: `examples/cues_<agent>.txt`."""

import re
from pathlib import Path

from nodes.state import Agent
from nodes.words import folded

LOOKED_AT = 1000  # characters


def _pattern(path: Path) -> re.Pattern[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    cues = [line for line in lines if line and not line.startswith("#")]
    return re.compile(rf"\b(?:{'|'.join(cues)})\b")


_AGENTS: tuple[Agent, ...] = ("sales", "support", "schedule", "availability")
_FOLDER = Path(__file__).parent / "examples"
CUES = {agent: _pattern(_FOLDER / f"cues_{agent}.txt") for agent in _AGENTS}


def cued(text: str) -> frozenset[Agent]:
    """Return the agents whose cues stand in a text: none, one or several."""
    plain = folded(text[:LOOKED_AT])
    return frozenset(agent for agent, cue in CUES.items() if cue.search(plain))
