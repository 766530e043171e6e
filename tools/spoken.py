"""Words that were heard, not read: how a message says so, and what follows for a booking."""

import re
import unicodedata
from collections.abc import Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

SPOKEN = "spoken"
"""Key of a HumanMessage's additional_kwargs: `sure` or `unsure` of what a voice note said."""
LATELY = 8
"""Messages of the patient in which what was said may still be what is booked."""
DIGITS = 4  # of a phone, by which a patient recognises it


def spoken_in(messages: Sequence[AnyMessage]) -> str:
    """Return how sure the last voice note lately was heard, `sure` or `unsure`; nothing where none was."""
    human = [one for one in messages if isinstance(one, HumanMessage)][-LATELY:]
    told = (str(one.additional_kwargs.get(SPOKEN) or "") for one in reversed(human))
    return next((one for one in told if one), "")


def was_read_back(messages: Sequence[AnyMessage], name: str, phone: str) -> bool:
    """Say whether the patient was told a name, and a phone's end, in one message lately."""
    told = [one.text for one in messages if isinstance(one, AIMessage) and not one.tool_calls]
    return any(_has(text, name, phone) for text in told[-LATELY:])


def _has(text: str, name: str, phone: str) -> bool:
    digits = re.sub(r"\D", "", text)
    ending = re.sub(r"\D", "", phone)[-DIGITS:]
    return f" {_bare(name)} " in f" {_bare(text)} " and ending in digits


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    whole = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in whole).split())
