"""Danger that is spoken or shown is an emergency like danger that is written."""

import asyncio
from dataclasses import replace

from tests.fakes.openai import says
from tests.fakes.openai_audio import Hears
from tests.fakes.openai_media import seen
from tests.fakes.photos import photo
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House
from tests.jobs.sent_files import DANGER, NOTE, WORDS, file


async def test_a_spoken_emergency_is_answered_like_a_written_one(
    hearing: House, writes: Writing
) -> None:
    await writes(None, attachments=[file(hearing, DANGER)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == ["breathing: llame al 123"]
    assert hearing.pages.groups == ["benova:101:breathing"]
    assert hearing.chatwoot.kept[7, 101].place.status == "open"


async def test_an_emergency_that_was_hardly_understood_counts(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(text="no puedo respirar", logprob=-1.3)
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == ["breathing: llame al 123"]


async def test_a_written_emergency_does_not_wait_for_a_voice_note(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(text=WORDS, seconds=20)
    await writes(None, attachments=[file(hearing)])
    await writes("no puedo respirar")

    async with asyncio.timeout(8):
        await hearing.answer()

    assert hearing.chatwoot.sent() == ["breathing: llame al 123"]


async def test_a_spoken_emergency_that_comes_while_we_think_is_answered_first(
    hearing: House, writes: Writing
) -> None:
    hearing.desk.gate = asyncio.Event()
    await writes("¿cuánto vale el botox?")
    answering = asyncio.create_task(hearing.answer())
    await hearing.desk.entered.wait()

    await writes(None, attachments=[file(hearing, DANGER)])
    while not hearing.desk.withdrawn:  # The desk is asked by the task.
        await asyncio.sleep(0.02)
    hearing.desk.gate.set()
    await answering

    assert hearing.chatwoot.sent() == ["breathing: llame al 123"]


async def test_a_spoken_emergency_is_answered_before_a_reply_that_could_not_be_sent(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.listening.by_content[DANGER] = Hears(text="no puedo respirar", seconds=0.5)
    hearing.chatwoot.fail("POST /conversations/101/messages", "503")
    await writes("¿cuánto vale el botox?")
    await hearing.answer()

    await writes(None, attachments=[file(hearing, DANGER)])
    await hearing.answer()

    assert hearing.chatwoot.sent() == ["breathing: llame al 123"]


async def test_a_photo_that_shows_danger_is_an_emergency(hearing: House, writes: Writing) -> None:
    hearing.openai.respond = lambda _request: says(
        seen("Labio con una zona blanca.", possible_complication="likely", signs=["zona blanca"])
    )
    await writes(None, attachments=[file(hearing, photo(), "image")])

    await hearing.answer()

    assert hearing.chatwoot.sent() == ["photo: llame al 123"]


async def test_a_note_sent_to_a_person_is_remembered_and_heard_for_danger(
    hearing: House, writes: Writing
) -> None:
    place = replace(HERE, status="open")
    hearing.chatwoot.open(place)
    await writes(None, place, attachments=[file(hearing)])
    await hearing.answer()

    await writes(None, place, attachments=[file(hearing, DANGER)])
    await hearing.answer()

    assert hearing.transcript.of(BENOVA)[0] == ("user", WORDS)
    assert hearing.pages.groups == ["benova:101:breathing"]
