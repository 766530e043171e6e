"""What the environment says of companies: `"${NAME}"` in their files, and variables that override them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from tenants.definition import Definition, Fields
from tenants.errors import InvalidCompanyError

logger = structlog.get_logger(__name__)

Environment = Mapping[str, str]

REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
OPTIONAL_SECRETS = frozenset(
    {
        "chatwoot.api_key",
        "chatwoot.webhook_token",
        "chatwoot.webhook_secrets",
        "model.api_key",
        "agenda.google_credentials",
        "on_call.pagerduty_routing_key",
        "on_call.pagerduty_webhook_secret",
        "on_call.webhook_secret",
        "on_call.webhook_token",
        "on_call.twilio_token",
    }
)
"""A company can start without these; anything else that a file refers to must be there."""


def _parts(value: str) -> list[str]:
    return [part for one in value.split(",") if (part := one.strip())]


def _text(value: str) -> str:
    return value.strip()


def _content(value: str) -> str:
    """Read the file that a variable names: a secret is often mounted as one."""
    return Path(value.strip()).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A variable for one field. Its name with a company's suffix is that company's alone."""

    variable: str
    field: str
    """Dotted, at most two parts."""
    shared: bool = True
    """Without a suffix it holds for every company whose file is silent."""
    read: Callable[[str], str | list[str]] = _text


OVERRIDES: tuple[Override, ...] = (
    Override(variable="CHATWOOT_BASE_URL", field="chatwoot.base_url"),
    Override(variable="CHATWOOT_API_KEY", field="chatwoot.api_key"),
    Override(variable="CHATWOOT_ACCOUNT_ID", field="chatwoot.account_id", shared=False),
    Override(variable="CHATWOOT_WEBHOOK_TOKEN", field="chatwoot.webhook_token", shared=False),
    Override(variable="CHATWOOT_WEBHOOK_SECRET", field="chatwoot.webhook_secrets", read=_parts),
    Override(variable="OPENAI_API_KEY", field="model.api_key"),
    Override(variable="OPENAI_BASE_URL", field="model.base_url"),
    Override(variable="MODEL_NAME", field="model.name"),
    Override(variable="MODEL_FALLBACK", field="model.fallback"),
    Override(variable="TEMPERATURE", field="model.temperature"),
    Override(variable="MAX_TOKENS", field="model.max_tokens"),
    Override(variable="MAX_CONTEXT_MESSAGES", field="max_context_messages"),
    Override(variable="BUDGET_DAILY", field="budget.daily"),
    Override(variable="BUDGET_MONTHLY", field="budget.monthly"),
    Override(variable="REQUESTS_PER_MINUTE", field="limits.requests_per_minute"),
    Override(variable="MESSAGES_PER_MINUTE", field="limits.messages_per_minute"),
    Override(variable="SIMILARITY_THRESHOLD", field="knowledge.similarity_threshold"),
    Override(variable="MAX_RETRIEVED_DOCS", field="knowledge.max_retrieved"),
    Override(variable="EMBEDDING_MODEL", field="knowledge.embedding_model"),
    Override(variable="EMBEDDING_DIMENSIONS", field="knowledge.embedding_dimensions"),
    Override(
        variable="GOOGLE_CALENDAR_CREDENTIALS_FILE",
        field="agenda.google_credentials",
        read=_content,
    ),
    Override(variable="GOOGLE_CALENDAR_CREDENTIALS", field="agenda.google_credentials"),
    Override(variable="GOOGLE_CALENDAR_ENDPOINT", field="agenda.google_endpoint"),
    Override(variable="SCHEDULE_SERVICE_URL", field="agenda.service_url"),
    Override(variable="PAGERDUTY_ROUTING_KEY", field="on_call.pagerduty_routing_key"),
    Override(
        variable="PAGERDUTY_WEBHOOK_SECRET",
        field="on_call.pagerduty_webhook_secret",
        shared=False,
    ),
    Override(variable="PAGERDUTY_ENDPOINT", field="on_call.pagerduty_endpoint"),
    Override(variable="ON_CALL_WEBHOOK_URL", field="on_call.webhook_url"),
    Override(variable="ON_CALL_WEBHOOK_SECRET", field="on_call.webhook_secret"),
    Override(variable="ON_CALL_WEBHOOK_TOKEN", field="on_call.webhook_token"),
    Override(variable="TWILIO_ACCOUNT_SID", field="on_call.twilio_account"),
    Override(variable="TWILIO_AUTH_TOKEN", field="on_call.twilio_token"),
    Override(variable="TWILIO_FROM", field="on_call.twilio_from"),
    Override(variable="TWILIO_ENDPOINT", field="on_call.twilio_endpoint"),
    Override(variable="VOICE_ENABLED", field="media.voice"),
    Override(variable="IMAGE_ENABLED", field="media.images"),
    Override(variable="WHISPER_MODEL", field="media.whisper_model"),
    Override(variable="VISION_MODEL", field="media.vision_model"),
    Override(variable="TTS_MODEL", field="media.tts_model"),
    Override(variable="TTS_VOICE", field="media.tts_voice"),
    Override(variable="SPOKEN_ANSWERS", field="media.spoken_answers"),
)


