"""What a reminder says, what counts as an answer to it, and what is answered then."""

import re
import unicodedata
from typing import Literal, cast

from agenda.appointment import Appointment, Slot
from agenda.staff_edits import StaffEdit
from tenants.tenant import Language, Tenant
from tools.slot_labels import day_label, hour_label, label_of, moment_label, staff_name

Answer = Literal["confirm", "cancel"]

_REMINDERS: dict[str, str] = {
    "es": "{hello} Le recordamos su cita de {treatment}: {label}.{place}{preparation}\n\n"
    "Responda «Confirmo», «Cambiar» o «Cancelar».",
    "en": "{hello} This is a reminder of your appointment for {treatment}: {label}.{place}{preparation}\n\n"
    "Please answer “Confirm”, “Change” or “Cancel”.",
    "pt": "{hello} Lembramos sua consulta de {treatment}: {label}.{place}{preparation}\n\n"
    "Responda «Confirmo», «Mudar» ou «Cancelar».",
}
_HELLO = {
    "es": ("Hola, {name}.", "Hola."),
    "en": ("Hello {name}.", "Hello."),
    "pt": ("Olá, {name}.", "Olá."),
}
_PLACE = {"es": " Lugar: {address}.", "en": " Place: {address}.", "pt": " Local: {address}."}
_OPTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "es": (("Confirmo", "confirmo"), ("Cambiar", "cambiar mi cita"), ("Cancelar", "cancelar")),
    "en": (("Confirm", "confirm"), ("Change", "change my appointment"), ("Cancel", "cancel")),
    "pt": (("Confirmo", "confirmo"), ("Mudar", "mudar minha consulta"), ("Cancelar", "cancelar")),
}
_PATIENT = {"es": "paciente", "en": "patient", "pt": "paciente"}
_CHANGES = {
    "es": {
        "moved": "{hello} La clínica cambió su cita de {treatment}, que era el {old}. Ahora es: {label}."
        "\n\nResponda «Confirmo», «Cambiar» o «Cancelar».",
        "cancelled": "{hello} Lo sentimos: la clínica tuvo que cancelar su cita de {treatment} del {old}."
        " ¿Le busco otra fecha?",
    },
    "en": {
        "moved": "{hello} The clinic has moved your appointment for {treatment}, which was on {old}."
        " It is now: {label}.\n\nPlease answer “Confirm”, “Change” or “Cancel”.",
        "cancelled": "{hello} We are sorry: the clinic had to cancel your appointment for {treatment} on {old}."
        " Shall I look for another date?",
    },
    "pt": {
        "moved": "{hello} A clínica mudou sua consulta de {treatment}, que era {old}. Agora é: {label}."
        "\n\nResponda «Confirmo», «Mudar» ou «Cancelar».",
        "cancelled": "{hello} Sentimos muito: a clínica precisou cancelar sua consulta de {treatment} de {old}."
        " Procuro outra data?",
    },
}
_AGAIN: dict[str, tuple[tuple[str, str], ...]] = {
    "es": (("Otra fecha", "quiero agendar otra cita"),),
    "en": (("Another date", "I want to book another appointment"),),
    "pt": (("Outra data", "quero agendar outra consulta"),),
}
_ANSWERED: dict[str, dict[str, str]] = {
    "es": {
        "confirm": "Gracias, su cita queda confirmada: {label}. ¡Lo esperamos!",
        "cancel": "Listo, su cita ({label}) queda cancelada. Si quiere otra fecha, escríbanos por aquí.",
        "too_late": "Falta muy poco para su cita ({label}), así que no la puedo cancelar por aquí."
        " Ya avisé a una persona del equipo, que le escribe enseguida.",
    },
    "en": {
        "confirm": "Thank you, your appointment is confirmed: {label}. See you then!",
        "cancel": "Done, your appointment ({label}) is cancelled. Write to us here for another date.",
        "too_late": "Your appointment ({label}) is too close for me to cancel it here."
        " I have told a person of the team, who will write to you shortly.",
    },
    "pt": {
        "confirm": "Obrigado, sua consulta está confirmada: {label}. Até lá!",
        "cancel": "Pronto, sua consulta ({label}) foi cancelada. Se quiser outra data, escreva por aqui.",
        "too_late": "Falta muito pouco para sua consulta ({label}), então não posso cancelar por aqui."
        " Já avisei uma pessoa da equipe, que escreve em seguida.",
    },
}
_OFFERS = {
    "es": "Se liberó un espacio antes de su cita de {treatment}: {label}. Se lo guardo {minutes} minutos."
    " ¿Lo quiere en lugar del {old}? Responda «Sí» o «No».",
    "en": "An earlier time for your {treatment} has become free: {label}. I keep it for {minutes} minutes."
    " Would you like it instead of {old}? Please answer “Yes” or “No”.",
    "pt": "Liberou um horário antes da sua consulta de {treatment}: {label}. Guardo por {minutes} minutos."
    " Quer esse no lugar de {old}? Responda «Sim» ou «Não».",
}
_TAKEN_UP: dict[str, dict[str, str]] = {
    "es": {
        "moved": "Listo, su cita quedó para el {label}.",
        "kept": "De acuerdo, su cita sigue igual: {label}.",
        "gone": "Ese espacio ya no está disponible. Su cita sigue igual: {label}.",
    },
    "en": {
        "moved": "Done, your appointment is now on {label}.",
        "kept": "All right, your appointment stays as it is: {label}.",
        "gone": "That time is no longer free. Your appointment stays as it is: {label}.",
    },
    "pt": {
        "moved": "Pronto, sua consulta ficou para {label}.",
        "kept": "Tudo bem, sua consulta continua igual: {label}.",
        "gone": "Esse horário já não está disponível. Sua consulta continua igual: {label}.",
    },
}
_DECLINES = re.compile(
    r"no(?: (?:muchas )?gracias| thanks| thank you)?|nao(?: (?:muito )?obrigad[ao])?|(?:asi|dejela|dejemosla) (?:esta bien|asi)"
)
_UNREACHABLE = {
    "es": {
        "reminder": "📞 Recordatorio sin enviar: el canal ya no permite escribir al paciente. Llámelo, por favor.",
        "change": "📞 Cambio de cita sin avisar: el canal ya no permite escribir al paciente. Llámelo, por favor.",
    },
    "en": {
        "reminder": "📞 Reminder not sent: the channel no longer lets us write to the patient. Please call.",
        "change": "📞 Change of an appointment not told: the channel no longer lets us write to the patient. Please call.",
    },
    "pt": {
        "reminder": "📞 Lembrete não enviado: o canal já não permite escrever ao paciente. Ligue, por favor.",
        "change": "📞 Mudança de consulta não avisada: o canal já não permite escrever ao paciente. Ligue, por favor.",
    },
}
_ANSWERS: dict[Answer, re.Pattern[str]] = {
    "confirm": re.compile(
        r"(?:(?:si|claro|ok|listo|dale|vale|bueno|perfecto|yes|yep|sure|okay|hola|buenas|buenos dias|gracias|muchas gracias|thanks"
        r"|thank you|senora|senor|por supuesto|de acuerdo|confirmo|confirmad[ao]|confirmo (?:mi|la) (?:cita|asistencia)"
        r"|la confirmo|(?:alla|ahi|alli) (?:estare|estaremos|nos vemos)|(?:i )?confirm(?:ed)?|i(?: wi)?ll be there|see you(?: there| then)?"
        r"|sim|certo|combinado|perfeito|pode confirmar|ola|oi|bom dia|boa tarde|obrigad[ao]|muito obrigad[ao]|confirmad[ao]"
        r"|confirmo (?:minha|a) (?:consulta|presenca)|estarei (?:la|ai)|vou sim|ate la)"
        r"(?: |$))+"
    ),
    "cancel": re.compile(
        r"(?:no (?:puedo|podre|voy a poder|alcanzo a) (?:ir|asistir)|cancel(?:ar|o|e)?(?:la)?(?: (?:por favor|porfa|gracias))?"
        r"|(?:quiero |deseo |favor )?cancelar (?:mi|la) cita|cancel (?:it|my appointment|please)|(?:please )?cancel"
        r"|i (?:cant|cannot|can not) (?:make it|come|go)"
        r"|nao (?:posso|vou poder|vou conseguir|consigo) (?:ir|comparecer)|(?:quero |pode )?(?:cancelar|desmarcar)(?: (?:minha|a) consulta)?"
        r"|(?:pode )?cancela(?: por favor)?)"
    ),
}
_COURTESY = re.compile(
    r"(?:hola|buenas|buenos dias|gracias|muchas gracias|thanks|thank you|oi|ola|bom dia|boa tarde|obrigad[ao]|muito obrigad[ao]| )+"
)


