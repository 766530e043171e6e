"""Portuguese words about time told in Spanish, whose readers then understand them.

Both languages say days and hours alike, so one reader serves both; only the words differ.
"""

import re
from collections.abc import Iterable

_DAYS = {
    "segunda": "lunes", "terca": "martes", "terça": "martes", "quarta": "miércoles",
    "quinta": "jueves", "sexta": "viernes", "seg": "lunes", "ter": "martes", "qua": "miércoles",
    "qui": "jueves", "sex": "viernes", "sabado": "sábado", "sábado": "sábado", "sab": "sábado",
    "domingo": "domingo", "dom": "domingo",
}  # fmt: skip
_MONTHS = {
    "janeiro": "enero", "fevereiro": "febrero", "março": "marzo", "marco": "marzo",
    "maio": "mayo", "junho": "junio", "julho": "julio", "setembro": "septiembre",
    "outubro": "octubre", "novembro": "noviembre", "dezembro": "diciembre",
}  # fmt: skip
_NUMBERS = {
    "uma": 1, "um": 1, "duas": 2, "dois": 2, "três": 3, "tres": 3, "quatro": 4, "cinco": 5,
    "seis": 6, "sete": 7, "oito": 8, "nove": 9, "dez": 10, "onze": 11, "doze": 12, "quinze": 15,
}  # fmt: skip
_NUMBER = "|".join(_NUMBERS)
_LONG = r"segunda|ter[çc]a|quarta|quinta|sexta|s[áa]bado|domingo"
_DAY = rf"(?P<day>{_LONG}|(?:seg|ter|qua|qui|sex|sab|dom)(?=\b))(?:s?[- ]feiras?)?"
_NO_DAY = r"(?!s? (?:op[çc]\w+|vez|sess[ãa]o|hora|semana|alternativa|aplica|consulta|dose))"
_ARTICLES = {
    "essa": "este", "esse": "este", "esta": "este", "este": "este", "nessa": "este",
    "nesse": "este", "nesta": "este", "neste": "este", "próxima": "el próximo",
    "proxima": "el próximo", "próximo": "el próximo", "proximo": "el próximo", "outra": "el otro",
    "outro": "el otro", "nas": "los", "nos": "los", "às": "los", "as": "los", "aos": "los",
}  # fmt: skip

