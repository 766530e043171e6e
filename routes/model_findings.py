"""Asks a company's model server which models it has, and until when: nothing is spent by that."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import httpx
from pydantic import BaseModel, ValidationError

from routes.finding import PATIENCE, Finding
from tenants.tenant import Tenant

OPENAI = "https://api.openai.com/v1"
NOTICE = timedelta(days=90)
"""How long before its end a model is told of."""


class OfferedModel(BaseModel):
    """A model in a server's list; OpenAI dates the end of some."""

    id: str
    shutdown_date: date | None = None


class OfferedModels(BaseModel):
    """What `GET /models` answers."""

    data: list[OfferedModel]


async def of_models(tenant: Tenant, today: date) -> Finding:
    """Look at the key, and at every model that the company uses: offered at all, and until when."""
    what, model = f"{tenant.company_id} model", tenant.model
    if model.api_key is None:
        return Finding(
            what=what,
            state="note",
            says="guided: no model, rules and documents only",
            todo="Set OPENAI_API_KEY (or OPENAI_API_KEY_<COMPANY>) to have a model speak.",
        )
    base = (model.base_url or OPENAI).rstrip("/")
    headers = {"Authorization": f"Bearer {model.api_key.get_secret_value()}"}
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.get(f"{base}/models", headers=headers)
    except httpx.HTTPError as error:
        return Finding(
            what=what,
            state="wrong",
            says=f"{base} does not answer ({type(error).__name__})",
            todo="Check OPENAI_BASE_URL and the network; until then the guided agent answers.",
        )
    if answer.status_code in {401, 403}:
        return Finding(
            what=what,
            state="wrong",
            says=f"the key was refused (HTTP {answer.status_code})",
            todo="Check OPENAI_API_KEY; until then the guided agent answers.",
        )
    return _of_offer(tenant, f"{what}", base, _ends_in(answer), today)


def _ends_in(answer: httpx.Response) -> Mapping[str, date | None]:
    """Return each model that is offered with its end; nothing when the server keeps no such list."""
    try:
        offered = OfferedModels.model_validate_json(answer.content)
    except ValidationError:
        return {}
    return {one.id: one.shutdown_date for one in offered.data}


def _of_offer(
    tenant: Tenant, what: str, base: str, ends: Mapping[str, date | None], today: date
) -> Finding:
    used = models_of(tenant)
    missing = [name for name in used if ends and name not in ends]
    ending = {name: end for name in used if (end := ends.get(name)) and end - today <= NOTICE}
    if not missing and not ending:
        return Finding(what=what, state="ok", says=f"{tenant.model.name} at {base}")
    told = [f"{name} is not offered" for name in missing]
    told += [f"{name} ends on {end.isoformat()}" for name, end in sorted(ending.items())]
    silent = tenant.model.name in missing or any(end <= today for end in ending.values())
    return Finding(
        what=what,
        state="wrong" if silent else "note",
        says=f"{base}: {'; '.join(told)}",
        todo="Name others by "
        + ", ".join(dict.fromkeys(used[n] for n in [*missing, *ending]))
        + ".",
    )


def models_of(tenant: Tenant) -> Mapping[str, str]:
    """Return the models a company would call, each with the setting that names it."""
    named: Sequence[tuple[str | None, str]] = [
        (tenant.model.name, "MODEL_NAME"),
        (tenant.model.fallback, "MODEL_FALLBACK"),
        *((wishes.model, f"agents.{agent}.model") for agent, wishes in tenant.agents.items()),
        (tenant.media.whisper_model if tenant.media.voice else None, "WHISPER_MODEL"),
        (tenant.media.vision_model if tenant.media.images else None, "VISION_MODEL"),
        (tenant.media.tts_model if tenant.media.spoken_answers != "never" else None, "TTS_MODEL"),
    ]
    return {name: setting for name, setting in reversed(named) if name}
