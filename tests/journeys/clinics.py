"""Companies of a journey: the shipped ones with short pauses, and copies of one for each way a model fails."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenants.company_files import SHIPPED
from tests.fakes.on_call import SECRET

QUIET = 0.3  # seconds that a patient pauses before the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """A company of a journey and its account in the fake Chatwoot."""

    id: str
    account: int
    like: str = "benova"
    """The shipped company that it is a copy of."""
    burst_seconds: float = QUIET
    model: Mapping[str, Any] | None = None
    """Fields of its model; None: the guided agent speaks."""
    media: Mapping[str, Any] | None = None
    """What it wants done with voice and photos."""
    agenda: Mapping[str, Any] | None = None
    """Fields of its agenda, over the shipped ones."""
    calendars: tuple[str, ...] = ()
    """Calendar ids of its staff, in order."""
    woken: bool = False
    """Somebody is on call, behind PagerDuty and a webhook."""
    document: str = ""
    """A document that no other company has, beside the shipped ones; empty: no documents at all."""

    @property
    def bot_token(self) -> str:
        """The agent bot's token in Chatwoot."""
        return f"bot-{self.id}"

    @property
    def secret(self) -> str:
        """What Chatwoot signs this company's webhooks with."""
        return f"secret-{self.id}"


BENOVA = Clinic(
    id="benova",
    account=7,
    document="# Casilleros\n\n## Clave de los casilleros\n\nLa clave de los casilleros es AZUL-7291.\n",
)
MEDISPA = Clinic(
    id="medispa",
    account=8,
    like="medispa",
    document="# Casilleros\n\n## Clave de los casilleros\n\nLa clave de los casilleros es ROJO-5810.\n",
)
WELLNESS = Clinic(
    id="wellness",
    account=10,
    like="wellness",
    document="# Lockers\n\n## Code of the lockers\n\nThe code of the lockers is GREEN-3344.\n",
)
NIGHT = Clinic(id="night", account=21, woken=True)
THINKING = Clinic(
    id="thinking",
    account=20,
    model={"name": "thinker", "fallback": "spare"},
    media={"spoken_answers": "mirror"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A company whose models fail in one way."""

    clinic: Clinic
    fault: Mapping[str, Any]
    broken: tuple[str, ...]
    """The models that fail; the company's second is `second-<id>`."""


def _failing(number: int, name: str, *, both: bool, **fault: Any) -> Failing:
    first, second = f"first-{name}", f"second-{name}"
    model = {"name": first, "fallback": second, "timeout_seconds": 1.0}
    clinic = Clinic(id=name, account=30 + number, model=model)
    return Failing(clinic=clinic, fault=fault, broken=(first, second) if both else (first,))


BUSY = _failing(0, "busy", both=False, kind="status", status=429, retry_after="20")
CRASHING = _failing(1, "crashing", both=False, kind="status", status=500)
GARBLED = _failing(2, "garbled", both=False, kind="not_json")
CUT = _failing(3, "cut", both=False, kind="cut")
SILENT = _failing(4, "silent", both=True, kind="stall", seconds=30)
DOWN = _failing(5, "down", both=True, kind="status", status=500)
FAILING = (BUSY, CRASHING, GARBLED, CUT, SILENT, DOWN)


def written(
    folder: Path,
    clinics: Sequence[Clinic],
    chatwoot_url: str,
    model_url: str,
    on_call_url: str,
) -> Path:
    """Write companies as an operator does, one folder each, and return where they are."""
    for clinic in clinics:
        shipped = SHIPPED / clinic.like
        place = folder / clinic.id
        place.mkdir(parents=True)
        if clinic.document:
            shutil.copytree(shipped / "documents", place / "documents")
            (place / "documents" / "casilleros.md").write_text(clinic.document, encoding="utf-8")
        fields = json.loads((shipped / "company.json").read_text(encoding="utf-8"))
        fields |= {
            "company_id": clinic.id,
            "chatwoot": {
                "account_id": clinic.account,
                "base_url": chatwoot_url,
                "api_key": clinic.bot_token,
                "webhook_secrets": [clinic.secret],
            },
            "inbox": {"burst_seconds": clinic.burst_seconds, "burst_limit_seconds": 12},
        }
        fields["agenda"] |= clinic.agenda or {}
        for member, calendar in zip(fields["staff"], clinic.calendars, strict=False):
            member["calendar_id"] = calendar
        if clinic.woken:
            fields["on_call"] = {
                "pagerduty_routing_key": "key-of-the-night",
                "pagerduty_endpoint": on_call_url,
                "webhook_url": f"{on_call_url}/hook",
                "webhook_secret": SECRET,
            }
        if clinic.media is not None:
            fields["media"] = dict(clinic.media)
        if clinic.model is not None:
            fields["model"] = {"base_url": model_url, "api_key": "sk-journey", **clinic.model}
        text = json.dumps(fields, ensure_ascii=False)
        (place / "company.json").write_text(text, encoding="utf-8")
    return folder