_TOLD: tuple[tuple[str, str], ...] = (
    (r"depois de amanh[ãa]", "pasado mañana"),
    (r"ante?s?-? ?de ?ontem|anteontem", "anteayer"),
    (r"ontem", "ayer"),
    (r"hoje|hj", "hoy"),
    (r"bom dia", "buenos días"),
    (r"boa tarde", "buenas tardes"),
    (r"boa noite", "buenas noches"),
    (r"amanh[ãa] (?:de manh[ãa] )?(?:bem )?cedo", "mañana temprano"),
    (r"amanh[ãa]", "mañana"),
    (r"(?:no |pelo )?(?:per[ií]odo d[ae]|parte d[ae]) (manh[ãa]|tarde|noite)", r"de \1"),
    (r"(?:final|fim) (?:da|de) tarde", "final de la tarde"),
    (r"(?:de|da|na|pela|à|a) manh[ãa]|de manhazinha", "en la mañana"),
    (r"(?:de|da|na|pela|à|a) tarde(?:zinha)?", "en la tarde"),
    (r"(?:de|da|na|pela|à|a) noite", "en la noche"),
    (r"manh[ãa]s?", "en la mañana"),
    (r"noite", "noche"),
    (r"(?:depois|ap[óo]s) d?o almo[çc]o", "después del almuerzo"),
    (r"antes do almo[çc]o", "antes del almuerzo"),
    (r"(?:na )?hora do almo[çc]o", "mediodía"),
    (r"depois do trabalho", "después del trabajo"),
    (r"(?:ao |no )?meio[- ]dia", "al mediodía"),
    (r"(?:final|fim) de semana|fds", "fin de semana"),
    (r"(?:no )?meio da semana", "mitad de semana"),
    (r"(?:final|fim) do m[êe]s", "fin de mes"),
    (r"(?:come[çc]o|in[ií]cio) do m[êe]s", "principios de mes"),
    (r"(?:n?a |d?a )?semana que vem", "la semana que viene"),
    (r"(?:n?a |d?a )?pr[óo]xima semana", "la próxima semana"),
    (r"(?:n?essa|n?esta) semana", "esta semana"),
    (r"(?:no )?m[êe]s que vem", "el mes que viene"),
    (r"(?:daqui a|dentro de|em) (\d{1,2}|" + _NUMBER + r") (dia|semana)s?", r"en \1 \2s"),
    (r"daqui a (\d{1,2}|" + _NUMBER + r") m[êe]s(?:es)?", r"en \1 meses"),
    (r"(?:o mais cedo|o mais r[áa]pido|assim que|o quanto antes|quanto antes)(?: poss[ií]vel)?", "lo antes posible"),
    (r"qualquer dia", "cualquier día"),
    (r"qualquer hor(?:a|[áa]rio)", "cualquier hora"),
    (r"tanto faz", "da igual"),
    (r"mais cedo", "más temprano"),
    (r"cedinho|cedo", "temprano"),
    (r"exceto", "excepto"),
    (r"n[ãa]o (?:posso|consigo|d[áa])", "no puedo"),
)  # fmt: skip
_HOURS: tuple[tuple[str, str], ...] = (
    (r"(?:depois|ap[óo]s) d?[aà]s", "después de las"),
    (r"antes das", "antes de las"),
    (r"a partir das", "a partir de las"),
    (r"at[ée] (?:[àa]s )?", "hasta las "),
    (r"das (?P<from>\S+) (?:[àa]s|at[ée] [àa]s) ", r"de las \g<from> a las "),
    (r"entre (?:as )?(?P<from>\S+) e (?:as )?", r"entre \g<from> y "),
    (r"(?:l[áa] )?(?:pelas|por volta das|umas)", "como a las"),
    (r"[àa]s", "a las"),
    (r"à", "a la"),
)
_CLOCK = re.compile(
    r"\b(\d{1,2}) ?h(?:rs?|s)?(\d{2})?\b|(?<=[àa]s )(\d{1,2}) horas\b", re.IGNORECASE
)
_HALF = re.compile(rf"\b(\d{{1,2}}|{_NUMBER}) e (meia|quinze)\b", re.IGNORECASE)
_WEEKDAY = re.compile(
    rf"\b(?:(?:n[ao]\s+)?(?P<which>n?es[st][ae]|pr[óo]xim[ao]|outr[ao]|nas|nos|[àa]s|aos)\s+|(?:n[ao]|d[ao]|pr[ao]|para [ao])\s+)?"
    rf"(?<!\ba )(?<!\bo )(?<!\bla ){_DAY}\b{_NO_DAY}(?P<next> (?:que vem|da semana que vem|pr[óo]xima))?",
    re.IGNORECASE,
)

_COUNTED = re.compile(
    rf"(?<=\b[àa]s )(?:{_NUMBER})\b|(?<=\bdas )(?:{_NUMBER})\b|(?<=\b[àa] )uma\b"
    rf"|(?<=\ben )(?:{_NUMBER})(?= )",
    re.IGNORECASE,
)
_MINUTES = {"meia": "30", "quinze": "15"}


def _compiled(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(shape, re.IGNORECASE), told) for shape, told in pairs)


_DAYS_TOLD = _compiled((rf"\b(?:{shape})\b", told) for shape, told in _TOLD)
_HOURS_TOLD = _compiled(
    [
        *((rf"\b{shape}(?=\s*\d)", told) for shape, told in _HOURS),
        *((rf"\b{month}\b", told) for month, told in _MONTHS.items()),
    ]
)


def in_spanish(text: str) -> str:
    """Return a text with its words about days and hours in Spanish; everything else stays."""
    for portuguese, spanish in _DAYS_TOLD:
        text = portuguese.sub(spanish, text)
    text = _HALF.sub(lambda found: f"{_digits(found[1])}:{_MINUTES[found[2].lower()]}", text)
    text = _CLOCK.sub(lambda found: f"{found[1] or found[3]}:{found[2] or '00'}", text)
    text = _COUNTED.sub(lambda found: str(_digits(found[0])), text)
    for portuguese, spanish in _HOURS_TOLD:
        text = portuguese.sub(spanish, text)
    text = _WEEKDAY.sub(_weekday, text)
    return re.sub(r"\bou(?= el\b)", "o", text)


def _digits(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _weekday(found: re.Match[str]) -> str:
    article = _ARTICLES.get((found["which"] or "").lower(), "el")
    coming = " que viene" if found["next"] else ""
    return f"{article} {_DAYS[found['day'].lower()]}{coming}"
