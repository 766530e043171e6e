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
    "pt": {
        "spoken": "[áudio]",
        "seen": "[imagem]",
        "film": "[vídeo]",
        "place": "[localização]",
        "contact": "[contato]",
        "file": "[arquivo]",
        "picture": "[imagem do paciente: {text}]",
        "document": "[arquivo do paciente: {text}]",
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
    "pt": {
        "spoken": "Recebi seu áudio, mas ainda não consigo ouvir.",
        "seen": "Recebi sua imagem, mas ainda não consigo ver.",
        "film": "Recebi seu vídeo, mas ainda não consigo ver.",
        "place": "Recebi sua localização, mas ainda não consigo abrir.",
        "contact": "Recebi o contato que você enviou, mas ainda não consigo abrir.",
        "file": "Recebi seu arquivo, mas ainda não consigo abrir.",
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
    "pt": {
        "spoken.not_heard": (
            "Não consegui entender seu áudio."
            " Pode repetir em um lugar mais silencioso, ou me contar por escrito?"
        ),
        "spoken.too_long": (
            "Seu áudio tem mais de {minutes} minutos e não consigo ouvir inteiro."
            " Pode resumir em um mais curto, ou me contar por escrito?"
        ),
        "spoken.too_large": (
            "Seu áudio é grande demais e não consigo abrir."
            " Pode mandar um mais curto, ou me contar por escrito?"
        ),
        "spoken.unreadable": (
            "Não consegui abrir seu áudio: talvez não tenha chegado completo."
            " Pode mandar outro, ou me contar por escrito?"
        ),
        "spoken.unreachable": (
            "Seu áudio não chegou bem. Pode mandar de novo, ou me contar por escrito?"
        ),
        "spoken.failed": (
            "Neste momento não consegui ouvir seu áudio e deixei marcado para a equipe."
            " Pode me contar por escrito?"
        ),
        "seen.too_large": "Sua imagem é grande demais. Pode mandar uma menor, ou me contar por escrito?",
        "seen.unreachable": "Sua imagem não chegou bem. Pode mandar de novo?",
        "seen.failed": (
            "Neste momento não consegui ver sua imagem e deixei marcada para a equipe."
            " Pode me contar por escrito o que ela mostra?"
        ),
        "file.too_large": "Seu arquivo é grande demais. Pode me contar por escrito o importante?",
        "file.unreachable": "Seu arquivo não chegou bem. Pode mandar de novo?",
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
    "pt": {
        "write": (
            "Pode me contar por escrito? Se preferir que uma pessoa da equipe veja,"
            " escreva «falar com uma pessoa»."
        ),
        "emergency": "Se for uma emergência, ligue já para {number}.",
    },
}
UNDERSTOOD: Mapping[str, str] = {
    "es": "Le entendí: «{text}». Si no es así, corríjame, por favor.",
    "en": "I understood: “{text}”. If that is not right, please tell me.",
    "pt": "Entendi: «{text}». Se não for isso, me corrija, por favor.",
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "speech": "nota-de-voz-sin-escuchar",
        "image": "imagen-sin-ver",
        "document": "archivo-sin-leer",
    },
    "en": {"speech": "voice-note-unheard", "image": "picture-unseen", "document": "file-unread"},
    "pt": {
        "speech": "audio-nao-ouvido",
        "image": "imagem-nao-vista",
        "document": "arquivo-nao-lido",
    },
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
    "pt": {
        "speech": "o áudio",
        "image": "a imagem",
        "document": "o arquivo",
        "off": "👂 O assistente não abriu {what} do paciente, porque a empresa deixou isso desligado. Por favor, vejam vocês.",
        "no_model": "👂 O assistente não abriu {what} do paciente, porque não há um modelo configurado. Por favor, vejam vocês.",
        "over_budget": "👂 O assistente não abriu {what} do paciente, porque o orçamento de modelos acabou. Por favor, vejam vocês.",
        "too_long": "👂 O assistente não abriu {what} do paciente: é longo demais. Por favor, vejam vocês.",
        "too_large": "👂 O assistente não abriu {what} do paciente: é grande demais. Por favor, vejam vocês.",
        "unreadable": "👂 O assistente não conseguiu abrir {what} do paciente: o formato não pode ser lido ou chegou incompleto. Por favor, vejam vocês.",
        "unreachable": "👂 O assistente não conseguiu baixar {what} do paciente. Por favor, vejam vocês.",
        "failed": "👂 O assistente não conseguiu ler {what} do paciente: o serviço falhou. Por favor, vejam vocês.",
    },
}


def in_words(words: Mapping[str, Words], language: str) -> Words:
    """Return the words of a language, the Spanish ones where there are none."""
    return words.get(language) or words["es"]
