"""The few sentences that no model writes: what a patient reads when something failed here."""

from tenants.tenant import Language

APOLOGY: dict[Language, str] = {
    "es": (
        "Disculpe, en este momento no pude completar su solicitud. "
        "Ya le avisé a una persona de nuestro equipo para que continúe con usted por aquí."
    ),
    "en": (
        "Sorry, I could not complete your request just now. "
        "I have asked a person of our team to continue with you here."
    ),
    "pt": (
        "Desculpe, neste momento não consegui concluir seu pedido. "
        "Já avisei uma pessoa da nossa equipe para que continue com você por aqui."
    ),
}
UNFINISHED: dict[Language, str] = {
    "es": (
        "Para no hacerlo esperar más, le pedí a una persona de nuestro equipo que revise esto y "
        "le responda por aquí."
    ),
    "en": (
        "So that you need not wait any longer, I have asked a person of our team to look into this "
        "and answer you here."
    ),
    "pt": (
        "Para não fazer você esperar mais, pedi a uma pessoa da nossa equipe que veja isso e "
        "responda por aqui."
    ),
}
STILL_WRITES: dict[Language, str] = {
    "es": "Emergencia abierta, el paciente escribe: {words}",
    "en": "Open emergency, the patient writes: {words}",
    "pt": "Emergência aberta, o paciente escreve: {words}",
}
SEEN_BY_MODEL: dict[Language, str] = {
    "es": "El modelo ve una posible emergencia. El paciente escribe: {words}",
    "en": "The model sees a possible emergency. The patient writes: {words}",
    "pt": "O modelo vê uma possível emergência. O paciente escreve: {words}",
}
NOT_DONE: dict[Language, str] = {
    "es": "El asistente no pudo completar la solicitud del paciente.",
    "en": "The assistant could not complete the patient's request.",
    "pt": "O assistente não conseguiu concluir o pedido do paciente.",
}
"""For the staff, in the company's language, as the next."""
PROMISED: dict[Language, str] = {
    "es": "El asistente le dijo al paciente que una persona le respondería.",
    "en": "The assistant told the patient that a person would answer.",
    "pt": "O assistente disse ao paciente que uma pessoa responderia.",
}
