"""Patients who send photos, and who are answered aloud, by webhook and real processes."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai_audio import Hears
from tests.fakes.openai_media import VOICE, pictures_in, seen
from tests.fakes.photos import PLACE, photo
from tests.journeys.clinics import THINKING
from tests.journeys.house import House, Patient

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

NOTE = (Path(__file__).parents[1] / "fixtures" / "audio" / "greeting.ogg").read_bytes()


def attached(patient: Patient, content: bytes, kind: str, **more: Any) -> dict[str, Any]:
    """Keep a file in Chatwoot and return what a message says of it."""
    house = patient.house
    return house.chatwoot.storage.keep(house.chatwoot_url, content, kind, **more)


async def test_a_photo_with_a_caption_is_seen_and_answered(clinic: House) -> None:
    laura = clinic.patient(THINKING)
    clinic.thoughts.sees = seen("Una frente con líneas.")

    await laura.writes("¿sirve el botox?", attachments=[attached(laura, photo(), "image", late=1)])
    sent = await laura.reads(1)
    await clinic.quiet()

    assert sent == ["Con gusto le ayudo, soy thinker."]
    (line, _) = await laura.transcript()
    assert line == "¿sirve el botox?\n[imagen del paciente: Una frente con líneas.]"
    looked = [one for request in clinic.openai.requests for one in pictures_in(request)]
    assert PLACE.encode() not in looked[-1]


async def test_a_photo_of_a_complication_calls_people_at_once(clinic: House) -> None:
    laura = clinic.patient(THINKING)
    clinic.thoughts.sees = seen(
        "Un labio.", possible_complication="likely", signs=["palidez en el labio"]
    )

    await laura.writes("¿es normal?", attachments=[attached(laura, photo("PNG"), "image")])
    sent = await laura.reads(1)
    await clinic.quiet()

    assert "Llame ahora al **123**" in sent[0]
    assert laura.kept.place.status == "open"
    assert laura.kept.labels == ["emergencia"]
    assert any("palidez en el labio" in note for note in laura.notes())


async def test_who_speaks_is_answered_by_a_voice_note(clinic: House) -> None:
    laura = clinic.patient(THINKING)
    clinic.openai.listening.by_content[NOTE] = Hears(text="Hola, muy buenas tardes.")

    await laura.writes(None, attachments=[attached(laura, NOTE, "audio")])
    await laura.reads(1)
    await clinic.quiet()

    (file,) = laura.kept.files
    assert (file["name"], file["type"], file["content"]) == ("voice.ogg", "audio/ogg", VOICE)
    assert laura.kept.messages[-1]["voice"] is True
    assert (await laura.transcript())[1] == "Con gusto le ayudo, soy thinker."
