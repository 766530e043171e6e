"""Promotions as the documents have them: those in force, those to come, none that are over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nodes.guided.extracting import Block, blocks_of
from nodes.guided.picking import MONTHS
from nodes.guided.reply import say
from nodes.guided.treatments import named
from nodes.guided.turn import Turn
from nodes.words import folded
from tenants.offer import Treatment

MARK = re.compile(
    r"promo|descuento|oferta|special|discount|paquete|package|combo|\bbonos?\b|gift|\bdeals?\b|% off|\d ?%"
)
CONDITIONS = re.compile(r"^(condiciones|terminos|terms|conditions)")
_MONTH = "|".join(MONTHS)
_DATE_ES = re.compile(rf"\b(\d{{1,2}})(?:º|ro)? de ({_MONTH})[a-z]*(?:,? (?:de |del )?(\d{{4}}))?")
_DATE_EN = re.compile(rf"\b({_MONTH})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?")
_SAME_MONTH = re.compile(rf"\bdel? (\d{{1,2}}) al (\d{{1,2}}) de ({_MONTH})")
SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One promotion in the document's words, and when it holds."""

    name: str
    text: str
    first: date | None
    last: date | None


def promotions(turn: Turn, treatment: Treatment | None) -> str:
    """Quote what is in force today, for the treatment that is asked about first."""
    today = turn.now.date()
    found = _found(turn, treatment.name if treatment else "", today)
    if treatment is not None and not found:
        found = _found(turn, "", today)
    unique = list({one.text: one for one in found}.values())
    now = [one for one in unique if not one.first or one.first <= today]
    coming = sorted(
        (one for one in unique if one.first and one.first > today),
        key=lambda one: one.first or today,
    )
    if treatment is not None:
        fitting = [one for one in (*now, *coming) if _concerns(turn, one, treatment)]
        if fitting:
            return _told(turn, "promotions", fitting)
        if not now:
            return say(turn, "no_promotion_for", treatment=treatment.name)
        return f"{say(turn, 'no_promotion_for', treatment=treatment.name)} {_told(turn, 'other_promotions', now)}"
    if now:
        return _told(turn, "promotions", now)
    return _told(turn, "coming_promotions", coming[:1]) if coming else say(turn, "no_promotions")


def _found(turn: Turn, about: str, today: date) -> list[Promotion]:
    query = say(turn, "promotion_query", treatment=about)
    passages = turn.use("search_knowledge", query=query).get("passages", [])
    return [
        one for passage in passages for block in blocks_of(passage) if (one := _read(block, today))
    ]


def _told(turn: Turn, key: str, found: Sequence[Promotion]) -> str:
    lines = "\n".join(
        f"• {one.name}: {one.text}" if one.name else f"• {one.text}" for one in found[:SHOWN]
    )
    return f"{say(turn, key)}\n{lines}"


def _concerns(turn: Turn, promotion: Promotion, treatment: Treatment) -> bool:
    mentions = named(f"{promotion.name} {promotion.text}", turn.tenant.treatments)
    return any(treatment in mention.treatments for mention in mentions)


def _read(block: Block, today: date) -> Promotion | None:
    plain = folded(f"{block.title} {block.heading} {' '.join(block.units)}")
    if not MARK.search(plain) or CONDITIONS.match(folded(block.heading)):
        return None
    text = " ".join(block.units)
    first, last = _validity(folded(text), today)
    if last is not None and last < today:
        return None
    name = "" if MARK.match(folded(block.heading)) else block.heading.rstrip(".:")
    return Promotion(name=name, text=text, first=first, last=last)


def _validity(plain: str, today: date) -> tuple[date | None, date | None]:
    found = [(int(d), MONTHS[m], y) for d, m, y in _DATE_ES.findall(plain)]
    found += [(int(d), MONTHS[m], y) for m, d, y in _DATE_EN.findall(plain)]
    if not found:
        return None, None
    year = next((int(y) for _, _, y in reversed(found) if y), today.year)
    days = [_day(int(y) if y else year, m, d) for d, m, y in found]
    known = [one for one in days if one is not None]
    if not known:
        return None, None
    last = max(known)
    if same := _SAME_MONTH.search(plain):
        return _day(last.year, MONTHS[same[3]], int(same[1])), last
    first = min(known) if len(known) > 1 else None
    return first, last


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
