"""Photos and files on their way through a conversation: into the turn, to the people, back as words or voice."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tenants.media_rules import MediaRules
from tenants.tenant import ChatModel
from tests.fakes.openai import Fault, says
from tests.fakes.openai_audio import Hears
from tests.fakes.openai_media import VOICE, pictures_in, seen
from tests.fakes.photos import HEIC, PDF_NAMED_JPG, PLACE, photo
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, MEDISPA, THERE, House, reply_to
from tests.knowledge.reading.files import scanned_pdf, unruled_pdf

URL = "http://chatwoot.test"
NOTE = (Path(__file__).parents[1] / "fixtures" / "audio" / "greeting.ogg").read_bytes()
CHEEK = "Una mejilla con la piel rosada."


@pytest.fixture
def seeing(house: House) -> House:
    """Benova has a model that looks at photos, and answers voice by voice."""
    house.companies.change(
        BENOVA,
        model=ChatModel(api_key=SecretStr("key"), base_url="http://openai.test/v1"),
        media=MediaRules(spoken_answers="mirror"),
    )
    house.openai.respond = lambda _request: says(seen(CHEEK))
    return house


def kept(house: House, content: bytes, kind: str = "image", **more: Any) -> dict[str, Any]:
    """Keep a file in Chatwoot and return what a message says of it."""
    named = {"name": "file", "content_type": "application/octet-stream", **more}
    return house.chatwoot.storage.keep(URL, content, kind, **named)


async def test_a_photo_with_a_caption_reaches_the_agent_as_words_and_picture(
    seeing: House, writes: Writing
) -> None:
    await writes("¿así queda?", attachments=[kept(seeing, photo())])

    await seeing.answer()

    (turn,) = seeing.desk.turns
    ((message_id, text),) = turn.messages
    assert text == f"¿así queda?\n[imagen del paciente: {CHEEK}]"
    assert turn.shown == {message_id: f"[imagen del paciente: {CHEEK}]"}
    (picture,) = pictures_in(seeing.openai.requests[0])
    assert PLACE.encode() not in picture


async def test_a_photo_of_a_complication_is_an_emergency(seeing: House, writes: Writing) -> None:
    seeing.openai.respond = lambda _request: says(
        seen("Un labio.", possible_complication="likely", signs=["palidez en el labio"])
    )
    seeing.desk.script = lambda turn: reply_to(turn, "Todo normal")
    await writes("¿es normal?", attachments=[kept(seeing, photo())])

    await seeing.answer()

    assert seeing.chatwoot.sent() == ["photo: llame al 123"]
    assert seeing.pages.groups == ["benova:101:photo"]
    assert any("palidez en el labio" in note for note in seeing.chatwoot.notes())
    assert seeing.chatwoot.kept[7, 101].place.status == "open"
    assert seeing.openai.speech.requests == []


async def test_a_doubt_about_a_photo_is_noted_for_the_people(
    seeing: House, writes: Writing
) -> None:
    seeing.openai.respond = lambda _request: says(
        seen("Piel enrojecida.", possible_complication="unclear", signs=["enrojecimiento"])
    )
    await writes("mire", attachments=[kept(seeing, photo())])

    await seeing.answer()

    assert any("enrojecimiento" in note for note in seeing.chatwoot.notes())
    assert seeing.pages.groups == []


async def test_a_form_that_lists_risks_is_shown_for_this_turn_only(
    seeing: House, writes: Writing
) -> None:
    await writes("mis resultados", attachments=[kept(seeing, unruled_pdf(), "file")])

    await seeing.answer()

    (turn,) = seeing.desk.turns
    assert "Botox" in turn.context.attached
    assert "Botox" not in turn.messages[0][1]
    assert turn.messages[0][1].startswith("mis resultados\n[archivo del paciente")


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (HEIC, "image", "JPG"),
        (scanned_pdf(), "file", "escaneado"),
        (PDF_NAMED_JPG, "image", "archivo"),
        (photo()[:3000], "image", "no llegó completa"),
    ],
)
async def test_what_cannot_be_read_is_answered_with_what_to_do(
    seeing: House, writes: Writing, content: bytes, kind: str, words: str
) -> None:
    await writes(None, attachments=[kept(seeing, content, kind)])

    await seeing.answer()

    (sent,) = seeing.chatwoot.sent()
    assert words in sent
    assert "123" in sent
    assert seeing.desk.turns == []


async def test_without_a_model_the_patient_is_told_kindly_and_the_people_by_label_and_note(
    house: House, writes: Writing
) -> None:
    await writes(None, THERE, attachments=[kept(house, photo())])

    await house.answer(MEDISPA)

    conversation = house.chatwoot.kept[8, THERE.conversation]
    (sent,) = house.chatwoot.sent(8, THERE.conversation)
    assert "escrito" in sent or "write" in sent
    assert len(house.chatwoot.notes(8, THERE.conversation)) == 1
    assert conversation.labels
    assert house.openai.requests == []


async def test_a_provider_that_is_down_leaves_the_caption_answered(
    seeing: House, writes: Writing
) -> None:
    seeing.openai.respond = lambda _request: Fault(kind="status", status=500)
    await writes("¿cuánto cuesta?", attachments=[kept(seeing, photo())])

    await seeing.answer()

    (sent,) = seeing.chatwoot.sent()
    assert sent.startswith("eco: ¿cuánto cuesta?")


async def test_who_speaks_is_answered_by_voice_and_who_writes_in_writing(
    seeing: House, writes: Writing
) -> None:
    seeing.openai.listening.always = Hears(text="Hola, muy buenas tardes")
    seeing.desk.script = lambda turn: reply_to(turn, "Con mucho gusto.")
    await writes(None, attachments=[kept(seeing, NOTE, "audio")])
    await seeing.answer()
    await writes("gracias")

    await seeing.answer()

    assert seeing.chatwoot.sent() == ["", "Con mucho gusto."]
    assert [one["content"] for one in seeing.chatwoot.kept[7, 101].files] == [VOICE]


async def test_when_nobody_can_speak_the_answer_to_a_voice_note_is_written(
    seeing: House, writes: Writing
) -> None:
    seeing.openai.listening.always = Hears(text="Hola, muy buenas tardes")
    seeing.openai.speech.fault = "status"
    seeing.desk.script = lambda turn: reply_to(turn, "Con mucho gusto.")
    await writes(None, attachments=[kept(seeing, NOTE, "audio")])

    await seeing.answer()

    assert seeing.chatwoot.sent() == ["Con mucho gusto."]
