"""What whoever is on call reads and hears, in the company's language; never a word of a patient or who it is."""

from dataclasses import dataclass

from tenants.tenant import Language, Tenant

_WORDS: dict[Language, dict[str, str]] = {
    "es": {
        "title": "🔴 {company}: posible emergencia ({group})",
        "message": "Un paciente puede estar en peligro y espera a una persona. Abra la conversación y escríbale.",
        "test_title": "🔔 {company}: prueba de la guardia",
        "test_message": "Es una prueba: nadie está en peligro. Confirme con el enlace.",
        "see": "Conversación: {link}",
        "acknowledge": "Confirmar que alguien atiende: {link}",
        "said": "Aviso urgente de {company}. Un paciente puede estar en peligro y espera a una persona. Abra Chatwoot ahora. Para confirmar que usted atiende, marque uno.",
        "test_said": "Prueba de la guardia de {company}. Nadie está en peligro. Para confirmar, marque uno.",
        "thanks": "Gracias. Queda confirmado que usted atiende.",
        "late": "Ya estaba confirmado.",
        "button": "Yo atiendo",
        "who": "Confirmado {when}.",
    },
    "en": {
        "title": "🔴 {company}: possible emergency ({group})",
        "message": "A patient may be in danger and waits for a person. Open the conversation and write to them.",
        "test_title": "🔔 {company}: test of the on-call page",
        "test_message": "This is a test: nobody is in danger. Acknowledge with the link.",
        "see": "Conversation: {link}",
        "acknowledge": "Acknowledge that somebody sees to it: {link}",
        "said": "Urgent call from {company}. A patient may be in danger and waits for a person. Open Chatwoot now. To confirm that you will see to it, press one.",
        "test_said": "Test of the on-call page of {company}. Nobody is in danger. To confirm, press one.",
        "thanks": "Thank you. It is noted that you see to it.",
        "late": "It had been acknowledged already.",
        "button": "I will see to it",
        "who": "Acknowledged {when}.",
    },
    "pt": {
        "title": "🔴 {company}: possível emergência ({group})",
        "message": "Um paciente pode estar em perigo e espera por uma pessoa. Abra a conversa e escreva.",
        "test_title": "🔔 {company}: teste do plantão",
        "test_message": "É um teste: ninguém está em perigo. Confirme pelo link.",
        "see": "Conversa: {link}",
        "acknowledge": "Confirmar que alguém atende: {link}",
        "said": "Aviso urgente de {company}. Um paciente pode estar em perigo e espera por uma pessoa. Abra o Chatwoot agora. Para confirmar que você atende, digite um.",
        "test_said": "Teste do plantão de {company}. Ninguém está em perigo. Para confirmar, digite um.",
        "thanks": "Obrigado. Está confirmado que você atende.",
        "late": "Já estava confirmado.",
        "button": "Eu atendo",
        "who": "Confirmado {when}.",
    },
}
_VOICES: dict[Language, str] = {"es": "es-MX", "en": "en-US", "pt": "pt-BR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """One page in words."""

    title: str
    message: str
    written: str
    """Everything, links too: for an SMS or a message."""
    said: str
    """For a call."""


def page_text(tenant: Tenant, group: str, *, test: bool, see: str, acknowledge: str) -> PageText:
    """Return what is said of a page; `see` is empty where no conversation can be opened."""
    words, before = _WORDS[tenant.language], "test_" if test else ""
    names = {"company": tenant.company_name, "group": group}
    title = words[f"{before}title"].format(**names)
    message = words[f"{before}message"]
    links = [words["see"].format(link=see)] if see else []
    links.append(words["acknowledge"].format(link=acknowledge))
    return PageText(
        title=title,
        message=message,
        written="\n".join([title, message, *links]),
        said=words[f"{before}said"].format(**names),
    )


def voice_of(tenant: Tenant) -> str:
    """Return the language of a call as BCP 47 has it."""
    return _VOICES[tenant.language]


def answer_words(name: str, language: Language, *, when: str = "") -> str:
    """Return what somebody who acknowledges is told."""
    return _WORDS[language][name].format(when=when)
