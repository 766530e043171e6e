"""Voice notes, photos and files in conversation: fetched, read before the turn, owned up to when they cannot be."""

import asyncio

import pytest

from tenants.media_rules import MediaRules
from tenants.tenant import ChatModel, InboxManners
from tests.fakes.openai import says
from tests.fakes.openai_audio import Hears
from tests.fakes.openai_media import seen
from tests.fakes.photos import photo
from tests.integrations.test_sounds import silence
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, MEDISPA, THERE, House, reply_to
from tests.jobs.sent_files import NOTE, WORDS, file, turn_of


async def test_a_voice_note_is_answered_as_words_that_were_spoken(
    hearing: House, writes: Writing
) -> None:
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == [f"eco: {WORDS}"]
    assert list(turn_of(hearing).spoken.values()) == ["sure"]
    assert hearing.transcript.of(BENOVA)[0] == ("user", WORDS)
    assert hearing.chatwoot.notes() == []


async def test_a_file_that_comes_late_is_waited_for(hearing: House, writes: Writing) -> None:
    await writes(None, attachments=[file(hearing, late=4)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == [f"eco: {WORDS}"]


async def test_notes_and_words_of_a_burst_keep_their_order(hearing: House, writes: Writing) -> None:
    hearing.companies.change(BENOVA, inbox=InboxManners(burst_seconds=0.3, burst_limit_seconds=5))
    slow, quick = NOTE + b"\0", NOTE + b"\0\0"
    hearing.openai.listening.by_content |= {
        slow: Hears(text="uno", seconds=0.8),
        quick: Hears(text="tres"),
    }
    await writes(None, attachments=[file(hearing, slow)])
    await writes("dos")
    await writes(None, attachments=[file(hearing, quick)])
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == [f"eco: uno | dos | tres | {WORDS}"]


async def test_what_is_written_while_a_note_is_heard_is_answered_with_it(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(text=WORDS, seconds=1)
    await writes(None, attachments=[file(hearing)])
    answering = asyncio.create_task(hearing.answer())
    while not hearing.openai.listening.requests:  # The server is asked by the task.
        await asyncio.sleep(0.02)
    await writes("o el viernes")
    await answering

    assert hearing.chatwoot.sent() == [f"eco: {WORDS} | o el viernes"]
    assert hearing.desk.withdrawn == []


async def test_other_patients_do_not_wait_for_a_voice_note(hearing: House, writes: Writing) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(text=WORDS, seconds=3)
    await writes(None, attachments=[file(hearing)])
    listening = asyncio.create_task(hearing.answer())

    await writes("hola", THERE)
    await hearing.answer(MEDISPA)

    assert hearing.chatwoot.sent(8) == ["eco: hola"]
    assert not listening.done()
    listening.cancel()
    await asyncio.wait({listening})


async def test_what_was_hardly_understood_is_said_back(hearing: House, writes: Writing) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(text="una sita el joves", logprob=-0.9)
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    (sent,) = hearing.chatwoot.sent()
    assert sent.startswith("Le entendí: «una sita el joves».")
    assert sent.endswith("eco: una sita el joves")
    assert list(turn_of(hearing).spoken.values()) == ["unsure"]


async def test_a_note_in_which_nobody_speaks_is_asked_for_again(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(text="¡Gracias por ver el video!")
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert "No alcancé a entender su nota de voz" in hearing.chatwoot.sent()[0]
    assert hearing.desk.turns == []
    assert hearing.chatwoot.notes() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"model": ChatModel()}, "no hay un modelo"),
        ({"media": MediaRules(voice=False)}, "lo tiene apagado"),
    ],
)
async def test_a_note_that_nobody_listens_to_is_put_before_people(
    hearing: House, writes: Writing, change: dict[str, object], why: str
) -> None:
    hearing.companies.change(BENOVA, **change)
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert "todavía no puedo escucharla" in hearing.chatwoot.sent()[0]
    assert "llame ya al 123" in hearing.chatwoot.sent()[0]
    assert hearing.chatwoot.kept[7, 101].labels == ["nota-de-voz-sin-escuchar"]
    assert why in hearing.chatwoot.notes()[0]
    assert hearing.chatwoot.kept[7, 101].place.status == "pending"
    assert hearing.chatwoot.storage.asked == []


