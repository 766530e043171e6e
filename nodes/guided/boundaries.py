"""What this chat is not for: other people's data, other companies, its own inner workings."""

from nodes.guided.courtesy import with_question
from nodes.guided.reply import Reply, say
from nodes.guided.turn import Turn
from nodes.guided.understanding import COURTESY

BEYOND = ("tampering", "others_data", "other_clinics")


def beyond(turn: Turn) -> Reply | None:
    """Decline what nobody may have from here and go on; None when nothing of it is asked."""
    heard, company = turn.heard, turn.tenant.company_name
    cue = next((one for one in BEYOND if heard.has(one)), "")
    if cue:
        return with_question(turn, Reply(text=say(turn, cue, company=company)))
    if heard.cues <= COURTESY | {"languages"} and heard.has("languages"):
        key = "languages" if len(turn.tenant.languages) > 1 else "language_only"
        return with_question(turn, Reply(text=say(turn, key)))
    return None
