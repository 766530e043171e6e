"""Voice notes, photos and files in conversation: fetched, read before the turn, owned up to when they cannot be."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from graph.replies import Turn
from integrations.guarded_http import GuardedHttp
from jobs.attachments import Attachments
from jobs.patient_files import PatientFiles
from tenants.media_rules import MediaRules
from tenants.tenant import ChatModel, InboxManners
from tests.fakes.chatwoot_payloads import Json, attachment
from tests.fakes.in_process import InProcess
from tests.fakes.openai import says
from tests.fakes.openai_audio import Hears
from tests.fakes.openai_media import seen
from tests.fakes.photos import photo
from tests.integrations.test_sounds import silence
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, MEDISPA, THERE, House, PlainScreen, reply_to

AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
NOTE = (AUDIO / "appointment.ogg").read_bytes()
DANGER = (AUDIO / "emergency.ogg").read_bytes()
WORDS = "Quiero una cita el jueves en la tarde."
URL = "http://chatwoot.test"


@pytest.fixture
def hearing(house: House) -> House:
    """Both companies listen, and so does the model's server."""
    model = ChatModel(api_key=SecretStr("key"), base_url="http://openai.test/v1")
    house.companies.change(BENOVA, model=model)
    house.companies.change(MEDISPA, model=model)
    house.openai.listening.by_content |= {
        NOTE: Hears(text=WORDS),
        DANGER: Hears(text="No puedo respirar, tengo la cara hinchada."),
    }
    return house


def file(house: House, content: bytes = NOTE, kind: str = "audio", **more: object) -> Json:
    return house.chatwoot.storage.keep(URL, content, kind, **more)


def turn_of(house: House) -> Turn:
    (turn,) = house.desk.turns
    return turn


async def test_a_voice_note_is_answered_as_words_that_were_spoken(
    hearing: House, writes: Writing
) -> None:
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == [f"eco: {WORDS}"]
    assert list(turn_of(hearing).spoken.values()) == ["sure"]
    assert hearing.transcript.of(BENOVA)[0] == ("user", WORDS)
    assert hearing.chatwoot.notes() == []


async def test_the_file_is_asked_for_without_a_token(hearing: House, writes: Writing) -> None:
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert len(hearing.chatwoot.storage.asked) == 1
    assert hearing.chatwoot.storage.tokens == []


async def test_a_file_that_comes_late_is_waited_for(hearing: House, writes: Writing) -> None:
    await writes(None, attachments=[file(hearing, late=4)])

    await hearing.answer()

    assert hearing.chatwoot.sent() == [f"eco: {WORDS}"]


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
    ("leads_to", "asked"),
    [
        ("http://10.0.0.8/latest/meta-data", 1),
        ("http://inside.test/x", 1),
        ("http://[::ffff:127.0.0.1]/x", 1),
        ("http://2130706433/x", 1),
        ("file:///etc/passwd", 1),
    ],
)
async def test_a_link_to_a_private_address_is_not_followed(
    hearing: House, writes: Writing, leads_to: str, asked: int
) -> None:
    hearing.names.found |= {"10.0.0.8": ["10.0.0.8"], "::ffff:127.0.0.1": ["::ffff:127.0.0.1"]}
    await writes(None, attachments=[file(hearing, leads_to=leads_to)])

    await hearing.answer()

    assert "no me llegó bien" in hearing.chatwoot.sent()[0]
    assert "no pudo descargar" in hearing.chatwoot.notes()[0]
    assert len(hearing.chatwoot.storage.asked) == asked


async def test_a_file_may_be_at_a_host_that_the_operator_lists(
    hearing: House, writes: Writing
) -> None:
    hearing.names.found["files.test"] = ["127.0.0.1"]
    line = InProcess(hearing.chatwoot.app)
    reader = Attachments(
        GuardedHttp(resolve=hearing.names, allowed=("files.test",), transport=line),
        voice=hearing.voice_notes,
        photos=hearing.photos,
        files=PatientFiles(PlainScreen()),
        hosts=("files.test",),
    )
    link = hearing.chatwoot.storage.keep("http://files.test", NOTE)
    message = writes.message(hearing.chatwoot.written(HERE, None, attachments=[link]))

    (reading,) = await reader.read(hearing.companies.find(BENOVA), message)

    assert reading.text == WORDS


async def test_a_link_that_does_not_begin_at_the_companys_chatwoot_is_not_opened(
    hearing: House, writes: Writing
) -> None:
    link = attachment(1, "audio", data_url="http://elsewhere.test/note.ogg")
    await writes(None, attachments=[link])

    await hearing.answer()

    assert "no me llegó bien" in hearing.chatwoot.sent()[0]
    assert "elsewhere.test" not in hearing.names.asked


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


async def test_a_photo_that_shows_danger_is_an_emergency(hearing: House, writes: Writing) -> None:
    hearing.openai.respond = lambda _request: says(
        seen("Labio con una zona blanca.", possible_complication="likely", signs=["zona blanca"])
    )
    await writes(None, attachments=[file(hearing, photo(), "image")])

    await hearing.answer()

    assert hearing.chatwoot.sent() == ["photo: llame al 123"]


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
