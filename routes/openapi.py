"""The API's description, OpenAPI 3.1, made from the routes and from the models that check what they get."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import Route

from routes.inputs import Inputs, inputs_of

Json = dict[str, Any]

PATH_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
REF = "#/components/schemas/{model}"
ABOUT = (
    "The AI front desk of many clinics. Send a key as X-API-Key or as a Bearer token; name the company by"
    " X-Company-ID or ?company_id= (a company's own key needs not). Another company's things are not found."
)
COMPANY_PARAMETERS: Sequence[Json] = (
    {
        "name": "X-Company-ID",
        "in": "header",
        "description": "The company, unless the key is a company's own or the query names it.",
        "schema": {"type": "string"},
    },
    {
        "name": "company_id",
        "in": "query",
        "description": "The same, where a header cannot be sent.",
        "schema": {"type": "string"},
    },
)
IDEMPOTENCY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body within a day gets the first answer again.",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
}
ERROR: Json = {
    "type": "object",
    "required": ["error", "detail"],
    "properties": {
        "error": {"type": "string", "description": "The kind of error."},
        "detail": {"type": "string", "description": "What is wrong, in words."},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "What is wrong by field, where fields are.",
        },
    },
}


def described(routes: Iterable[Route], *, version: str, open_paths: Iterable[str]) -> Json:
    """Return the description of routes as they stand below /api; open paths need no key."""
    found = [
        (route, method, inputs_of(route.endpoint))
        for route in routes
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    models = {model for _, _, inputs in found for model in (*inputs.body, *inputs.query)}
    named, schemas = _schemas(models)
    unlocked = frozenset(open_paths)
    paths: dict[str, Json] = {}
    for route, method, inputs in found:
        path = PATH_PARAMETER.sub(r"{\1}", route.path)
        operation = _operation(route, method, inputs, named)
        if route.path in unlocked:
            operation["security"] = []
        paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Clinicdesk", "version": version, "description": ABOUT},
        "servers": [{"url": "/api"}, {"url": "/api/v1"}],
        "security": [{"key": []}, {"bearer": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {**schemas, "Error": ERROR},
        },
    }


def _schemas(models: Iterable[type[BaseModel]]) -> tuple[dict[type[BaseModel], Json], Json]:
    wanted = sorted(models, key=lambda one: (one.__name__, one.__module__))
    found, whole = models_json_schema([(one, "validation") for one in wanted], ref_template=REF)
    return {one: found[one, "validation"] for one in wanted}, whole.get("$defs", {})


def _operation(
    route: Route, method: str, inputs: Inputs, named: dict[type[BaseModel], Json]
) -> Json:
    summary, _, more = (route.endpoint.__doc__ or "").strip().partition("\n")
    words = re.sub(r"[{}]|:\w+", "", route.path).strip("/").replace("/", "_").replace("-", "_")
    operation: Json = {
        "operationId": f"{method.lower()}_{words.replace('.', '_')}",
        "tags": [route.path.strip("/").partition("/")[0]],
        "summary": summary.rstrip("."),
        "parameters": _parameters(route, method, inputs),
        "responses": _responses(inputs),
    }
    if more.strip():
        operation["description"] = " ".join(more.split())
    if content := _content(inputs, named):
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(route: Route, method: str, inputs: Inputs) -> list[Json]:
    found: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for name, kind in PATH_PARAMETER.findall(route.path)
    ]
    for model in inputs.query:
        schema = model.model_json_schema()
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": one}
            for name, one in schema["properties"].items()
        ]
    if inputs.names_company:
        named = {one["name"] for one in found}
        found += [one for one in COMPANY_PARAMETERS if one["name"] not in named]
    if method == "POST":
        found.append(IDEMPOTENCY)
    return found


def _content(inputs: Inputs, named: dict[type[BaseModel], Json]) -> Json:
    content: Json = {}
    if inputs.body:
        schemas = [named[one] for one in inputs.body]
        content["application/json"] = {
            "schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        }
    if inputs.files:
        binary = {name: {"type": "string", "format": "binary"} for name in inputs.files}
        content["multipart/form-data"] = {
            "schema": {
                "type": "object",
                "properties": binary,
                "required": list(binary),
                "additionalProperties": {"type": "string"},
            }
        }
    if inputs.raw and not content:
        content["application/json"] = {"schema": {"type": "object"}}
    return content


def _responses(inputs: Inputs) -> Json:
    kind = "text/event-stream" if inputs.events else "application/json"
    done: Json = {"description": "Done.", "content": {kind: {"schema": {}}}}
    wrong: Json = {
        "description": "What is wrong.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    statuses = [str(one) for one in sorted(inputs.statuses)]
    return {**dict.fromkeys(statuses, done), "2XX": done, "default": wrong}
