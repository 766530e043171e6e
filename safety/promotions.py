"""Claims that something costs less or nothing: each needs a statement of the company's about that very thing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from safety.claims import percents_in
from safety.known import Known
from safety.rows import Row
from safety.seasons import months_in
from safety.treatments_named import Mention, stem

_FREE = (
    r"gratis|gratuit\w+|sin (?:ningun )?(?:costo|coste|cobro|cargo)\b|no (?:le |se |te |les |lo |la )*(?:cobra\w*|cuestan? nada|vale nada)"
    r"|(?:tampoco|nada) (?:le |se |te )*(?:cobra\w*|cuestan?)\b|no (?:tiene|tienen|genera) (?:ningun )?(?:costo|cobro|valor)"
    r"|(?:de|es) cortesia|cortesia de|obsequi\w*|(?<!bonos de )(?<!me )regal(?:o|os|amos|ando|ado)\b|bonificad\w*|por (?:nuestra cuenta|cuenta (?:nuestra|de (?:nosotros|la casa|la clinica)))|(?:sin que|no) (?:tenga que |tiene que )?pag\w+ nada|nothing to pay|invita la casa"
    r"|free of charge|for free|(?:is|are|be) free(?! (?:on|at|to|for you|from|next|this|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b|(?<!feel )\bfree (?!slots?\b|times?\b|to\b|on\b|at\b|from\b|hours?\b|space|appointment)[a-z]+|complimentary|no (?:charge|cost|fee)\b|on us\b|on the house"
    r"|at no (?:extra |additional )?(?:cost|charge)|dont charge|do not charge"
    r"|de graca|sem (?:nenhum )?custo|nao (?:te |lhe |se )*cobra\w*|nao tem (?:nenhum )?custo|brinde\w*|cero pesos|zero pesos"
)
_INCLUDED = r"inclu[iyd]\w*|included|includes|validated"
_LESS = (
    r"promo\w*|descuentos?\b|desconto\w*|ofertas?\b|rebaj\w*|cupon\w*|cashback|(?:con|use|usa|aplique) (?:el|este|un) codigo|codigo (?:promo\w*|de descuento)|precio (?:especial|mas bajo|preferencial)"
    r"|\d++\s?% (?:menos|off|desc)|(?:%|por ciento|por cento|percent) (?:menos|off|less)|mas barat\w+|discount\w*|special (?:offer|price|deal)"
    r"|on sale|coupon\w*|voucher\w*|cheaper|mas economic\w+|sin interes\w*|interest.free|0\s?% (?:de )?interes|sem juros"
)
_HALF = r"(?:a|la|por la|al?) mitad|mitad del? (?:precio|valor)|half (?:the )?(?:price|off)|half.price|metade do (?:preco|valor)|metade"
_MORE = (
    r"\b[2-9]\s?x\s?[1-9]\b|(?:dos|tres|cuatro|dois|two|three|four) (?:por|for) (?:uno|dos|tres|um|dois|one|two|three)\b"
    r"|(?:por|for|pelo) (?:el |the )?(?:precio|price|preco) (?:de|of) (?:un[oa]?|dos|tres|one|two|three|um|uma|dois)|buy one"
    r"|(?:pag|compr)(?:ue|a|as|e|es) (?:solo )?(?:un[oa]?|dos|1|2|dois|duas|uma?) y? ?(?:se )?l(?:l?ev)\w+ (?:dos|tres|dois|duas|[2-9])\b"
    r"|segund[oa] (?:persona|sesion|unidad)[^.;]{0,15}(?:gratis|mitad)"
)
_FAVOUR = (
    r"(?:le|te|lhe) (?:hago|hacemos|haria|puedo (?:hacer|ofrecer|dar|dejar)|doy|damos|dejo|dejamos|faco|fazemos) (?:(?:un|una|el|um|uma|buen) )?(?:descuento|desconto|precio|preco|promo|rebaja|oferta)\w*"
    r"|(?:i can|we can|ill|well|let me) (?:do|give|offer|get)\b[^.;]{0,20}\b(?:discount|deal|off|special price)|por venir hoy|if you (?:book|come) today"
)
"""A grant of the speaker's own."""
_KINDS = {"favour": _FAVOUR, "free": _FREE, "half": _HALF, "more": _MORE, "less": _LESS}
_CLAIM = re.compile("|".join(rf"(?P<{kind}>{words})" for kind, words in _KINDS.items()))
_GROUND = {
    "favour": re.compile(_FAVOUR),
    "free": re.compile(f"{_FREE}|(?P<included>{_INCLUDED})"),
    "half": re.compile(f"{_HALF}|50\\s?%"),
    "more": re.compile(_MORE),
    "less": re.compile(f"{_LESS}|%"),
}
_DENIED = re.compile(
    r"\b(?:no|nao|not|dont|isnt|arent) (?:es |son |esta |manejamos |tenemos |hay |ofrecemos |damos |is |are |do |have |offer |e |temos |oferecemos )*(?:por ahora |a )?(?:gratis|gratuit\w+|free\b|cortesia|de graca|\dx\d|\d x \d|dos por uno)|"
    r"\b(?:no|ningun\w*|sin|nao|nenhum\w*|sem|not|dont|do not|arent|isnt|any)\b[^.;,]{0,40}\b(?:promo|descuent|descont|ofert|rebaj|discount|offer|cupon|coupon|acumul|combin)"
    r"|\b(?:si|whether|if|se) (?:hay|tenemos|existe|aplica|there|we have|ha|temos)\b"
    r"|\b(?:pregunt\w*|averigu\w*|verific\w*|confirm\w*|perguntar|pergunte|check|ask)\b[^.;]{0,40}\b(?:promo|descuent|descont|ofert|discount|offer)"
)
_TERMS = re.compile(
    r"\b(?:promo\w*|ofertas?|offers?)\b[^.;]{0,40}\b(?:aplica\w*|valid\w*|acumul\w*|vigen\w*|terms?|condicion\w*|apply|fechas|combin\w*)"
)
_LIMITS = re.compile(
    r"\b(?:segund|tercer|second|third|toda la vida|todo el dia|all day|siempre|always|ilimitad|unlimited|de por vida)"
)
"""What makes more of a grant than the company gave."""
_PARTLY = re.compile(r"\b(?:primeras? (?:\w+ )?horas?|first (?:\w+ )?hours?)\b")
_HOURS = re.compile(r"\b(?:hora|hour)")
MOST = 12  # claims of one sentence that are looked at; what has more is no answer
_NEAR = 25  # characters
_WORDS = re.compile(r"[a-z]{4,}")
_EMPTY_WORDS = """
para como esta este todo todos toda todas usted ustedes puede pueden tiene tienen hacer hace
tambien nuestro nuestra clinica hasta desde solo cada cuando donde sobre entre misma mismo
primera segunda personas persona paciente pacientes precio valor cuesta tratamiento tratamientos
dias semana semanas meses with your have will this that from come comes price treatment patient
patients visit voce fizer nossa nosso costo cobro cobra cobramos cuestan gratis free charge
cost mucho gusto claro ofrecer quiere hoy especial descuento promocion incluye incluido custo
tenemos estan menos dejamos queda quedan sale venir viene anual
"""
_EMPTY = frozenset(stem(word) for word in _EMPTY_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Claim:
    kind: str
    start: int
    end: int


def wrong_promotion(known: Known, sentence: str) -> bool:
    """Say whether a folded sentence promises something cheaper that no statement of the data promises."""
    if not percents_in(sentence) <= known.percents and _CLAIM.search(sentence):
        return True
    text = _DENIED.sub(" ", _TERMS.sub(" ", sentence))
    claims = [_Claim(at.lastgroup or "", at.start(), at.end()) for at in _CLAIM.finditer(text)]
    if text.rstrip().endswith(":") and not known.company.naming.mentions(text):
        # "Here is what we have on promotion:" promises nothing that the lines beneath it do not.
        claims = [one for one in claims if one.kind != "less"]
    return len(claims) > MOST or any(not _stated(known, text, claim) for claim in claims)


def _stated(known: Known, text: str, claim: _Claim) -> bool:
    ground = _GROUND[claim.kind]
    limits = set(_LIMITS.findall(text))
    whole = not _HOURS.search(text)
    return any(
        _about_it(known, row, at, text, claim) and limits <= set(_LIMITS.findall(row.text))
        for row in known.rows
        if known.holds(row)
        and not (whole and _PARTLY.search(row.text))
        and (at := ground.search(row.text) or (claim.kind == "less" and ground.search(row.under)))
    )


def _about_it(known: Known, row: Row, at: re.Match[str], text: str, claim: _Claim) -> bool:
    """Say whether a row grants to the same thing what a text claims for it."""
    if row.season and row.season.months & months_in(text):
        return True
    named = known.company.naming.mentions(text)
    if named and row.ids and not any(row.ids & one.ids for one in named):
        return False
    own = _content(_without(text, (*named, claim)))
    if own & _content(row.text):
        return True
    if known.foreign and not named:
        return row in known.told and not (claim.kind == "free" and at["included"])
    if own and claim.kind == "free":
        return False
    there = known.company.naming.mentions(row.text)
    return (
        not named
        or at.string is row.under
        or any(
            one.ids & other.ids and _touch(row.text, at, other) for one in named for other in there
        )
    )


def _touch(text: str, at: re.Match[str], mention: Mention) -> bool:
    """Say whether nothing stands between a treatment's name and what is granted."""
    first, last = sorted(((at.start(), at.end()), (mention.start, mention.end)))
    between = text[first[1] : last[0]]
    return len(between) <= _NEAR and not re.search(r"[,;:.]", between)


def _without(text: str, places: Sequence[Mention | _Claim]) -> str:
    for one in sorted(places, key=lambda one: -one.start):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _content(text: str) -> set[str]:
    return {stem(word) for word in _WORDS.findall(text)} - _EMPTY
