"""A phone number or a name that was wrong, set right after the booking."""

from nodes.guided import changing, person
from nodes.guided.reply import Reply, numbered, say
from nodes.guided.turn import Turn


def wanted(turn: Turn) -> bool:
    """Tell whether a message corrects what an appointment was booked with."""
    heard = turn.heard
    if turn.booking or not turn.can("correct_details"):
        return False
    asked = turn.notes.get("correct") == "phone"
    return heard.has("wrong_phone") or (
        bool(heard.phone) and (asked or bool(turn.notes.get("booked")) or heard.has("wrong"))
    )


def correct(turn: Turn) -> Reply:
    """Write the number to the patient's coming appointments, or ask for it."""
    heard = turn.heard
    if not heard.phone:
        key = "phone_wrong" if person.meant_a_phone(heard.text) else "ask_right_phone"
        return Reply(text=say(turn, key), notes={"correct": "phone"})
    done = turn.use("correct_details", phone=heard.phone).get("appointments", [])
    if not done:
        return Reply(text=say(turn, "no_appointments_to_change"), notes={"offered": "human"})
    lines = [changing.line_of(one) for one in done]
    listed = lines[0] if len(lines) == 1 else f"\n{numbered(lines)}"
    return Reply(text=say(turn, "corrected", phone=person.phone_words(heard.phone), slot=listed))
