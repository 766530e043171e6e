"""What a tool answers when somebody else was faster: the next free times, so that they are offered at once."""

from datetime import datetime
from typing import Any

from langgraph.types import Command

from agenda.dates_in_words import When
from agenda.errors import AgendaError, SlotTakenError
from tools.booking_answer import Runtime, answer, language_of, mended, visitor_of
from tools.desk import Desk
from tools.slot_labels import offered, short_label
from tools.slot_search import SlotSearch, search


async def next_slots(
    desk: Desk, runtime: Runtime, name: str, booking: dict[str, Any], wanted: str
) -> Command[Any]:
    """Answer that a slot is taken with the times around it; the booking goes on with those."""
    kept = {key: booking[key] for key in booking if key not in {"slot_id", "held_until"}}
    known = [one for one in booking.get("slots") or [] if one["slot_id"] == wanted]
    treatment = desk.tenant.treatment(booking.get("treatment_id", ""))
    if not known or treatment is None:
        return mended(runtime, name, SlotTakenError(wanted), booking=kept)
    start = datetime.fromisoformat(known[0]["start"])
    wish = When(day_from=start.date(), day_to=start.date(), at=start.time(), at_is_rough=True)
    sought = SlotSearch(treatment=treatment, visitor=visitor_of(runtime, booking))
    try:
        found = await search(desk, sought, wish)
    except AgendaError as away:
        return mended(runtime, name, away, booking=kept)
    language = language_of(runtime, desk.tenant)
    shown = [offered(desk.tenant, slot, language) for slot in found.slots]
    lines = [f"{one['label']} (slot_id {one['slot_id']})" for one in shown]
    head = "That time is gone: somebody else has it. Say so, and offer these instead:"
    now = desk.clock().isoformat()
    return answer(
        runtime,
        name,
        "\n".join([head, *lines]),
        {"refused": SlotTakenError.__name__, "slots": shown},
        booking={**kept, "slots": shown, "waiting_for": "slot" if shown else "day", "since": now},
        options=[
            {"title": short_label(slot.start, language), "value": slot.slot_id}
            for slot in found.slots
        ],
    )
