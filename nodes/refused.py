"""A draft that the gates stopped, told to the model that wrote it, so that it writes a better one."""

from collections.abc import Mapping

from nodes.prompt import TEMPLATES, plain
from nodes.state import Refused
from safety.gates import Verdict

MOST, LONGEST = 5, 300
"""Sentences that are told, and characters of one."""
WHY: Mapping[str, str] = {
    "dose": "it names a medicine or a dose",
    "diagnosis": "it says what the patient has",
    "contact": "a telephone, link, address or place that is not the clinic's",
    "staff": "nobody of that name works here",
    "promotion": "no passage grants that discount or gift, or not now",
    "guarantee": "it promises a result or the absence of risk",
    "price": "that amount is not the price of that, or it is the lowest of several, or of a bundle",
    "booking": "no tool booked, moved or cancelled anything",
    "hour": "the clinic is closed then, or nobody found that time free",
}


def refused(verdict: Verdict) -> Refused:
    """Return what was stopped, as the state keeps it until the next draft."""
    return Refused(
        kinds=list(verdict.blocked),
        sentences=[one[:LONGEST] for one in verdict.refused[:MOST]],
    )


def told(draft: Refused) -> str:
    """Return what the model reads of its draft."""
    lines = [f"- {plain(one)}" for one in draft["sentences"]]
    reasons = [f"Because: {WHY[kind]}." for kind in draft["kinds"] if kind in WHY]
    return TEMPLATES["refused"].substitute(sentences="\n".join([*lines, *reasons]))
