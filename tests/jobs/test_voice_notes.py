"""Voice notes: from the bytes that came to the words that go on, and every way in which that fails."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from integrations.clock import Clock
from integrations.redis import Client
from jobs.not_said import nobody_said
from jobs.readings import Reading
from jobs.voice_notes import VoiceNotes
from safety.red_flags import RedFlags
from tenants.allowance import BudgetRules
from tenants.budget import Budget
from tenants.ids import CompanyId
from tenants.media_rules import MediaRules
from tenants.offer import Treatment
from tenants.prices import Prices
from tenants.tenant import ChatModel, Tenant
from tenants.usage import Usage
from tests.fakes.in_process import InProcess
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_audio import FakeListening, Hears
from tests.integrations.test_sounds import silence

AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
NOTE = (AUDIO / "appointment.ogg").read_bytes()
RED_FLAGS = RedFlags(None)
WORDS = "Hola, quiero una cita para una limpieza facial el jueves en la tarde."


@dataclass
class Booth:
    """Voice notes of two companies, and the server that listens."""

    notes: VoiceNotes
    listening: FakeListening
    benova: Tenant
    medispa: Tenant
    usage: Usage

    async def read(
        self, content: bytes = NOTE, tenant: Tenant | None = None, **media: object
    ) -> Reading:
        """Listen to a note of benova's, under other rules."""
        chosen = tenant or self.benova
        rules = MediaRules.model_validate(media)
        chosen = chosen.model_copy(update={"media": rules}) if media else chosen
        return await self.notes.read(chosen, content, caption="", language="es")


@pytest.fixture
async def booth(redis: Client, clock: Clock) -> AsyncIterator[Booth]:
    server = FakeOpenAI()
    server.listening.always = Hears(text=WORDS)
    async with httpx.AsyncClient(transport=InProcess(server)) as http:
        usage = Usage(redis, clock, lambda _company: clock().tzinfo)  # type: ignore[arg-type, return-value] # UTC.
        notes = VoiceNotes(
            redis,
            http=http,
            screen=RED_FLAGS,
            budget=Budget(redis, clock, Prices.load(), usage),
            clock=clock,
            seconds=1,
        )
        model = ChatModel(base_url="http://openai.test/v1", api_key=SecretStr("key"))
        benova, medispa = (
            Tenant(company_id=CompanyId(one), company_name=one, model=model)
            for one in ("benova", "medispa")
        )
        yield Booth(notes, server.listening, benova, medispa, usage)


async def test_a_note_is_heard_with_how_sure_that_is(booth: Booth) -> None:
    reading = await booth.read()

    assert reading.text == WORDS
    assert reading.spoken
    assert not reading.unsure
    assert reading.language == "es"
    assert reading.confidence == pytest.approx(0.819)
    assert reading.seconds == pytest.approx(5.17, abs=0.05)


async def test_the_server_gets_a_file_that_it_can_read_and_what_helps_to_hear(booth: Booth) -> None:
    treatments = (Treatment(id="toxina", name="Toxina botulínica", duration=timedelta(minutes=30)),)

    await booth.read(tenant=booth.benova.model_copy(update={"treatments": treatments}))

    (asked,) = booth.listening.requests
    assert asked.name == "voice.ogg"
    assert asked.content == NOTE
    assert asked.key == "Bearer key"
    assert asked.fields == {
        "model": ["whisper-1"],
        "response_format": ["verbose_json"],
        "language": ["es"],
        "prompt": ["Toxina botulínica"],
    }


async def test_where_a_company_speaks_two_languages_none_is_forced(booth: Booth) -> None:
    await booth.read(tenant=booth.benova.model_copy(update={"languages": ("es", "en")}))

    assert "language" not in booth.listening.requests[0].fields


@pytest.mark.parametrize(
    ("model", "confidence", "asked"),
    [
        ("gpt-4o-mini-transcribe", 0.819, {"include[]": ["logprobs"], "language": ["es"]}),
        ("gpt-transcribe", None, {"languages[]": ["es"]}),
    ],
)
async def test_newer_models_are_asked_for_what_they_know(
    booth: Booth, model: str, confidence: float | None, asked: dict[str, list[str]]
) -> None:
    reading = await booth.read(whisper_model=model)

    assert reading.text == WORDS
    assert reading.confidence == (pytest.approx(confidence) if confidence else None)
    (request,) = booth.listening.requests
    assert request.fields == {"model": [model], "response_format": ["json"], **asked}


async def test_what_is_hard_to_hear_is_told_as_unsure(booth: Booth) -> None:
    booth.listening.always = Hears(text="quiero una sita el joves", logprob=-0.9)

    assert (await booth.read()).unsure


