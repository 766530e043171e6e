"""What a patient in danger reads: fixed, approved text with the company's numbers, never a model's words."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from safety.alarm import Alarm
from safety.going_on import goes_on
from tenants.tenant import Language, Tenant

TEXTS = Path(__file__).parent / "texts"
FRAMELESS = frozenset({"self_harm"})
"""Groups whose text is whole: a list of steps would be cold."""
SHOWN_BY = {"photo": "signs"}
"""What the evidence is called where it is not the patient's words."""
EVIDENCE_SHOWN = 160  # characters


# Read at import: the event loop must not wait for a disk.
_TEXTS: Mapping[str, str] = {
    file.stem: file.read_text(encoding="utf-8").strip() for file in TEXTS.glob("*.md")
}


def _text(name: str, language: str) -> str:
    return _TEXTS[f"{name}.{language}"]


@cache
def _line(name: str, language: str) -> str:
    lines = dict(line.split(": ", 1) for line in _text("lines", language).splitlines())
    return lines[name]


def _name_and_body(group: str, language: str) -> tuple[str, str]:
    heading, _, body = _text(group, language).partition("\n")
    return heading.removeprefix("# "), body.strip()


def _filled(text: str, tenant: Tenant, language: Language, *, steps: str = "", clinic: str) -> str:
    plan = tenant.emergency
    phones = {
        "number": plan.number,
        "clinic_phone": plan.clinic_phone,
        "self_harm_phone": plan.self_harm_phone,
        "company_name": tenant.company_name,
    }

    def line(name: str, wanted: str) -> str:
        return " " + Template(_line(name, language)).safe_substitute(phones) if wanted else ""

    return Template(text).safe_substitute(
        phones,
        steps=steps,
        clinic_line=line(clinic, plan.clinic_phone),
        helpline_line=line("helpline", plan.self_harm_phone),
    )


def text_for(tenant: Tenant, alarm: Alarm, language: Language) -> str:
    """Return what the patient is told: the company's own approved text, else the shipped one.

    An own text that names nobody to call is followed by the shipped one: no company can silence help.
    Where the agents go on, it ends with what they can do.
    """
    text = _approved(tenant, alarm, language)
    if not goes_on(tenant, alarm.group, alarm.level):
        return text
    return f"{text}\n\n{_line('go_on', language)}"


def _approved(tenant: Tenant, alarm: Alarm, language: Language) -> str:
    clinic = "clinic" if alarm.level == "emergency" else "clinic_urgent"
    shipped = _shipped_for(tenant, alarm, language, clinic)
    plan = tenant.emergency
    texts = (plan.texts.get(name, "") for name in (f"{alarm.group}.{language}", alarm.group))
    written = next((one for one in texts if one.strip()), "")
    if not written:
        return shipped
    own = _filled(written, tenant, language, clinic=clinic)
    phones = (plan.number, plan.clinic_phone, plan.self_harm_phone)
    return own if any(one and one in own for one in phones) else f"{own}\n\n{shipped}"


def _shipped_for(tenant: Tenant, alarm: Alarm, language: Language, clinic: str) -> str:
    _, body = _name_and_body(alarm.group, language)
    if alarm.group in FRAMELESS:
        return _filled(body, tenant, language, clinic=clinic)
    frame = _text(f"frame_{alarm.level}", language)
    return _filled(frame, tenant, language, steps=body, clinic=clinic)


def follow_up_for(tenant: Tenant, language: Language, group: str = "") -> str:
    """Return what a patient reads who writes on while an emergency, of this group if known, is open."""
    own = tenant.emergency.texts
    names = [f"follow_up_{group}", "follow_up"]
    written = (own.get(f"{name}.{language}") or own.get(name) for name in names)
    shipped = (_TEXTS.get(f"{name}.{language}") for name in names)
    text = next(text for text in (*written, *shipped) if text)
    return _filled(text, tenant, language, clinic="clinic")


def summary_for(alarm: Alarm, language: Language) -> str:
    """Return one line for the staff: what kind of danger, in which words, found how."""
    name, _ = _name_and_body(alarm.group, language)
    words = " ".join(" ".join(alarm.evidence).split())[:EVIDENCE_SHOWN]
    return (
        f"{_line(alarm.level, language)}: {name}. "
        f"{_line(SHOWN_BY.get(alarm.source, 'words'), language)}: «{words}» ({_line(alarm.source, language)})."
    )
