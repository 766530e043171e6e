"""The few sentences that no model writes: what a patient reads when something failed here."""

from tenants.tenant import Language, Tenant

APOLOGY: dict[Language, str] = {
    "es": (
        "Disculpa, en este momento no pude completar tu solicitud. "
        "Ya le avisé a una persona de nuestro equipo para que continúe contigo por aquí."
    ),
    "en": (
        "Sorry, I could not complete your request just now. "
        "I have asked a person of our team to continue with you here."
    ),
}
UNFINISHED: dict[Language, str] = {
    "es": (
        "Para no hacerte esperar más, le pedí a una persona de nuestro equipo que revise esto y "
        "te responda por aquí."
    ),
    "en": (
        "So that you need not wait any longer, I have asked a person of our team to look into this "
        "and answer you here."
    ),
}
STILL_OPEN: dict[Language, str] = {
    "es": (
        "Una persona de nuestro equipo ya fue avisada y viene en camino a esta conversación. "
        "Si los síntomas siguen o empeoran, llama ya al $number$clinic."
    ),
    "en": (
        "A person of our team has been alerted and is on the way to this conversation. "
        "If the symptoms go on or get worse, call $number$clinic now."
    ),
}
OR_THE_CLINIC: dict[Language, str] = {"es": " o a la clínica al ", "en": " or the clinic at "}


def still_open(tenant: Tenant, language: Language) -> str:
    """Return what a patient is told who writes again before a human closed the emergency."""
    phone = tenant.emergency.clinic_phone
    clinic = f"{OR_THE_CLINIC[language]}{phone}" if phone else ""
    text = STILL_OPEN[language].replace("$number", tenant.emergency.number)
    return text.replace("$clinic", clinic)