async def test_when_the_server_fails_the_patient_and_the_people_are_told(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.listening.by_content[NOTE] = Hears(status=500)
    await writes("mire", attachments=[file(hearing)])

    await hearing.answer()

    (sent,) = hearing.chatwoot.sent()
    assert sent.startswith("eco: mire\n\n")
    assert "la dejé marcada para el equipo" in sent
    assert "el servicio falló" in hearing.chatwoot.notes()[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (NOTE[:30], "No pude abrir su audio"),
        (b"\x00" * 500, "No pude abrir su audio"),
        (b"<svg onload='alert(1)'/>" * 9, "No puedo abrir ese tipo de imagen"),
        (b"OggS" + bytes(25_000_000), "Su audio pesa demasiado"),
        (silence(3600, rate=500), "dura más de 10 minutos"),
    ],
)
async def test_a_sound_that_cannot_be_heard_is_refused_in_clear_words(
    hearing: House, writes: Writing, content: bytes, told: str
) -> None:
    await writes(None, attachments=[file(hearing, content)])

    await hearing.answer()

    assert told in hearing.chatwoot.sent()[0]
    assert hearing.openai.listening.requests == []


@pytest.mark.parametrize(
    ("kind", "named"),
    [("video", "video"), ("location", "ubicación"), ("contact", "contacto"), ("share", "archivo")],
)
async def test_what_nobody_reads_is_met_with_a_fitting_sentence(
    hearing: House, writes: Writing, kind: str, named: str
) -> None:
    await writes(None, attachments=[file(hearing, kind=kind)])

    await hearing.answer()

    assert named in hearing.chatwoot.sent()[0].partition("todavía no puedo")[0]
    assert hearing.chatwoot.storage.asked == []


async def test_a_photo_enters_the_turn_beside_the_words_that_came_with_it(
    hearing: House, writes: Writing
) -> None:
    hearing.openai.respond = lambda _request: says(seen("Mejilla con la piel rosada."))
    await writes("¿así está bien?", attachments=[file(hearing, photo(), "image")])

    await hearing.answer()

    turn = turn_of(hearing)
    shown = "[imagen del paciente: Mejilla con la piel rosada.]"
    assert turn.messages[0][1] == f"¿así está bien?\n{shown}"
    assert list(turn.shown.values()) == [shown]


async def test_a_file_is_read_for_this_turn_and_kept_nowhere(
    hearing: House, writes: Writing
) -> None:
    content = b"Control de colesterol: normal."
    await writes("mi examen", attachments=[file(hearing, content, "file", fallback_title="a.txt")])

    await hearing.answer()

    turn = turn_of(hearing)
    assert "colesterol" in turn.context.attached
    assert turn.messages[0][1] == "mi examen\n[archivo del paciente: a.txt]"
    assert "colesterol" not in str(hearing.transcript.of(BENOVA))


async def test_a_crash_while_a_note_is_heard_loses_nothing(hearing: House, writes: Writing) -> None:
    hearing.openai.listening.script.append(Hears(text=WORDS, seconds=30))
    other = NOTE + b"\0"
    await writes(None, attachments=[file(hearing, other)])
    dying = asyncio.create_task(hearing.answer())
    while not hearing.openai.listening.requests:  # The server is asked by the task.
        await asyncio.sleep(0.02)
    dying.cancel()
    await asyncio.wait({dying})
    hearing.openai.listening.always = Hears(text=WORDS)

    await hearing.answer()

    assert hearing.chatwoot.sent() == [f"eco: {WORDS}"]


async def test_companies_hear_only_their_own(hearing: House, writes: Writing) -> None:
    hearing.desk.script = lambda turn: reply_to(turn, turn.context.company_id)
    await writes(None, attachments=[file(hearing)])
    await writes(None, THERE, attachments=[file(hearing)])

    await hearing.answer()
    await hearing.answer(MEDISPA)

    assert hearing.chatwoot.sent() == ["benova"]
    assert hearing.chatwoot.sent(8) == ["medispa"]
    assert len(hearing.openai.listening.requests) == 2
