"""The sentences of a passage that answer a question, quoted as they stand."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.guided.words import content, stem
from nodes.words import words_of

LONGEST = 420  # characters of a quotation
HEADING = re.compile(r"^\s*(?:#{1,6}\s+(?P<marked>.+?)|\*\*(?P<bold>[^*]{3,90})\*\*:?)\s*#*\s*$")
BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
RULE = re.compile(r"^[\s|:=-]+$")

KIN = tuple(
    frozenset(stem(word) for word in group.split())
    for group in (
        "ejercicio deporte gimnasio gym entrenar entrenamiento actividad correr exercise workout sport run",
        "sol playa bronceado piscina broncearse asolearse sun beach tanning pool",
        "licor alcohol trago tomar beber cerveza vino drink wine alcoholic",
        "maquillaje maquillarme maquillarse base labial makeup",
        "duele dolor doloroso pinchazo anestesia molestia hurt pain painful anesthesia numbing",
        "pago pagar tarjeta efectivo cuotas payment pay card cash",
        "embarazo embarazada gestante lactancia lactando pregnant pregnancy breastfeeding nursing",
        "parqueadero parquear estacionamiento parking park",
        "hijo hija niño menor adolescente bebe child kid minor teen acudiente",
        "trabajar trabajo oficina incapacidad work downtime",
        "hombre caballero varon man men male",
        "cancelar cancelacion cancel cancellation",
        "devolucion reembolso devuelven dinero refund money",
        "tarde llego llegar retraso retrasado demora late arrive",
        "comer comida comidas alimentos ayunas desayunar eat food meal",
        "bañarme ducha lavar baño agua shower bath wash",
        "dura duran duracion efecto resultado last lasts result effect",
        "sesion sesiones session sessions veces times",
        "moretones morado hematoma bruise bruising",
        "hinchazon inflamacion hinchado inflamado swelling swollen",
        "dormir acostarme acostarse acueste sleep lie",
        "marca marcas producto productos brand brands product",
        "garantia garantizan guarantee warranty",
        "mascota perro gato pet dog",
        "acompañante acompañado acompañar niños companion bring friend",
        "riesgo riesgos efectos secundarios peligro contraindicacion risk risks side safe",
        "masaje masajes massage",
        "sauna turco vapor calor heat steam",
        "viajar viaje avion volar travel fly flight",
        "historia clinica datos privacidad privacy data records",
        "factura electronica invoice receipt",
        "seguro eps prepagada medicina poliza insurance",
        "depilar rasurar afeitar cera shave wax",
        "wifi internet", "regalo bono gift voucher certificate",
    )
)
FRAME = frozenset(
    stem(word)
    for word in (
        "pregunta duda saber hacer hago hace tener haber poder debe deber decir dime cuentame explicar explica "
        "informacion info tratamiento procedimiento servicio clinica centro question wonder know information "
        "treatment procedure service clinic tell explain antes despues before after cita appointment "
        "dura duran duele cuidado cuidados recomendacion puede necesito normal tiempo recuerda acerca "
        "aplican aplica realizan ofrecen manejan hacen have does offer today hoy mañana semana "
        "cosa algo alguno persona usar use quiere querer ver ir ahora mismo dias dia"
    ).split()
)
"""Words that frame a question without saying what it is about: alone they prove no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading with what stands beneath it, in units: sentences, bullets, rows."""

    heading: str
    units: Sequence[str]
    title: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """What a document says, and where."""

    text: str
    heading: str
    title: str
    strength: float
    """Share of the question's meaning that the quotation covers, 0 to 1."""


def quotation(
    question: str, passages: Sequence[Mapping[str, Any]], *, about: str = "", ask: str = ""
) -> Quotation | None:
    """Return the part of the passages that answers, or None when none of them does.

    `about` is the treatment that is talked of, `ask` more words for what is wanted.
    """
    wanted = content(f"{question} {ask}")
    topic = set(content(about))
    blocks = [block for one in passages for block in blocks_of(one)]
    if not wanted and not topic:
        return None
    rare = _weights([*wanted, *topic], blocks)
    best = max(
        (block for block in blocks if block.units),
        key=lambda block: _worth(block, wanted, topic, rare),
        default=None,
    )
    if best is None:
        return None
    covered = _covered(wanted, topic, f"{best.title} {best.heading} {' '.join(best.units)}", rare)
    if covered <= 0:
        return None
    return Quotation(
        text=_chosen(best, wanted, rare), heading=best.heading, title=best.title, strength=covered
    )


