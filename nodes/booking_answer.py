"""Whether a patient in the middle of a booking answers what was asked, or asks something else."""

import re
from datetime import datetime, timedelta
from typing import Literal

from nodes.state import Booking
from nodes.words import folded, word_list, words_of

FRESH = timedelta(hours=12)
"""A patient who is asked at night answers in the morning; a day later it is another matter."""

Reading = Literal["answer", "aside", "unsure"]

_TIME = re.compile(
    r"""
      \b\d{1,2}(?::|\s?h\b|\.)\d{0,2}\b | \b\d{1,2}\s?(?:am|pm|a\.?\s?m|p\.?\s?m)\b
    | \b(?:a|para|tipo|como|at|around|about)\s+(?:la|las)?\s*\d{1,2}\b | \b(?:el|the|dia)\s+\d{1,2}\b
    | \b\d{1,2}[/-]\d{1,2}\b | \b\d{1,2}\s+(?:de\s+)?(?:ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)\w*
    | \b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\s+\d{1,2}\b
    | \b(?:hoy|manana|pasado\s+manana|tarde|noche|mediodia|madrugada|lunes|martes|miercoles|jueves
        |viernes|sabado|domingo|semana|quincena|fin\s+de\s+semana|today|tomorrow|morning|afternoon
        |evening|noon|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|weekend
        |mon|tue|tues|wed|thu|thurs|fri|sat|temprano|earlier|later|cualquier\s+hora|any\s?time
        |hoje|amanha|depois\s+de\s+amanha|de\s+manha|noite|meio[\s-]dia|segunda|terca|quarta|quinta|sexta
        |fim\s+de\s+semana|mais\s+cedo|mais\s+tarde|qualquer\s+(?:dia|hora|horario))\b
    | \b[ad]?as\s+\d{1,2}\b
    """,
    re.VERBOSE,
)
_CHOICE = re.compile(
    r"""
      \b(?:la|el|the)\s+(?:primer[ao]?|segund[ao]|tercer[ao]?|cuart[ao]|quint[ao]|sext[ao]|ultim[ao]
        |otr[ao]|first|second|third|fourth|fifth|last|other)\b
    | \b(?:primer[ao]|segund[ao]|tercer[ao]|ultim[ao]|first|second|third|1st|2nd|3rd)\b
    | \b[oa]\s+(?:primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|ultim[oa]|outr[oa])\b | \bopcao\s+\w+
    | \bqualquer\s+uma?\b | \bcom\s+(?:[oa]\s+)?(?:dr|dra|doutora?)\b
    | \b(?:con|with)\s+(?:el\s+|la\s+)?(?:dr|dra|doctora?|licenciada)\b
    | \b(?:opcion|option|numero|number)\s+\w+ | \b(?:es[ae]|est[ae]|that|this)(?:\s+one)?\s*$
    | \b(?:cualquiera|la\s+que\s+sea|whichever|either|ninguna|ninguno|none)\b | ^\W*\d\W*$
    """,
    re.VERBOSE,
)
_YES_OR_NO = word_list("yes_or_no")
_ASIDE = re.compile(
    r"""
      \b(?:cuanto|cuanta|precio|precios|costo|costos|cuesta|cuestan|valor|vale(?!\s*$)|promocion
        |promociones|descuento|duele|dolor|anestesia|riesgo|riesgos|efectos|contraindicaci\w*|cuidados
        |recuperacion|incapacidad|dura|resultados|sirve|funciona|garantia|tarjeta|tarjetas|efectivo
        |transferencia|financia\w*|cuotas|factura|parqueadero|parquear|direccion|ubicacion|ubicados
        |ubicad[ao]|(?<!me\s)(?<!nos\s)queda|quedan|embarazada|lactando|maquillaje|ayunas|prepara\w*|diferencia
        |recomiend\w*|medicamento\w*|alergi\w*|llegar|reembolso|devuelven)\b
    | \b(?:how\s+much|price|prices|cost|costs|promo|discount|hurt|hurts|pain\w*|risk|risks|recover\w*
        |aftercare|results|card|cards|cash|pay|payment|invoice|parking|address
        |located|location|pregnant|prepar\w*|difference|recommend\w*|refund|side\s+effects|safe|how\s+long|does\s+it\s+work)\b
    | \b(?:quanto|preco|precos|custo|custos|custa|custam|promocao|promocoes|desconto|doi|dor|riscos?
        |efeitos|cuidados|recuperacao|garantia|cartao|cartoes|dinheiro|pix|parcela\w*|boleto|estacionamento
        |endereco|gravida|amamentando|maquiagem|jejum|diferenca|recomenda\w*|remedios?|chegar)\b
    | \b(?:onde|o\s+que\s+e|por\s+que|e\s+segur[oa]|como\s+(?:chego|pago|funciona|e))\b
    | \b(?:donde|where|que\s+es|what\s+is|what's|por\s+que|why|es\s+segur[ao]|en\s+que\s+consiste
        |como\s+(?:es|funciona|llego|pago|puedo\s+pagar))\b
    """,
    re.VERBOSE,
)
_PHONE = re.compile(r"\+?\d(?:[\s().-]?\d){6,14}")
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,5}")


def fresh(booking: Booking | None, now: datetime) -> bool:
    """Tell whether a booking is still being arranged: it waits for something, asked not long ago."""
    if not booking or not booking.get("waiting_for"):
        return False
    try:
        since = datetime.fromisoformat(booking.get("since", ""))
    except ValueError:
        return False
    since = since if since.tzinfo else since.replace(tzinfo=now.tzinfo)
    return now - since <= FRESH


def reading_of(text: str, booking: Booking) -> Reading:
    """Tell whether a text goes on with the booking, leaves it for a question, or could be either."""
    bare = folded(text)
    words = words_of(text)
    if not words:
        return "answer"
    waiting = booking.get("waiting_for")
    if set(words) <= _YES_OR_NO or _PHONE.search(bare):
        return "answer"
    asks = "?" in text or "¿" in text
    chosen = bool(_TIME.search(bare)) and waiting in {"day", "slot"}
    chosen = chosen or (bool(_CHOICE.search(bare)) and not asks)
    if _ASIDE.search(bare) and not chosen:
        return "aside"
    if _TIME.search(bare) or _CHOICE.search(bare):
        return "answer"
    if words[0] in _YES_OR_NO and len(words) <= 6 and not asks:
        return "answer"
    if waiting in {"name", "treatment"} and not asks and _NAME.fullmatch(text.strip(" .,;!\n")):
        return "answer"
    if asks or len(words) > 12:
        return "unsure"
    return "answer" if waiting in {"name", "phone", "confirm", "treatment"} else "unsure"
