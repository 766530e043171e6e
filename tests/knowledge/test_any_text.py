"""Whatever stands in names, titles and metadata is kept as it is or refused in words; damaged files harm nobody."""

import asyncio
import contextlib
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.redis import Client, close, connect
from knowledge.document import Draft
from knowledge.documents import Documents
from knowledge.embedders import OneEmbedder
from knowledge.errors import InvalidDocumentError, UnreadableFileError
from knowledge.library import CompanyLibrary
from knowledge.query import filter_for
from knowledge.reading.reader import Reader
from tests.fakes.hashing_embedder import HashingEmbedder
from tests.knowledge.reading import files
from tests.knowledge.sample import BENOVA, NOW

ANY = st.text(st.characters(), max_size=60)
"""Any character that Python has, half of a surrogate pair too."""
VALUES = st.one_of(ANY, st.integers(), st.booleans(), st.none(), st.lists(ANY, max_size=3))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    title=ANY, category=ANY, filename=ANY, text=ANY, metadata=st.dictionaries(ANY, VALUES, max_size=3)
)  # fmt: skip
async def test_a_document_is_kept_as_it_was_handed_in_or_refused(
    redis: Client, redis_url: str, title: str, category: str, filename: str, text: str,
    metadata: dict[str, str | int | bool | list[str] | None],
) -> None:  # fmt: skip
    # Each example has an event loop of its own, and so a connection.
    client = connect(redis_url)
    embedders = OneEmbedder(HashingEmbedder())
    documents = Documents(client, embedders, lambda: NOW)
    library = CompanyLibrary(BENOVA, client, embedders)
    narrowed = filter_for(metadata)  # type: ignore[arg-type] # JSON it is.
    draft = Draft(
        document_id="d",
        title=title,
        category=category,
        filename=filename,
        text=f"zafiro {text}",
        metadata=metadata,  # type: ignore[arg-type] # JSON it is.
    )
    kept = True
    with contextlib.suppress(InvalidDocumentError):
        kept = False
        await documents.put_document(BENOVA, draft)
        kept = True
    found = await documents.find_document(BENOVA.company_id, "d")
    passages = await library.search("zafiro", filters=metadata)  # type: ignore[arg-type] # JSON it is.
    await documents.delete_document(BENOVA.company_id, "d")
    await close(client)

    same = found and (found.title, found.category, found.filename, found.metadata)
    assert same == ((title, category, filename, metadata) if kept else None)
    assert len(passages) == (kept and narrowed is not None)


def damaged(content: bytes, seed: int) -> bytes:
    """Return a file cut short, with some of its bytes changed."""
    chance = random.Random(seed)
    changed = bytearray(content[: chance.randrange(len(content) // 2, len(content))])
    for _ in range(chance.randrange(1, 30)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


async def test_damaged_files_are_read_as_far_as_they_go_or_refused_with_a_reason() -> None:
    reader = Reader(patience=30)
    whole = {"a.pdf": files.ruled_pdf(), "a.docx": files.word_file(), "a.xlsx": files.workbook()}

    async def told(name: str, seed: int) -> str:
        try:
            return (await reader.read(damaged(whole[name], seed), name)).text
        except UnreadableFileError as error:
            return str(error)

    said = await asyncio.gather(*(told(name, seed) for name in whole for seed in range(2)))

    assert all(one.strip() for one in said)
