"""A form with one file, never read further than it may be long."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from routes.errors import InvalidRequestError, TooLargeError

MEGABYTE = 1_000_000
REST = MEGABYTE  # bytes of a form beside its file
FIELDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """What a form brought."""

    content: bytes
    filename: str
    """The file's own name: of a path, what follows the last slash."""
    fields: Mapping[str, str]


def is_form(request: Request) -> bool:
    """Tell whether a request brings a form rather than JSON."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def form_with_file(request: Request, field: str, *, most: int) -> FileForm:
    """Return a form whose `field` is a file of at most `most` bytes; raises TooLargeError as it streams."""
    said = f"{field}: the file is larger than {most // MEGABYTE} MB."
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most + REST:
        raise TooLargeError(said)
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most + REST:
            raise TooLargeError(said)
        return message

    bounded = Request(request.scope, receive)
    try:
        async with bounded.form(max_files=1, max_fields=FIELDS) as form:
            file = form.get(field)
            if not isinstance(file, UploadFile):
                raise InvalidRequestError(f"{field}: is missing from the form")
            return FileForm(
                content=await file.read(),
                filename=(file.filename or "").replace("\\", "/").rpartition("/")[2][:255],
                fields={key: value for key, value in form.items() if isinstance(value, str)},
            )
    except MultiPartException as error:
        raise InvalidRequestError(f"body: {error.message}") from error
