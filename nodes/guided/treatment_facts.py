"""What the company's own list says about treatments: price, duration, preparation, care."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nodes.guided.reply import finished, listed, numbered, say
from nodes.guided.treatments import named
from nodes.guided.turn import Turn
from nodes.words import folded
from tenants.offer import Treatment
from tenants.tenant import Tenant
from tools.price_text import price_text

RECOVERY = re.compile(r"recupera|incapacidad|recover|downtime")
LASTS = re.compile(r"\b(?:dura|duran|lasts?)\b")
CHEAPEST = 3  # treatments
SHOWN = 6  # treatments in one list
ASKED = ("price", "duration", "preparation", "aftercare", "deposit")

ACCENTS = {
    "estetica": "estética",
    "cirugia": "cirugía",
    "clinica": "clínica",
    "odontologia": "odontología",
}
CION = re.compile(r"cion$")
"""A category is a slug; these endings are written so often that a slip would be noticed."""

Row = Mapping[str, Any]


def rows_of(turn: Turn, treatments: Sequence[Treatment]) -> list[Row]:
    """Return the list's rows of these treatments, in their order; from the tool when it is at hand."""
    query = treatments[0].id if len(treatments) == 1 else ""
    found = turn.use("list_treatments", query=query).get("treatments", [])
    rows = {row["id"]: row for row in found}
    return [rows.get(one.id) or _row(turn, one) for one in treatments]


