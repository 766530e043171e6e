"""The waiting list: to be told when something earlier becomes free, and to be told no more."""

from nodes.guided import changing
from nodes.guided.reply import Reply, numbered, say
from nodes.guided.turn import Turn
from nodes.state import Booking


def wanted(turn: Turn) -> bool:
    """Tell whether a message speaks of the waiting list."""
    return turn.can("wait_for_earlier") and turn.heard.has("wait", "wait_no_more")


def wait(turn: Turn) -> Reply:
    """Put the patient's appointments on the list, those that are named or all, or take them off."""
    stop = turn.heard.has("wait_no_more")
    found = changing.appointments(turn)
    if not found:
        if stop:
            return Reply(text=say(turn, "waits_for_nothing"))
        booking = Booking(goal="book", waiting_for="treatment", since=turn.now.isoformat())
        return Reply(text=say(turn, "wait_needs_one"), booking=booking, keeps_booking=False)
    named = {one.id for one in turn.heard.treatments}
    meant = [one for one in found if one.get("treatment_id") in named] or list(found)
    arguments = {"stop": True} if stop else {}
    done = [
        one
        for one in meant
        if turn.use("wait_for_earlier", appointment_id=one["appointment_id"], **arguments).get(
            "appointment"
        )
    ]
    if not done:
        return Reply(text=say(turn, "cannot_search"), notes={"offered": "human"})
    lines = [changing.line_of(one) for one in done]
    listed = lines[0] if len(lines) == 1 else f"\n{numbered(lines)}"
    return Reply(text=say(turn, "waits_no_more" if stop else "waits", slot=listed))
