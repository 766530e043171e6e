"""How Chatwoot reads what is sent to it: JSON, or a form with files."""

import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

Json = dict[str, Any]


async def body_of(request: Request) -> Json:
    """Return a request's fields; files stand in `attachments` with name, type and content."""
    content = await request.body()
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return json.loads(content) if content else {}
    async with request.form() as form:
        fields: Json = {name: value for name, value in form.items() if isinstance(value, str)}
        files = [one for one in form.getlist("attachments[]") if isinstance(one, UploadFile)]
        attached = [
            {"name": one.filename, "type": one.content_type, "content": await one.read()}
            for one in files
        ]
    return {
        **fields,
        "private": fields.get("private") == "true",
        # Rails takes an object of a form as JSON in a string.
        "content_attributes": json.loads(fields.get("content_attributes", "{}")),
        "attachments": attached,
    }
