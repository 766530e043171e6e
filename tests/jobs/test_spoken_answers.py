"""Answers said aloud: in which words, beside which written ones, and exactly once."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest
from pydantic import SecretStr

from jobs.spoken_answers import Voice, aloud, must_be_read, wanted, with_voice
from jobs.turn_in_hand import HandOver, Part, TurnInHand
from nodes.state import Handoff
from tenants.allowance import BudgetRules
from tenants.budget import Budget
from tenants.ids import ConversationId, TurnId
from tenants.media_rules import MediaRules, SpokenAnswers
from tenants.prices import Prices
from tenants.tenant import ChatModel, Tenant
from tests.fakes.openai_media import VOICE
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, MEDISPA, THERE, House, reply_to

TURN = TurnInHand(
    turn_id=TurnId("101-9001-1"),
    conversation_id=ConversationId(101),
    entries=("9001",),
    channel="whatsapp",
    agent="sales",
)
WORDS = "Con mucho gusto, la esperamos."
PRICE = "El botox cuesta $ 450.000 👍\n- Detalles: [la página](https://benova.co)"


def speaking(mode: SpokenAnswers = "always", **more: object) -> Tenant:
    media = MediaRules.model_validate({"spoken_answers": mode, **more})
    model = ChatModel(api_key=SecretStr("key"), base_url="http://openai.test/v1")
    return Tenant(company_id=BENOVA, company_name="Benova", media=media, model=model)


@pytest.fixture
def talking(house: House) -> House:
    """Benova answers aloud."""
    tenant = speaking()
    house.companies.change(BENOVA, media=tenant.media, model=tenant.model)
    house.desk.script = lambda turn: reply_to(turn, WORDS)
    return house


def test_an_answer_is_said_without_marks_links_or_pictures_and_with_its_currency() -> None:
    said = aloud(f"**Hola** 😊\n{PRICE}\nhttps://x.co", speaking(), "es")

    assert said == "Hola\nEl botox cuesta 450.000 pesos colombianos\nDetalles: la página"


@pytest.mark.parametrize(
    ("mode", "heard", "changes", "expected"),
    [
        ("never", True, {}, False),
        ("mirror", True, {}, True),
        ("mirror", False, {}, False),
        ("always", False, {}, True),
        ("always", True, {"channel": "instagram"}, False),
        ("always", True, {"agent": "emergency"}, False),
        ("always", True, {"handover": HandOver(reason="x", summary="", alarm="photo")}, False),
    ],
)
def test_an_answer_is_spoken_when_the_company_wants_it_and_never_in_danger(
    mode: SpokenAnswers, heard: bool, changes: dict[str, object], expected: bool
) -> None:
    turn = replace(TURN, heard_speech=heard, **changes)  # type: ignore[arg-type] # The table names the fields.

    assert wanted(speaking(mode), turn) is expected


def test_without_a_key_or_with_voice_switched_off_nothing_is_spoken() -> None:
    assert not wanted(speaking(voice=False), TURN)
    assert not wanted(speaking().model_copy(update={"model": ChatModel()}), TURN)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (WORDS, ["voice"]),
        (PRICE, ["text", "voice"]),
        ("palabra " * 100, ["text"]),
        ("😊", ["text"]),
    ],
)
def test_what_matters_is_written_too_and_what_is_long_is_only_written(
    text: str, kinds: list[str]
) -> None:
    written = (Part(key="101-9001-1.0", kind="text", text=text),)

    parts = with_voice(speaking(), TURN, written, text, "101-9001-1.voice")

    assert [one.kind for one in parts] == kinds


def test_a_date_a_phone_and_a_link_must_be_read() -> None:
    assert must_be_read("el martes 24")
    assert must_be_read("mire benova en https://benova.co")
    assert not must_be_read(WORDS)


async def test_a_voice_note_goes_out_as_chatwoot_wants_it(talking: House, writes: Writing) -> None:
    await writes("¿me esperan?")

    await talking.answer()

    kept = talking.chatwoot.kept[7, 101]
    (file,) = kept.files
    assert (file["name"], file["type"], file["content"]) == ("voice.ogg", "audio/ogg", VOICE)
    assert kept.messages[-1]["voice"] is True
    assert kept.messages[-1]["content_attributes"] == {"reply_key": "101-9001-1.0"}
    assert talking.chatwoot.sent() == [""]
    assert talking.transcript.of(BENOVA)[-1] == ("assistant", WORDS)
    (asked,) = talking.openai.speech.requests
    assert (asked["input"], asked["response_format"], asked["voice"]) == (WORDS, "opus", "alloy")


async def test_a_price_is_written_first_and_said_after(talking: House, writes: Writing) -> None:
    talking.desk.script = lambda turn: reply_to(turn, PRICE)
    await writes("¿cuánto cuesta?")

    await talking.answer()

    sent = talking.chatwoot.sent()
    assert "450.000" in sent[0]
    assert sent[1:] == [""]
    assert talking.transcript.of(BENOVA)[-1] == ("assistant", sent[0])


@pytest.mark.parametrize("fault", ["status", "empty", "mp3", "stall"])
async def test_when_speech_fails_the_words_are_written(
    talking: House, writes: Writing, fault: Literal["status", "empty", "mp3", "stall"]
) -> None:
    talking.openai.speech.fault = fault
    talking.openai.speech.seconds = 5
    await writes("hola")

    await talking.answer()

    assert talking.chatwoot.sent() == [WORDS]


async def test_a_voice_note_that_chatwoot_refuses_is_written(
    talking: House, writes: Writing
) -> None:
    talking.chatwoot.fail("POST /conversations/101/messages", "422")
    await writes("hola")

    await talking.answer()

    assert talking.chatwoot.sent() == [WORDS]


async def test_a_voice_note_that_was_stored_in_silence_is_not_sent_again(
    talking: House, writes: Writing
) -> None:
    talking.chatwoot.fail("POST /conversations/101/messages", "stored_then_silent")
    await writes("hola")

    await talking.answer()
    talking.clock.forward(3)
    await talking.answer()

    assert len(talking.chatwoot.kept[7, 101].files) == 1
    assert talking.chatwoot.sent() == [""]


async def test_a_voice_beside_written_words_is_never_in_their_way(
    talking: House, writes: Writing
) -> None:
    talking.desk.script = lambda turn: reply_to(turn, PRICE)
    talking.openai.speech.fault = "status"
    await writes("precio")

    await talking.answer()

    assert len(talking.chatwoot.sent()) == 1
    assert await talking.waiting() == 0


async def test_after_a_crash_between_words_and_voice_only_the_voice_is_sent(
    talking: House, writes: Writing
) -> None:
    talking.desk.script = lambda turn: reply_to(turn, PRICE)
    talking.openai.speech.fault = "stall"
    talking.openai.speech.seconds = 5
    await writes("precio")
    dying = asyncio.create_task(talking.answer())
    while not talking.openai.speech.requests:
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.wait({dying})
    talking.openai.speech.fault = ""

    await talking.answer()

    sent = talking.chatwoot.sent()
    assert len(sent) == 2
    assert sent[1] == ""


async def test_the_same_words_are_paid_for_once(talking: House, writes: Writing) -> None:
    await writes("hola")
    await talking.answer()
    await writes("gracias")

    await talking.answer()

    assert len(talking.openai.speech.requests) == 1
    assert len(talking.chatwoot.kept[7, 101].files) == 2


async def test_another_company_stays_silent(talking: House, writes: Writing) -> None:
    await writes("hola", THERE)

    await talking.answer(MEDISPA)

    assert talking.chatwoot.kept[8, THERE.conversation].files == []
    assert HERE.conversation == 101


async def test_an_emergency_is_written_at_once(talking: House, writes: Writing) -> None:
    talking.desk.script = lambda turn: reply_to(
        turn,
        "Llame ya a emergencias",
        red_flag="breathing",
        agent="emergency",
        handoff=Handoff(reason="emergency", summary="", urgent=True),
    )
    await writes("hola")

    await talking.answer()

    assert talking.chatwoot.sent() == ["Llame ya a emergencias"]
    assert talking.openai.speech.requests == []


async def test_what_is_said_is_counted_and_paid_by_its_company(house: House) -> None:
    http, clock = house.models, house.clock
    budget = Budget(house.redis, clock, Prices.load(), house.usage)
    voice = Voice(house.redis, http=http, budget=budget, clock=clock)

    sound = await voice.sound(speaking(), WORDS, "es")
    await house.usage.flush()

    today = house.usage.today(BENOVA)
    counted = (await house.usage.between(BENOVA, today, today))[today]
    assert sound == VOICE
    assert counted["spoken_answers"] == 1
    assert counted["speech_characters:gpt-4o-mini-tts"] == len(WORDS)
    assert counted["cost_micros"] == 15 * len(WORDS)


async def test_past_the_budget_nothing_is_said(house: House) -> None:
    budget = Budget(house.redis, house.clock, Prices.load(), house.usage)
    voice = Voice(house.redis, http=house.models, budget=budget, clock=house.clock)
    spent = speaking().model_copy(update={"budget": BudgetRules(daily=Decimal(0))})

    assert await voice.sound(spent, WORDS, "es") is None
    assert house.openai.speech.requests == []
