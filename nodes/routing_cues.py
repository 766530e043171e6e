"""Words that nearly always mean one agent, in any language: `examples/cues_<agent>.txt` and `.<language>.txt`."""

import re
from pathlib import Path

from nodes.state import Agent
from nodes.words import folded

LOOKED_AT = 1000  # characters


_AGENTS: tuple[Agent, ...] = ("sales", "support", "schedule", "availability")
_FOLDER = Path(__file__).parent / "examples"


def _pattern(agent: Agent) -> re.Pattern[str]:
    files = (_FOLDER / f"cues_{agent}.txt", *sorted(_FOLDER.glob(f"cues_{agent}.*.txt")))
    lines = [line for file in dict.fromkeys(files) for line in file.read_text("utf-8").splitlines()]
    cues = [line for line in lines if line and not line.startswith("#")]
    return re.compile(rf"\b(?:{'|'.join(cues)})\b")


CUES = {agent: _pattern(agent) for agent in _AGENTS}


def cued(text: str) -> frozenset[Agent]:
    """Return the agents whose cues stand in a text: none, one or several."""
    plain = folded(text[:LOOKED_AT])
    return frozenset(agent for agent, cue in CUES.items() if cue.search(plain))
