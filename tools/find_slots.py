"""The tool that looks into the agenda for what the patient asked, in the patient's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from langchain_core.tools import BaseTool
from langgraph.types import Command

from agenda.dates_in_words import understand
from agenda.errors import AgendaError
from agenda.plain_words import fold
from agenda.slots import able_staff
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Tenant
from tools.booking_answer import (
    Runtime,
    answer,
    booking_of,
    language_of,
    mended,
    user_of,
    visitor_of,
)
from tools.declared import tool
from tools.desk import Desk
from tools.slot_search import SlotSearch, opening_of, search
from tools.told_search import NOTHING, QUESTIONS, ToldSearch
from tools.treatment_names import names_of, treatments_like


def find_slots(desk: Desk) -> BaseTool:
    """Return the tool that finds free times of this company."""
    tenant = desk.tenant

    @tool("find_slots")
    async def find_free_times(  # noqa: PLR0917 # A model names its arguments.
        treatment: str,
        runtime: Runtime,
        when: str = "",
        staff: str = "",
        for_somebody_else: bool = False,
        appointment_id: str = "",
    ) -> Command[Any]:
        """Find free times for a treatment. The only source of times: never name one from elsewhere.

        Call it whenever the patient wants to come, asks what is free, or wants another day or hour.
        `treatment`: its name or id. `when`: the patient's OWN WORDS about day and hour, copied, not
        worked out ("el viernes en la tarde", "15/12 tipo 4", "next Friday at 3"); empty for the
        soonest. `staff`: who the patient asked for, else empty. `for_somebody_else`: true when
        another person comes than the one who writes (a mother, a friend). `appointment_id`: when an
        appointment is to be moved, which one, as my_appointments gave it. Never turn words into a
        date yourself, and never call it for prices or opening hours.
        Offer two to four of what it returns, as labelled. When it says that nothing is free as
        asked, say why before you offer the nearest. Show the ids to nobody; hold_slot needs them.
        """
        meant = _bookable_like(tenant, treatment)
        if len(meant) != 1:
            return _which_treatment(runtime, tenant, meant)
        wish = _Wish(
            when=when,
            staff=staff,
            for_somebody_else=for_somebody_else,
            moves=appointment_id.strip(),
        )
        return await _looked_up(desk, runtime, meant[0], wish)

    return find_free_times


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the model passed on."""

    when: str
    staff: str
    for_somebody_else: bool
    moves: str
    """Id of the own appointment that is given up: its time is free, its visit does not count."""


async def _looked_up(
    desk: Desk, runtime: Runtime, treatment: Treatment, said: _Wish
) -> Command[Any]:
    tenant, language, booking = desk.tenant, language_of(runtime, desk.tenant), booking_of(runtime)
    if said.for_somebody_else:
        booking["somebody_else"] = True
    if said.moves:
        booking |= {"goal": "move", "appointment_id": said.moves}
    wish = understand(
        said.when,
        now=desk.clock().astimezone(tenant.zone),
        language=language,
        country=tenant.country,
        opening=opening_of(tenant),
    )
    member = _staff_like(able_staff(tenant, treatment), said.staff)
    wanted = SlotSearch(
        treatment=treatment,
        staff_id=member.id if member else "",
        visitor=visitor_of(runtime, booking),
    )
    try:
        if booking.get("slot_id"):
            # Whoever looks for another time lets go of the one in hand.
            await desk.agenda.release(user_of(runtime))
        terms = await desk.agenda.terms(treatment.id, visitor_of(runtime, booking))
        if needs := terms.needed(_last_moment(desk)):
            return _something_first(runtime, desk, treatment, needs)
        found = await search(desk, wanted, wish)
    except AgendaError as error:
        return mended(runtime, "find_slots", error)
    unclear = bool(said.when.strip()) and not wish.understood
    told = ToldSearch(desk, terms, wish, found, language, unclear=unclear)
    # The name is not repeated: what a tool says counts as the clinic's.
    nobody = "Nobody of that name does this treatment. "
    return answer(
        runtime,
        "find_slots",
        (nobody if said.staff.strip() and member is None else "") + told.content(),
        told.artifact(),
        booking=told.booking(booking),
        options=told.options(),
    )


def _last_moment(desk: Desk) -> datetime:
    """Return a moment after everything that can be booked now."""
    return desk.clock() + timedelta(days=desk.tenant.agenda.horizon_days + 2)


def _something_first(
    runtime: Runtime, desk: Desk, treatment: Treatment, needs: Sequence[str]
) -> Command[Any]:
    first = [one for one in map(desk.tenant.treatment, needs) if one is not None and one.bookable]
    artifact = {
        **NOTHING,
        "treatment_id": treatment.id,
        "treatment": treatment.name,
        "note": "visit_first",
        "needs": [one.id for one in first],
    }
    content = (
        f"{treatment.name} cannot be booked by somebody who did not have {names_of(first)} here"
        " before. Say so, and offer times for that with find_slots. If the patient says that they"
        " had it, call hand_to_human."
    )
    return answer(runtime, "find_slots", content, artifact)


def _bookable_like(tenant: Tenant, words: str) -> list[Treatment]:
    """Return the one treatment that is meant, several when it is not clear, or none."""
    if not words.strip():
        return []
    asked = fold(words)
    meant = treatments_like(words, tenant.treatments)
    named = [
        one
        for one in meant
        if asked in {fold(one.name), one.id, *(fold(also) for also in one.aliases)}
    ]
    if len(named) == 1:
        return [one for one in named if one.bookable]
    if len(meant) == len(tenant.treatments) and len(meant) > 1:
        return []
    return [one for one in meant if one.bookable]


def _which_treatment(runtime: Runtime, tenant: Tenant, meant: Sequence[Treatment]) -> Command[Any]:
    known = [one for one in tenant.treatments if one.bookable]
    choices = meant or known
    told = (
        "Several treatments are meant"
        if meant
        else "No treatment with that name can be booked here"
    )
    artifact = {
        **NOTHING,
        "treatment_id": "",
        "treatment": "",
        "note": "unknown_treatment",
        "question": f"{QUESTIONS['which_treatment'][language_of(runtime, tenant)]} {names_of(choices)}",
    }
    content = f"{told}. Ask which one: {names_of(choices)}."
    return answer(runtime, "find_slots", content, artifact)


def _staff_like(staff: Sequence[StaffMember], words: str) -> StaffMember | None:
    """Return whom the patient asked for, by id or by any part of the name."""
    asked = {word for word in fold(words).replace(".", " ").split() if word not in _TITLES}
    for member in staff:
        own = set(fold(member.name).replace(".", " ").split()) | {member.id}
        if asked and asked <= own:
            return member
    return None


_TITLES = frozenset(
    [
        "dr",
        "dra",
        "doctor",
        "doctora",
        "el",
        "la",
        "con",
        "lic",
        "licenciada",
        "licenciado",
        "enf",
        "jefe",
        "the",
        "with",
        "miss",
        "mrs",
        "mr",
        "ms",
    ]
)
