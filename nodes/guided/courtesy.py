"""Greetings, thanks, goodbyes and what else people say to a desk without asking anything of it."""

from nodes.guided.questions import open_question
from nodes.guided.reply import Reply, say
from nodes.guided.turn import Turn
from nodes.guided.understanding import COURTESY, PERSONAL
from nodes.guided.words import content

FIRST_NAME = 2  # letters from which a contact's name is worth saying


def is_only_courtesy(turn: Turn) -> bool:
    """Tell whether a message greets, thanks or chats, and asks for nothing."""
    heard = turn.heard
    if heard.mentions or heard.when or heard.number is not None or heard.phone:
        return False
    if not heard.cues or not heard.cues <= COURTESY | PERSONAL | {"yes", "no", "what_is"}:
        return False
    if heard.has(*PERSONAL):
        return True
    if heard.asks and not heard.has("how_are_you"):
        return False
    return heard.has(*COURTESY) and len(content(heard.text)) <= 5


def courtesy(turn: Turn) -> Reply:
    """Answer in kind; an open question is asked again."""
    heard, booking = turn.heard, turn.booking
    company, agent = turn.tenant.company_name, turn.tenant.agent_name
    if heard.has("insult"):
        return Reply(text=say(turn, "insulted"), notes={"offered": "human"})
    if heard.has("robot"):
        text = say(turn, "robot", agent=agent, company=company)
        return with_question(turn, Reply(text=text, notes={"offered": "human"}))
    if heard.has("your_name"):
        return with_question(turn, Reply(text=say(turn, "my_name", agent=agent, company=company)))
    if heard.has("joke"):
        return with_question(turn, Reply(text=say(turn, "joke")))
    if heard.has("abilities"):
        return with_question(turn, Reply(text=say(turn, "abilities", company=company)))
    if heard.has("thanks", "goodbye"):
        return _closing(turn)
    if booking and booking.get("waiting_for") and turn.earlier:
        return with_question(turn, Reply(text=say(turn, "greet_back")))
    if turn.earlier:
        key = "fine_thanks" if heard.has("how_are_you") else "greet_again"
        return Reply(text=say(turn, key))
    return Reply(text=say(turn, "greeting", company=company, agent=agent, hello=hello(turn)))


def hello(turn: Turn) -> str:
    """Return the greeting of this hour, with the patient's first name when it is known."""
    hour = turn.now.hour
    key = "morning" if hour < 12 else "afternoon" if hour < 19 else "evening"
    words = turn.patient_name.split()
    name = words[0] if words and words[0].isalpha() and len(words[0]) >= FIRST_NAME else ""
    return f"{say(turn, key)}, {name.capitalize()}" if name else say(turn, key)


def _closing(turn: Turn) -> Reply:
    booking = turn.booking
    if turn.heard.has("goodbye"):
        return Reply(text=say(turn, "goodbye", company=turn.tenant.company_name))
    soft = booking and booking.get("waiting_for") == "day" and not booking.get("slots")
    if booking and booking.get("waiting_for") and not soft:
        return with_question(turn, Reply(text=say(turn, "welcome")))
    return Reply(text=say(turn, "welcome_close"))


def with_question(turn: Turn, reply: Reply) -> Reply:
    """End on the question of an open booking, if there is one."""
    booking = turn.booking
    return reply.then(open_question(turn, booking)) if booking else reply
