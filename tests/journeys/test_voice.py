"""Patients who speak: heard, booked, rescued, by webhook and real processes, while the chat models are down."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai_audio import Hears
from tests.journeys.clinics import BENOVA, DOWN
from tests.journeys.house import House, Patient

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
SAID = {
    "greeting.m4a": Hears(text="Hola, quiero una cita de valoración."),
    "greeting.mp3": Hears(text="La primera."),
    "greeting.webm": Hears(text="Sí, confirmo."),
    "emergency.ogg": Hears(text="Desde el relleno no veo por un ojo."),
}


async def speaks(patient: Patient, name: str, **more: Any) -> None:
    """Send a voice note."""
    chatwoot, content = patient.house.chatwoot, (AUDIO / name).read_bytes()
    patient.house.openai.listening.by_content[content] = SAID[name]
    await patient.writes(
        None, attachments=[chatwoot.storage.keep(patient.house.chatwoot_url, content, **more)]
    )


async def test_voice_notes_book_an_appointment(clinic: House) -> None:
    laura = clinic.patient(DOWN.clinic)

    await speaks(laura, "greeting.m4a", late=2)
    await laura.reads(1)
    await speaks(laura, "greeting.mp3")
    checked = (await laura.reads(2))[1]
    await speaks(laura, "greeting.webm")
    booked = (await laura.reads(3))[2]

    assert "Laura Gómez" in checked
    assert "quedó confirmada" in booked
    assert "Hola, quiero una cita de valoración." in await laura.transcript()


async def test_a_spoken_emergency_is_told_and_handed_to_people(clinic: House) -> None:
    laura = clinic.patient(DOWN.clinic)

    await speaks(laura, "emergency.ogg")
    sent = await laura.reads(1)
    await clinic.quiet()

    assert "Llame ahora al **123**" in sent[0]
    assert laura.kept.place.status == "open"
    assert laura.kept.labels == ["emergencia"]
    assert "no veo por un ojo" in laura.notes()[0]


async def test_a_voice_note_that_leads_inside_is_not_fetched(clinic: House) -> None:
    laura = clinic.patient(DOWN.clinic)

    await speaks(laura, "greeting.m4a", leads_to="http://169.254.169.254/latest/meta-data")
    sent = await laura.reads(1)
    await clinic.quiet()

    assert "no me llegó bien" in sent[0]
    assert laura.kept.labels == ["nota-de-voz-sin-escuchar"]
    assert len(laura.notes()) == 1


async def test_without_a_model_people_are_asked_to_listen(clinic: House) -> None:
    laura = clinic.patient(BENOVA)

    await speaks(laura, "greeting.m4a")
    sent = await laura.reads(1)
    await clinic.quiet()

    assert "todavía no puedo escucharla" in sent[0]
    assert laura.kept.labels == ["nota-de-voz-sin-escuchar"]
