"""What patients and the clinic's people are told of voice notes, photos and files; no model writes it."""

from collections.abc import Mapping
from typing import TypeVar

Words = TypeVar("Words")

MARKERS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "spoken": "[nota de voz]",
        "seen": "[imagen]",
        "film": "[video]",
        "place": "[ubicación]",
        "contact": "[contacto]",
        "file": "[archivo]",
        "picture": "[imagen del paciente: {text}]",
        "document": "[archivo del paciente: {text}]",
    },
    "en": {
        "spoken": "[voice note]",
        "seen": "[picture]",
        "film": "[video]",
        "place": "[location]",
        "contact": "[contact]",
        "file": "[file]",
        "picture": "[the patient's picture: {text}]",
        "document": "[the patient's file: {text}]",
    },
}
UNREAD: Mapping[str, Mapping[str, str]] = {
    "es": {
        "spoken": "Recibí su nota de voz, pero todavía no puedo escucharla.",
        "seen": "Recibí su imagen, pero todavía no puedo verla.",
        "film": "Recibí su video, pero todavía no puedo verlo.",
        "place": "Recibí su ubicación, pero todavía no puedo abrirla.",
        "contact": "Recibí el contacto que me envió, pero todavía no puedo abrirlo.",
        "file": "Recibí su archivo, pero todavía no puedo abrirlo.",
    },
    "en": {
        "spoken": "I got your voice note, but I can't listen to it yet.",
        "seen": "I got your picture, but I can't see it yet.",
        "film": "I got your video, but I can't watch it yet.",
        "place": "I got your location, but I can't open it yet.",
        "contact": "I got the contact you sent, but I can't open it yet.",
        "file": "I got your file, but I can't open it yet.",
    },
}
ADVICE: Mapping[str, Mapping[str, str]] = {
    "es": {
        "spoken.not_heard": (
            "No alcancé a entender su nota de voz."
            " ¿Me la repite en un lugar más tranquilo, o me lo cuenta por escrito?"
        ),
        "spoken.too_long": (
            "Su nota de voz dura más de {minutes} minutos y no puedo escucharla completa."
            " ¿Me la resume en una más corta, o me lo cuenta por escrito?"
        ),
        "spoken.too_large": (
            "Su audio pesa demasiado y no puedo abrirlo."
            " ¿Me manda una nota de voz más corta, o me lo cuenta por escrito?"
        ),
        "spoken.unreadable": (
            "No pude abrir su audio: quizás no llegó completo."
            " ¿Me manda otra nota de voz, o me lo cuenta por escrito?"
        ),
        "spoken.unreachable": (
            "Su nota de voz no me llegó bien. ¿Me la manda otra vez, o me lo cuenta por escrito?"
        ),
        "spoken.failed": (
            "En este momento no logré escuchar su nota de voz y la dejé marcada para el equipo."
            " ¿Me lo cuenta por escrito?"
        ),
        "seen.too_large": "Su imagen pesa demasiado. ¿Me la envía más pequeña, o me lo cuenta por escrito?",
        "seen.unreachable": "Su imagen no me llegó bien. ¿Me la envía otra vez?",
        "seen.failed": (
            "En este momento no logré ver su imagen y la dejé marcada para el equipo."
            " ¿Me cuenta por escrito qué muestra?"
        ),
        "file.too_large": "Su archivo pesa demasiado. ¿Me cuenta por escrito lo importante?",
        "file.unreachable": "Su archivo no me llegó bien. ¿Me lo envía otra vez?",
    },
    "en": {
        "spoken.not_heard": (
            "I couldn't make out your voice note."
            " Could you say it again somewhere quieter, or write it to me?"
        ),
        "spoken.too_long": (
            "Your voice note is longer than {minutes} minutes and I can't listen to all of it."
            " Could you send a shorter one, or write it to me?"
        ),
        "spoken.too_large": (
            "Your recording is too large for me to open."
            " Could you send a shorter voice note, or write it to me?"
        ),
        "spoken.unreadable": (
            "I couldn't open your recording: maybe it did not come through whole."
            " Could you send another voice note, or write it to me?"
        ),
        "spoken.unreachable": (
            "Your voice note did not come through. Could you send it again, or write it to me?"
        ),
        "spoken.failed": (
            "I couldn't listen to your voice note just now and left it marked for the team."
            " Could you write it to me?"
        ),
        "seen.too_large": "Your picture is too large. Could you send a smaller one, or tell me in writing?",
        "seen.unreachable": "Your picture did not come through. Could you send it again?",
        "seen.failed": (
            "I couldn't look at your picture just now and left it marked for the team."
            " Could you tell me in writing what it shows?"
        ),
        "file.too_large": "Your file is too large. Could you write me what matters in it?",
        "file.unreachable": "Your file did not come through. Could you send it again?",
    },
}
INSTEAD: Mapping[str, Mapping[str, str]] = {
    "es": {
        "write": (
            "¿Me lo puede contar por escrito? Si prefiere que lo atienda una persona del equipo,"
            " escríbame «hablar con una persona»."
        ),
        "emergency": "Si es una urgencia, llame ya al {number}.",
    },
    "en": {
        "write": (
            "Could you write it to me? If you would rather have someone from our team look at it,"
            " write “talk to a person”."
        ),
        "emergency": "If this is an emergency, call {number} now.",
    },
}
UNDERSTOOD: Mapping[str, str] = {
    "es": "Le entendí: «{text}». Si no es así, corríjame, por favor.",
    "en": "I understood: “{text}”. If that is not right, please tell me.",
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "speech": "nota-de-voz-sin-escuchar",
        "image": "imagen-sin-ver",
        "document": "archivo-sin-leer",
    },
    "en": {"speech": "voice-note-unheard", "image": "picture-unseen", "document": "file-unread"},
}
NOTES: Mapping[str, Mapping[str, str]] = {
    "es": {
        "speech": "la nota de voz",
        "image": "la imagen",
        "document": "el archivo",
        "off": "👂 El asistente no abrió {what} del paciente, porque la empresa lo tiene apagado. Por favor revísenlo ustedes.",
        "no_model": "👂 El asistente no abrió {what} del paciente, porque no hay un modelo configurado. Por favor revísenlo ustedes.",
        "over_budget": "👂 El asistente no abrió {what} del paciente, porque se agotó el presupuesto de modelos. Por favor revísenlo ustedes.",
        "too_long": "👂 El asistente no abrió {what} del paciente: dura demasiado. Por favor revísenlo ustedes.",
        "too_large": "👂 El asistente no abrió {what} del paciente: pesa demasiado. Por favor revísenlo ustedes.",
        "unreadable": "👂 El asistente no pudo abrir {what} del paciente: el formato no se puede leer o llegó incompleto. Por favor revísenlo ustedes.",
        "unreachable": "👂 El asistente no pudo descargar {what} del paciente. Por favor revísenlo ustedes.",
        "failed": "👂 El asistente no logró leer {what} del paciente: el servicio falló. Por favor revísenlo ustedes.",
    },
    "en": {
        "speech": "voice note",
        "image": "picture",
        "document": "file",
        "off": "👂 The assistant did not open the patient's {what}, because the company has that switched off. Please see to it.",
        "no_model": "👂 The assistant did not open the patient's {what}, because no model is set up. Please see to it.",
        "over_budget": "👂 The assistant did not open the patient's {what}, because the budget for models is spent. Please see to it.",
        "too_long": "👂 The assistant did not open the patient's {what}: it is too long. Please see to it.",
        "too_large": "👂 The assistant did not open the patient's {what}: it is too large. Please see to it.",
        "unreadable": "👂 The assistant could not open the patient's {what}: the format cannot be read, or it came incomplete. Please see to it.",
        "unreachable": "👂 The assistant could not download the patient's {what}. Please see to it.",
        "failed": "👂 The assistant could not read the patient's {what}: the service failed. Please see to it.",
    },
}


def in_words(words: Mapping[str, Words], language: str) -> Words:
    """Return the words of a language, the Spanish ones where there are none."""
    return words.get(language) or words["es"]
