"""Where a file is fetched from: the company's own Chatwoot, and nothing private behind it."""

import pytest

from integrations.guarded_http import GuardedHttp
from jobs.attachments import Attachments
from jobs.patient_files import PatientFiles
from tests.fakes.chatwoot_payloads import attachment
from tests.fakes.in_process import InProcess
from tests.jobs.conftest import Writing
from tests.jobs.house import BENOVA, HERE, House, PlainScreen
from tests.jobs.sent_files import NOTE, WORDS, file


async def test_the_file_is_asked_for_without_a_token(hearing: House, writes: Writing) -> None:
    await writes(None, attachments=[file(hearing)])

    await hearing.answer()

    assert len(hearing.chatwoot.storage.asked) == 1
    assert hearing.chatwoot.storage.tokens == []


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