def blocks_of(passage: Mapping[str, Any]) -> list[Block]:
    """Cut a passage at its headings; a question as a heading belongs to the answer beneath it."""
    heading, units, found = "", [], []
    title = str(passage.get("title", ""))
    score = float(passage.get("score") or 0)
    columns: list[str] = []

    def close() -> None:
        if units:
            found.append(Block(heading=heading, units=tuple(units), title=title, score=score))

    for number, line in enumerate(str(passage.get("text", "")).splitlines()):
        if not line.strip() or RULE.match(line):
            continue
        if number == 0 and (" > " in line or line.strip() == title):
            # The index puts the path of headings first.
            heading = line.split(" > ")[-1].strip()
            continue
        if mark := HEADING.match(line):
            close()
            heading, units, columns = (mark["marked"] or mark["bold"]).strip(), [], []
        elif line.count("|") > 1:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if columns:
                units.append(_row(cells))
            else:
                columns = cells
        else:
            units += _sentences(BULLET.sub("", line).strip())
    close()
    return found


def _row(cells: Sequence[str]) -> str:
    said = [cell for cell in cells if cell and cell not in {"—", "-", "–"}]
    return f"{said[0]}: {', '.join(said[1:])}" if len(said) > 1 else "".join(said)


def _sentences(text: str) -> list[str]:
    clean = re.sub(r"\*\*|__|`", "", text)
    if "?" in clean[:120] and not clean.endswith("?"):
        # A question and its answer on one line are one unit.
        return [clean]
    return [one for one in re.split(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡«\"0-9$])", clean) if one]


def _kin(word: str) -> frozenset[str]:
    return frozenset({word}).union(*(group for group in KIN if word in group))


def _present(word: str, there: set[str]) -> bool:
    return not there.isdisjoint(_kin(word))


def _weights(wanted: Sequence[str], blocks: Sequence[Block]) -> Mapping[str, float]:
    texts = [set(content(f"{one.heading} {' '.join(one.units)}")) for one in blocks]
    seen = Counter(word for word in set(wanted) for text in texts if _present(word, text))
    total = len(texts) + 1
    return {
        word: math.log(1 + total / (1 + seen[word])) * (0.3 if word in FRAME else 1.0)
        for word in set(wanted)
    }


def _worth(
    block: Block, wanted: Sequence[str], topic: set[str], rare: Mapping[str, float]
) -> float:
    heading = set(content(f"{block.heading} {block.title}"))
    body = set(content(" ".join(block.units)))
    worth = 0.0
    for word in dict.fromkeys([*wanted, *topic]):
        weight = rare[word] * (0.8 if word in topic else 1.0)
        if _present(word, heading):
            worth += 1.3 * weight
        elif _present(word, body):
            worth += weight
    return worth + 0.6 * block.score


def _covered(
    wanted: Sequence[str], topic: set[str], text: str, rare: Mapping[str, float]
) -> float:
    there = set(content(text))
    telling = [word for word in wanted if word not in FRAME and word not in topic]
    if telling:
        total = sum(rare[word] for word in telling)
        found = sum(rare[word] for word in telling if _present(word, there))
        return found / total if total else 0.0
    if topic:
        return 1.0 if any(_present(word, there) for word in topic) else 0.0
    frame = [word for word in wanted if _present(word, there)]
    return 0.5 if len(frame) >= 2 else 0.0


def _chosen(block: Block, wanted: Sequence[str], rare: Mapping[str, float]) -> str:
    """Return the whole block when it is short, else the unit that fits best and what follows it."""
    units = list(block.units)
    if len(" ".join(units)) <= LONGEST:
        return "\n".join(units) if _is_list(units) else " ".join(units)
    start = max(
        range(len(units)),
        key=lambda i: (
            sum(rare[word] for word in wanted if _present(word, set(content(units[i])))),
            -i,
        ),
    )
    if start and not any(_present(word, set(content(units[start]))) for word in wanted):
        start = 0
    kept: list[str] = []
    for unit in units[start:]:
        if kept and len(" ".join([*kept, unit])) > LONGEST:
            break
        kept.append(unit)
    return "\n".join(kept) if _is_list(kept) else " ".join(kept)


def _is_list(units: Sequence[str]) -> bool:
    return len(units) > 2 and sum(len(words_of(one)) < 14 for one in units) > len(units) / 2