def suffix(company_id: str) -> str:
    """Return how a company's variables end: `spa-norte` has `CHATWOOT_API_KEY_SPA_NORTE`."""
    return "_" + company_id.upper().replace("-", "_")


def completed(definition: Definition, environment: Environment) -> Definition:
    """Return the definition with references filled and overrides laid over; raises InvalidCompanyError.

    A company's own variable beats its file, its file beats a variable for all.
    """
    fields = _filled(definition, environment)
    origins: dict[str, str] = {}
    for override in OVERRIDES:
        own = override.variable + suffix(definition.company_id)
        section, _, name = override.field.rpartition(".")
        if environment.get(own, "").strip():
            variable = own
        elif override.shared and environment.get(override.variable, "").strip():
            if override.field in definition.withheld or _given(fields, section, name):
                continue
            variable = override.variable
        else:
            continue
        try:
            value = override.read(environment[variable])
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidCompanyError(
                f"{variable}: the file cannot be read: {type(error).__name__}"
                f" (company {definition.company_id})"
            ) from error
        _put(fields, section, name, value)
        origins[override.field] = variable
    return replace(definition, fields=fields, origins=origins)


def strangers(environment: Environment, company_ids: Iterable[str]) -> Sequence[str]:
    """Return variables that look like a company's but name none: a slip of the pen, most likely."""
    known = {one.variable + suffix(company) for company in company_ids for one in OVERRIDES}
    known |= {one.variable for one in OVERRIDES}
    starts = tuple(f"{one.variable}_" for one in OVERRIDES)
    return sorted(name for name in environment if name.startswith(starts) and name not in known)


def _given(fields: Fields, section: str, name: str) -> bool:
    place = fields.get(section) if section else fields
    return isinstance(place, dict) and place.get(name) not in (None, [], "")


def _put(fields: Fields, section: str, name: str, value: str | list[str]) -> None:
    place = fields.setdefault(section, {}) if section else fields
    if isinstance(place, dict):
        place[name] = value


def _filled(definition: Definition, environment: Environment) -> Fields:
    """Copy the fields with each `"${NAME}"` replaced; an optional secret that is not set is left out."""
    if not definition.refers:
        return {name: _copied(value) for name, value in definition.fields.items()}
    missing: dict[str, str] = {}

    def fill(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            inner = {
                key: fill(one, f"{path}.{key}" if path else str(key)) for key, one in value.items()
            }
            return {key: one for key, one in inner.items() if one is not _UNSET}
        if isinstance(value, list):
            return [one for item in value if (one := fill(item, path)) is not _UNSET]
        if not isinstance(value, str) or "${" not in value or not REFERENCE.search(value):
            return value
        if not (whole := REFERENCE.fullmatch(value)):
            words = '"${NAME}" must be the whole value'
            raise InvalidCompanyError(
                f"{definition.where}: {path}: {words} (company {definition.company_id})",
                {path: words},
            )
        if found := environment.get(whole[1], "").strip():
            return found
        if path in OPTIONAL_SECRETS:
            logger.warning(
                "secret_not_set", company_id=definition.company_id, field=path, variable=whole[1]
            )
            return _UNSET
        missing[path] = f"environment variable {whole[1]} is not set"
        return value

    fields = fill(definition.fields, "")
    if missing:
        raise InvalidCompanyError(
            "\n".join(
                f"{definition.where}: {path}: {words} (company {definition.company_id})"
                for path, words in missing.items()
            ),
            missing,
        )
    return dict(fields)


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


_UNSET = object()
