"""What staff hand in as documents, as it stands in a request: a file, a text, a page's address, many texts."""

import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from starlette.requests import Request

from knowledge.document import Draft
from knowledge.handed_in import HandedIn, document_id_of
from knowledge.page_visits import PAGES, WebPage
from routes.body import in_words, json_body
from routes.errors import InvalidRequestError
from routes.forms import form_with_file, is_form
from tenants.tenant import Tenant

MEGABYTE = 1_000_000
BULK = 64 * MEGABYTE  # bytes of a bulk's JSON
BULK_DOCUMENTS = 10_000
TEXT_BODY = 8 * MEGABYTE


class Text(BaseModel):
    """A text, Markdown or plain, or a page by its `url`; `text` and `id` are other names of `content` and `document_id`."""

    model_config = ConfigDict(populate_by_name=True)

    content: str = ""
    text: str = ""
    title: str = ""
    filename: str = ""
    category: str = ""
    document_id: str = ""
    id: str = ""
    url: Annotated[str, Field(max_length=4096)] = ""
    """A page of the company's site, instead of a text."""
    follow: Annotated[int, Field(ge=0, le=PAGES)] = 0
    """How many further pages of that site to read."""
    metadata: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def whole(self) -> str:
        """The text, under whichever name it came."""
        return self.content or self.text


class Described(BaseModel):
    """What a form says of its file."""

    title: str = ""
    category: str = ""
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class Bulk(BaseModel):
    """Many documents."""

    documents: Annotated[list[Text], Field(min_length=1, max_length=BULK_DOCUMENTS)]


async def handed_in(request: Request, tenant: Tenant, name: str = "") -> HandedIn | WebPage:
    """Return what a request brings; `name` is the document's id where the path says it."""
    if is_form(request):
        return await _file_in(request, tenant, name)
    given = await json_body(request, Text, most=TEXT_BODY)
    named = name or given.document_id or given.id
    if given.url.strip():
        return WebPage(
            url=given.url,
            title=_title(given),
            category=_category(given.category, given.metadata),
            metadata=given.metadata,
            document_id=named,
            follow=given.follow,
        )
    if not given.whole.strip():
        raise InvalidRequestError(
            "content: send the document's text, the url of a page, or a file as a form"
        )
    return HandedIn(
        content=given.whole.encode("utf-8", "replace"),
        filename=given.filename,
        title=_title(given),
        category=_category(given.category, given.metadata),
        metadata=given.metadata,
        document_id=named,
        plain=True,
    )


async def _file_in(request: Request, tenant: Tenant, name: str) -> HandedIn:
    """Read a form, never more of it than the company's largest file and a little."""
    most = tenant.knowledge.max_upload_megabytes * MEGABYTE
    form = await form_with_file(request, "file", most=most)
    described = _described(form.fields)
    return HandedIn(
        content=form.content,
        filename=form.filename,
        title=described.title,
        category=_category(described.category, described.metadata),
        metadata=described.metadata,
        document_id=name or form.fields.get("document_id", ""),
    )


def _described(fields: Mapping[str, str]) -> Described:
    try:
        metadata = json.loads(fields.get("metadata") or "{}")
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("metadata: is no JSON object") from error
    try:
        return Described.model_validate(
            {
                "title": fields.get("title", ""),
                "category": fields.get("category", ""),
                "metadata": metadata,
            }
        )
    except ValidationError as error:
        raise InvalidRequestError(in_words(error)) from error


def draft_of(given: Text) -> Draft:
    """Return one of many texts as a document."""
    name = given.document_id or given.id
    category = _category(given.category, given.metadata)
    content = given.whole.encode("utf-8", "replace")
    title = _title(given)
    return Draft(
        document_id=name
        or document_id_of(content, given.filename, title, category, given.metadata),
        title=title,
        category=category,
        text=given.whole,
        metadata=given.metadata,
        filename=given.filename,
    )


def _title(given: Text) -> str:
    named = given.metadata.get("title")
    return given.title or (named if isinstance(named, str) else "")


def _category(given: str, metadata: dict[str, JsonValue]) -> str:
    named = metadata.get("category")
    return given or (named if isinstance(named, str) else "")
