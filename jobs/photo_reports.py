"""What a photo shows, in the words that go on: to the agents, to the clinic's people, to the patient."""

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from integrations.pictures import Fault
from jobs.media_words import in_words
from safety.photo_words import neutral, plain

if TYPE_CHECKING:
    from integrations.openai_vision import Sight

DESCRIPTION = 700  # characters
VISIBLE = 300
SIGNS = 6
SIGN = 80

_WORDS = {
    "es": {
        "nothing": "No se pudo describir.",
        "visible": "Se lee: «{text}».",
        "poor": "La foto no se ve bien.",
        "unclear": "No queda claro si hay algo que deba ver una persona del equipo.",
        "likely": "Puede haber algo que debe ver ya una persona del equipo.",
        "note": "Foto del paciente, descrita por un modelo (no es un diagnóstico): {text}",
    },
    "en": {
        "nothing": "It could not be described.",
        "visible": "It reads: «{text}».",
        "poor": "The photo is hard to see.",
        "unclear": "It is not clear whether there is something that a person of the team must see.",
        "likely": "There may be something that a person of the team must see now.",
        "note": "The patient's photo, described by a model (not a diagnosis): {text}",
    },
    "pt": {
        "nothing": "Não foi possível descrever.",
        "visible": "Lê-se: «{text}».",
        "poor": "A foto não está nítida.",
        "unclear": "Não fica claro se há algo que uma pessoa da equipe deva ver.",
        "likely": "Pode haver algo que uma pessoa da equipe deve ver já.",
        "note": "Foto do paciente, descrita por um modelo (não é um diagnóstico): {text}",
    },
}
_ADVICE: dict[str, dict[Fault, str]] = {
    "es": {
        "heic": (
            "Su foto llegó en un formato de iPhone (HEIC) que no puedo abrir."
            " ¿Me la envía como JPG, o una captura de pantalla de ella?"
        ),
        "too_many_pixels": "Su imagen es demasiado grande. ¿Me la envía más pequeña?",
        "damaged": "No pude abrir su imagen: parece que no llegó completa. ¿Me la envía otra vez?",
        "kind": "No puedo abrir ese tipo de imagen. ¿Me la envía como foto JPG o PNG?",
        "two_in_one": "No puedo abrir esa imagen. ¿Me la envía como foto JPG o PNG?",
    },
    "en": {
        "heic": (
            "Your photo came in an iPhone format (HEIC) that I cannot open."
            " Could you send it as a JPG, or a screenshot of it?"
        ),
        "too_many_pixels": "Your picture is too large. Could you send a smaller one?",
        "damaged": "I could not open your picture: it seems to be incomplete. Could you send it again?",
        "kind": "I cannot open that kind of picture. Could you send it as a JPG or PNG photo?",
        "two_in_one": "I cannot open that picture. Could you send it as a JPG or PNG photo?",
    },
    "pt": {
        "heic": (
            "Sua foto chegou em um formato de iPhone (HEIC) que não consigo abrir."
            " Pode mandar como JPG, ou uma captura de tela dela?"
        ),
        "too_many_pixels": "Sua imagem é grande demais. Pode mandar uma menor?",
        "damaged": "Não consegui abrir sua imagem: parece que não chegou completa. Pode mandar de novo?",
        "kind": "Não consigo abrir esse tipo de imagem. Pode mandar como foto JPG ou PNG?",
        "two_in_one": "Não consigo abrir essa imagem. Pode mandar como foto JPG ou PNG?",
    },
}


class Report(BaseModel):
    """What was seen, as it is kept for a while."""

    model_config = ConfigDict(frozen=True)

    description: str
    """As the model gave it: for the red flags, never for an agent."""
    visible_text: str
    medical: bool
    complication: Literal["none", "unclear", "likely"]
    signs: tuple[str, ...]
    poor: bool

    def note(self, language: str) -> str:
        """Return what the clinic's people read of a photo that they should look at; else nothing."""
        if self.complication == "none":
            return ""
        words = in_words(_WORDS, language)
        seen = "; ".join(self.signs) or neutral(self.description, DESCRIPTION)
        return words["note"].format(text=seen)


def report_of(sight: "Sight") -> Report:
    """Return what a model saw, bounded."""
    return Report(
        description=plain(sight.description, DESCRIPTION * 2),
        visible_text=plain(sight.visible_text, VISIBLE),
        medical=sight.is_medical_photo,
        complication=sight.possible_complication,
        signs=tuple(plain(one, SIGN) for one in sight.signs[:SIGNS] if one.strip()),
        poor=sight.quality == "poor",
    )


def text_of(report: Report, language: str) -> str:
    """Return what an agent is told: what was seen, without a name for it, and what was read as such."""
    words = in_words(_WORDS, language)
    parts = [neutral(report.description, DESCRIPTION) or words["nothing"]]
    if report.visible_text:
        parts.append(words["visible"].format(text=report.visible_text))
    if report.poor:
        parts.append(words["poor"])
    if report.complication != "none":
        parts.append(words[report.complication])
    return " ".join(parts)


def advice_for(fault: Fault, language: str) -> str:
    """Return what a patient can do about a picture that could not be opened."""
    return in_words(_ADVICE, language)[fault]