def _row(turn: Turn, treatment: Treatment) -> Row:
    return {
        "id": treatment.id,
        "name": treatment.name,
        "category": treatment.category,
        "price_text": price_text(turn.tenant, treatment, turn.language),
        "price_note": treatment.price_note,
        "deposit_note": treatment.deposit_note,
        "duration_minutes": int(treatment.duration.total_seconds() // 60),
        "description": treatment.description,
        "preparation": treatment.preparation,
        "aftercare": treatment.aftercare,
    }


def talked_of(turn: Turn, *, by_patient: bool = False) -> Treatment | None:
    """Return the treatment that the conversation is about when the message names none.

    `by_patient` leaves out what only the last reply named: nothing is booked on our own word.
    """
    for treatment_id in (turn.notes.get("topic"), (turn.booking or {}).get("treatment_id")):
        if treatment_id and (found := turn.tenant.treatment(str(treatment_id))):
            return found
    texts = [turn.last_words()] if by_patient else [turn.last_words(), turn.last_reply()]
    for text in texts:
        mentions = named(text, turn.tenant.treatments)
        if len(mentions) == 1 and len(mentions[0].treatments) == 1:
            return mentions[0].treatments[0]
    return None


def price_line(turn: Turn, row: Row, *, brief: bool = False) -> str:
    """Say what a treatment costs, or that it is valued in person."""
    minutes = row.get("duration_minutes") or 0
    if brief:
        price = row["price_text"] or say(turn, "valued_short")
        return say(turn, "price_row", name=row["name"], price=price)
    if not row["price_text"]:
        return say(turn, "price_valued", name=row["name"])
    line = say(turn, "price", name=row["name"], price=row["price_text"])
    note = finished(str(row.get("price_note") or ""))
    took = say(turn, "duration_too", minutes=duration_words(turn, minutes)) if minutes else ""
    return " ".join(one for one in (line, note, took) if one)


def cheapest(turn: Turn) -> str:
    """List the treatments with the lowest prices."""
    priced = [one for one in turn.tenant.treatments if one.price is not None]
    lowest = sorted(priced, key=lambda one: one.price or 0)[:CHEAPEST]
    lines = [price_line(turn, row, brief=True) for row in rows_of(turn, lowest)]
    return f"{say(turn, 'cheapest')}\n{bulleted(lines)}" if lines else ""


def duration_words(turn: Turn, minutes: int) -> str:
    """Return `45 minutos`, `1 hora`, `1 hora y 15 minutos`."""
    hours, rest = divmod(int(minutes), 60)
    parts = []
    if hours:
        parts.append(say(turn, "hour" if hours == 1 else "hours", count=hours))
    if rest:
        parts.append(say(turn, "minutes", count=rest))
    return listed(turn, parts)


def prices(turn: Turn, treatments: Sequence[Treatment], *, opening: str = "") -> str:
    """Say the prices of what was named: a sentence for one, a list for several."""
    rows = rows_of(turn, list({one.id: one for one in treatments}.values())[:SHOWN])
    if len(rows) == 1:
        return price_line(turn, rows[0])
    lines = [price_line(turn, row, brief=True) for row in rows]
    return f"{opening or say(turn, 'prices')}\n{bulleted(lines)}"


def bulleted(lines: Sequence[str]) -> str:
    """Return lines as a list."""
    return "\n".join(f"• {one}" for one in lines)


def asked_of(turn: Turn, treatment: Treatment) -> list[str]:
    """Answer what is asked about one treatment from its row; nothing where the row is silent."""
    row = rows_of(turn, [treatment])[0]
    heard, answers = turn.heard, []
    if heard.has("price"):
        answers.append(price_line(turn, row))
    elif heard.has("duration"):
        words = duration_words(turn, row["duration_minutes"])
        answers.append(say(turn, "duration", name=row["name"], minutes=words))
    answers += [
        say(turn, cue, name=row["name"], text=finished(str(row[cue])))
        for cue in ("preparation", "aftercare")
        if heard.has(cue) and row.get(cue)
    ]
    if heard.has("deposit") and row.get("deposit_note"):
        answers.append(finished(str(row["deposit_note"])))
    return answers


def compared(turn: Turn, treatments: Sequence[Treatment]) -> str:
    """Set treatments beside each other in the list's own words."""
    rows = rows_of(turn, treatments)
    lines = [f"{row['name']}: {row['description']} {price_line(turn, row)}" for row in rows]
    return bulleted(lines)


def recovery(turn: Turn, treatment: Treatment) -> str:
    """Quote the sentence of the list that speaks of recovery, or ""."""
    row = rows_of(turn, [treatment])[0]
    sentences = re.split(r"(?<=[.!?])\s+", f"{row['description']} {row.get('aftercare', '')}")
    return next((one for one in sentences if RECOVERY.search(folded(one))), "")


def lasting(turn: Turn, treatments: Sequence[Treatment]) -> str:
    """Quote the sentence of the list that says how long results last, or ""."""
    for row in rows_of(turn, treatments) if treatments else []:
        for sentence in re.split(r"(?<=[.!?;])\s+", str(row["description"])):
            if LASTS.search(folded(sentence)):
                return finished(f"{row['name']}: {sentence}")
    return ""


def about(turn: Turn, treatment: Treatment) -> str:
    """Say what a treatment is and, the first time, costs."""
    row = rows_of(turn, [treatment])[0]
    described = finished(str(row["description"]))
    if turn.notes.get("topic") == treatment.id:
        return described
    return f"{say(turn, 'about', name=row['name'], text=described)}\n\n{price_line(turn, row)}"


def offer(turn: Turn) -> str:
    """List what the clinic does: by group when the list is long."""
    found = rows_of(turn, turn.tenant.treatments)
    if not found:
        return ""
    if len(found) <= SHOWN:
        return f"{say(turn, 'services')}\n{bulleted([price_line(turn, row, brief=True) for row in found])}"
    if turn.heard.has("price"):
        return f"{say(turn, 'prices')}\n{bulleted([price_line(turn, row, brief=True) for row in found])}"
    groups: dict[str, list[str]] = {}
    for row in found:
        groups.setdefault(str(row["category"] or ""), []).append(str(row["name"]))
    lines = [
        f"{_title(turn, group)}: {'; '.join(names)}" if group else "; ".join(names)
        for group, names in groups.items()
    ]
    return f"{say(turn, 'services')}\n{bulleted(lines)}"


def _title(turn: Turn, category: str) -> str:
    """Return a category as people write it: its accents come from the company's own texts."""
    texts = " ".join(
        f"{one.name} {one.description} {' '.join(one.aliases)}" for one in turn.tenant.treatments
    )
    written = {folded(word): word.lower() for word in re.findall(r"[^\W\d_]+", texts)}
    words = category.replace("_", " ").replace("-", " ").split()
    spelt = (ACCENTS.get(word) or written.get(word) or CION.sub("ción", word) for word in words)
    return " ".join(spelt).capitalize()


def choices(treatments: Sequence[Treatment]) -> str:
    """Return treatments as numbered options."""
    return numbered([one.name for one in treatments])


def valuation_of(tenant: Tenant) -> Treatment | None:
    """Return the first visit that a clinic offers, when it has one that can be booked."""
    for treatment in tenant.treatments:
        words = f"{treatment.id} {treatment.name} {treatment.category}".lower()
        if treatment.bookable and any(
            one in words for one in ("valora", "consult", "assessment", "evalua")
        ):
            return treatment
    return None
