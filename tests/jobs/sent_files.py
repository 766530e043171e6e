"""Voice notes that patients send, and what becomes of them."""

from pathlib import Path

from graph.replies import Turn
from tests.fakes.chatwoot_payloads import Json
from tests.jobs.house import House

AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
NOTE = (AUDIO / "appointment.ogg").read_bytes()
DANGER = (AUDIO / "emergency.ogg").read_bytes()
WORDS = "Quiero una cita el jueves en la tarde."
URL = "http://chatwoot.test"


def file(house: House, content: bytes = NOTE, kind: str = "audio", **more: object) -> Json:
    """Keep a file in Chatwoot's storage and return it as an attachment."""
    return house.chatwoot.storage.keep(URL, content, kind, **more)


def turn_of(house: House) -> Turn:
    """Return the one turn that the front desk was asked for."""
    (turn,) = house.desk.turns
    return turn
