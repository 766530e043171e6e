"""What was done for the patient, in fixed words: for when nobody else could say it rightly."""

from collections.abc import Mapping, Sequence

from langchain_core.messages import AnyMessage, ToolMessage

from nodes.history import turn_start
from tenants.tenant import Language, Tenant

DONE: Mapping[str, Mapping[Language, str]] = {
    "book_appointment": {
        "es": "Su cita quedó agendada: {treatment}, {label}.{place}{preparation}",
        "en": "Your appointment is booked: {treatment}, {label}.{place}{preparation}",
        "pt": "Sua consulta foi agendada: {treatment}, {label}.{place}{preparation}",
    },
    "move_appointment": {
        "es": "Su cita quedó para: {treatment}, {label}.{place}{preparation}",
        "en": "Your appointment is now: {treatment}, {label}.{place}{preparation}",
        "pt": "Sua consulta ficou para: {treatment}, {label}.{place}{preparation}",
    },
    "cancel_appointment": {
        "es": "Su cita quedó cancelada: {treatment}, {label}.",
        "en": "Your appointment is cancelled: {treatment}, {label}.",
        "pt": "Sua consulta foi cancelada: {treatment}, {label}.",
    },
}
PLACE: Mapping[Language, str] = {
    "es": " Lo esperamos en {}.",
    "en": " We are at {}.",
    "pt": " Esperamos você em {}.",
}


def confirmation(messages: Sequence[AnyMessage], tenant: Tenant, language: Language) -> str | None:
    """Return what this turn's last act changed, or None when it changed nothing."""
    turn = messages[turn_start(messages[:-1]) :]
    for message in reversed(turn):
        words = DONE.get(message.name or "")
        if words is None or not isinstance(message, ToolMessage):
            continue
        artifact = message.artifact if isinstance(message.artifact, Mapping) else {}
        if kept := artifact.get("appointment"):
            treatment = tenant.treatment(kept.get("treatment_id", ""))
            preparation = treatment.preparation if treatment else ""
            return words[language].format(
                treatment=kept["treatment"],
                label=kept["label"],
                place=PLACE[language].format(tenant.address) if tenant.address else "",
                preparation=f" {preparation}" if preparation else "",
            )
    return None
