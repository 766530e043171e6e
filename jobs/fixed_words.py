"""Sentences that no model writes: an apology to the patient, the notes that the clinic's people read."""

from jobs.turn_in_hand import HandOver

_SORRY = {
    "es": (
        "Disculpe, en este momento no puedo responderle como debería."
        " Ya le avisé a una persona de nuestro equipo, que le escribirá por aquí."
    ),
    "en": (
        "I'm sorry, I can't answer you properly right now."
        " I have told someone from our team, who will write to you here."
    ),
    "pt": (
        "Desculpe, neste momento não consigo responder como deveria."
        " Já avisei uma pessoa da nossa equipe, que vai escrever por aqui."
    ),
}
_TOO_MANY = {
    "es": (
        "Estoy recibiendo muchos mensajes seguidos y quiero atenderle bien: ya le pedí a una"
        " persona de nuestro equipo que los lea todos y le responda por aquí."
    ),
    "en": (
        "I am getting many messages in a row and want to do them justice: I have asked someone"
        " from our team to read them all and answer you here."
    ),
    "pt": (
        "Estou recebendo muitas mensagens seguidas e quero atender bem: já pedi a uma pessoa"
        " da nossa equipe que leia todas e responda por aqui."
    ),
}
_NOTES = {
    "es": {
        "alarm": "🔴 POSIBLE EMERGENCIA ({alarm}). Atender ya.",
        "handover": "🤝 La conversación pasa al equipo.",
        "reason": "Motivo: {reason}",
        "unsent": "Esta respuesta no se envió, porque el canal ya no permite escribir al paciente:",
        "overtaken": "Una persona tomó la conversación antes de que saliera esta respuesta del asistente. Lo hecho sigue en pie:",
        "failed": "El asistente falló al preparar la respuesta.",
        "flood": "Escribe muchos mensajes en pocos minutos; el asistente dejó de responder. Todos están aquí.",
        "window": "El canal ya no permite escribir al paciente (ventana de 24 h).",
    },
    "en": {
        "alarm": "🔴 POSSIBLE EMERGENCY ({alarm}). See to it now.",
        "handover": "🤝 The conversation goes to the team.",
        "reason": "Reason: {reason}",
        "unsent": "This answer was not sent, because the channel no longer lets us write to the patient:",
        "overtaken": "A person took the conversation before this answer of the assistant went out. What it did still stands:",
        "failed": "The assistant failed to prepare an answer.",
        "flood": "Writes many messages within minutes; the assistant stopped answering. All of them are here.",
        "window": "The channel no longer lets us write to the patient (24 h window).",
    },
    "pt": {
        "alarm": "🔴 POSSÍVEL EMERGÊNCIA ({alarm}). Atender já.",
        "handover": "🤝 A conversa passa para a equipe.",
        "reason": "Motivo: {reason}",
        "unsent": "Esta resposta não foi enviada, porque o canal já não permite escrever ao paciente:",
        "overtaken": "Uma pessoa assumiu a conversa antes que esta resposta do assistente saísse. O que foi feito continua valendo:",
        "failed": "O assistente falhou ao preparar a resposta.",
        "flood": "Escreve muitas mensagens em poucos minutos; o assistente parou de responder. Todas estão aqui.",
        "window": "O canal já não permite escrever ao paciente (janela de 24 h).",
    },
}


def sorry(language: str) -> str:
    """Return what a patient hears when nothing else can be said."""
    return _SORRY.get(language, _SORRY["es"])


def too_many(language: str) -> str:
    """Return what a patient hears who writes more than can be answered."""
    return _TOO_MANY.get(language, _TOO_MANY["es"])


def words_for_staff(name: str, language: str) -> str:
    """Return one of the notes' sentences."""
    return _NOTES.get(language, _NOTES["es"])[name]


def note_of(handover: HandOver, language: str) -> str:
    """Return the note that stands in a conversation which is handed over."""
    words = _NOTES.get(language, _NOTES["es"])
    first = words["alarm"].format(alarm=handover.alarm) if handover.alarm else words["handover"]
    lines = [first]
    if handover.reason:
        lines.append(words["reason"].format(reason=handover.reason))
    if handover.summary:
        lines.append(handover.summary)
    return "\n\n".join(lines)