@pytest.mark.parametrize(
    "heard",
    [
        Hears(text=""),
        Hears(text="   …  "),
        Hears(text="Gracias.", no_speech=0.9, logprob=-1.4),
        Hears(text="Subtítulos realizados por la comunidad de Amara.org"),
        Hears(text="¡Gracias por ver el video!"),
        Hears(text="[Música]"),
        Hears(text="y luego " * 12, repeating=4.0),
    ],
)
async def test_what_nobody_said_is_not_put_in_the_patients_mouth(
    booth: Booth, heard: Hears
) -> None:
    booth.listening.always = heard

    reading = await booth.read()

    assert (reading.outcome, reading.text) == ("not_heard", "")


async def test_a_cry_for_help_over_and_over_is_heard(booth: Booth) -> None:
    booth.listening.always = Hears(text="no puedo respirar " * 6, repeating=4.0)

    reading = await booth.read()

    assert reading.outcome == "read"
    assert reading.unsure


@pytest.mark.parametrize(
    "text",
    ["Gracias, muchas gracias", "Sí", "Quiero suscribirme al plan de la clínica", "Botox",
     "no, no, no, no", "gracias por ver mi caso doctora, quería saber si me puede atender mañana"],
)  # fmt: skip
def test_what_patients_do_say_is_believed(text: str) -> None:
    assert not nobody_said(text, ("Botox", "Peeling químico", "Limpieza facial"))


def test_our_own_reminder_of_names_is_nobodys_words() -> None:
    names = ("Botox", "Peeling químico", "Limpieza facial", "Láser")

    assert nobody_said("Botox, peeling químico, limpieza facial", names)


async def test_the_same_note_is_paid_for_once_and_by_each_company_for_itself(booth: Booth) -> None:
    first, again = await booth.read(), await booth.read()
    await booth.read(tenant=booth.medispa)
    today = booth.usage.today(CompanyId("benova"))
    await booth.usage.flush()
    counts = await booth.usage.between(CompanyId("benova"), today, today)

    assert first == again
    assert len(booth.listening.requests) == 2
    assert counts[today]["audio_seconds:whisper-1"] == 5
    assert counts[today]["cost_micros"] == 517
    assert counts[today]["voice_notes_heard"] == 1


async def test_a_spent_budget_does_not_make_us_deaf(booth: Booth) -> None:
    poor = booth.benova.model_copy(update={"budget": BudgetRules(daily=Decimal("0.0001"))})

    reading = await booth.read(tenant=poor)

    assert reading.outcome == "read"
    assert len(booth.listening.requests) == 1


async def test_without_a_key_or_switched_off_nothing_is_asked(booth: Booth) -> None:
    keyless = booth.benova.model_copy(update={"model": ChatModel()})

    assert (await booth.read(tenant=keyless)).outcome == "no_model"
    assert (await booth.read(voice=False)).outcome == "off"
    assert booth.notes.ability(keyless) == "no_model"
    assert booth.listening.requests == []


@pytest.mark.parametrize(
    ("faults", "outcome", "asked"),
    [
        ([Hears(status=500)], "read", 2),
        ([Hears(status=429, retry_after="0.1")], "read", 2),
        ([Hears(status=429, retry_after="60")], "failed", 1),
        ([Hears(status=500)] * 2, "failed", 2),
        ([Hears(status=400)], "unreadable", 1),
        ([Hears(status=413)], "too_large", 1),
        ([Hears(status=401)], "failed", 1),
        ([Hears(kind="not_json")], "read", 2),
        ([Hears(kind="wrong_shape")], "failed", 1),
    ],
)
async def test_a_failing_server_is_tried_twice_at_most_and_told_exactly(
    booth: Booth, faults: list[Hears], outcome: str, asked: int
) -> None:
    booth.listening.script.extend(faults)

    reading = await booth.read()

    assert reading.outcome == outcome
    assert len(booth.listening.requests) == asked


async def test_a_server_that_is_down_is_left_alone_for_a_while(booth: Booth) -> None:
    booth.listening.always = Hears(status=500)
    await booth.read()
    await booth.read(NOTE + b"\0")

    reading = await booth.read(NOTE + b"\0\0")

    assert reading.outcome == "failed"
    assert len(booth.listening.requests) == 4


async def test_a_silent_server_does_not_hold_the_patient_up(
    booth: Booth,
) -> None:
    booth.listening.always = Hears(text=WORDS, seconds=5)

    assert (await booth.read()).outcome == "failed"


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (silence(3600, rate=1000), "too_long"),
        (b"OggS" + bytes(17_000_000), "too_large"),
        (b"OggS\x00\x02" + bytes(40), "unreadable"),
        (NOTE[:20], "unreadable"),
        (b"#!AMR\n" + bytes(400), "unreadable"),
        (silence(0.1), "not_heard"),
    ],
)
async def test_what_cannot_be_listened_to_is_told_before_anybody_is_paid(
    booth: Booth, content: bytes, outcome: str
) -> None:
    reading = await booth.read(content)

    assert reading.outcome == outcome
    assert booth.listening.requests == []