def reminder_of(
    tenant: Tenant, appointment: Appointment, language: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the words and the buttons of a reminder; nothing that the company has not written."""
    known = language if language in _REMINDERS else tenant.language
    treatment = tenant.treatment(appointment.treatment_id)
    named, plain = _HELLO[known]
    first = appointment.patient.name.split(maxsplit=1)[0] if appointment.patient.name else ""
    preparation = treatment.preparation if treatment else ""
    text = _REMINDERS[known].format(
        hello=named.format(name=first) if first else plain,
        treatment=treatment.name if treatment else appointment.treatment_id,
        label=label_of(tenant, appointment, cast("Language", known)),
        place=_PLACE[known].format(address=tenant.address.rstrip(".")) if tenant.address else "",
        preparation=f" {preparation}" if preparation else "",
    )
    return text, _OPTIONS[known]


def template_values(tenant: Tenant, appointment: Appointment, language: str) -> tuple[str, ...]:
    """Return what fills a reminder template's places, in the company's order; none of them empty."""
    known = cast("Language", language if language in _REMINDERS else tenant.language)
    treatment = tenant.treatment(appointment.treatment_id)
    first = appointment.patient.name.split(maxsplit=1)[:1]
    values = {
        "name": first[0] if first else _PATIENT[known],
        "treatment": treatment.name if treatment else appointment.treatment_id,
        "date": day_label(appointment.start, known),
        "hour": hour_label(appointment.start, known),
        "place": tenant.address or tenant.company_name,
        "staff": staff_name(tenant, appointment.staff_id) or tenant.company_name,
    }
    return tuple(values[one] for one in tenant.inbox.reminder_template_values)


def change_of(
    tenant: Tenant, appointment: Appointment, before: StaffEdit, language: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a patient hears whose appointment staff moved or cancelled, and the buttons."""
    known = cast("Language", language if language in _CHANGES else tenant.language)
    named, plain = _HELLO[known]
    first = appointment.patient.name.split(maxsplit=1)[0] if appointment.patient.name else ""
    treatment = tenant.treatment(appointment.treatment_id)
    cancelled = appointment.status == "cancelled"
    text = _CHANGES[known]["cancelled" if cancelled else "moved"].format(
        hello=named.format(name=first) if first else plain,
        treatment=treatment.name if treatment else appointment.treatment_id,
        label=label_of(tenant, appointment, known),
        old=moment_label(before.start.astimezone(tenant.zone), known),
    )
    return text, _AGAIN[known] if cancelled else _OPTIONS[known]


def answer_in(text: str) -> Answer | None:
    """Return what a text says to a reminder when it says that and nothing else."""
    words = _plain(text)
    if _ANSWERS["cancel"].fullmatch(words):
        return "cancel"
    if words and not _COURTESY.fullmatch(words) and _ANSWERS["confirm"].fullmatch(words):
        return "confirm"
    return None


def answered(tenant: Tenant, appointment: Appointment, what: str, language: str) -> str:
    """Return what a patient hears after `confirm`, `cancel` or `too_late`."""
    known = language if language in _ANSWERED else tenant.language
    return _ANSWERED[known][what].format(
        label=label_of(tenant, appointment, cast("Language", known))
    )


def unreachable(language: str, what: Literal["reminder", "change"] = "reminder") -> str:
    """Return what the clinic's people read when the channel let nothing through."""
    return _UNREACHABLE[language if language in _UNREACHABLE else "es"][what]


def declines(text: str) -> bool:
    """Say whether a text says no to an offer, and nothing else."""
    return _DECLINES.fullmatch(_plain(text)) is not None


def offer_of(tenant: Tenant, appointment: Appointment, slot: Slot, language: str) -> str:
    """Return the offer of an earlier time."""
    known = cast("Language", language if language in _OFFERS else tenant.language)
    treatment = tenant.treatment(appointment.treatment_id)
    return _OFFERS[known].format(
        treatment=treatment.name if treatment else appointment.treatment_id,
        label=label_of(tenant, slot, known),
        minutes=int(tenant.agenda.hold.total_seconds() // 60),
        old=label_of(tenant, appointment, known),
    )


def taken_up(tenant: Tenant, appointment: Appointment, what: str, language: str) -> str:
    """Return what a patient hears after an offer: `moved`, `kept` or `gone`."""
    known = cast("Language", language if language in _TAKEN_UP else tenant.language)
    return _TAKEN_UP[known][what].format(label=label_of(tenant, appointment, known))


def _plain(text: str) -> str:
    """Return a text's words without accents, signs and capitals."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", plain.replace("'", "")).split())
