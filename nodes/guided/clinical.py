"""Questions that a professional must answer: never answered here, only with what the clinic itself wrote."""

from nodes.guided.quoting import best_quotation, condition_quotation
from nodes.guided.reply import Reply, say
from nodes.guided.treatment_facts import price_line, rows_of, talked_of, valuation_of
from nodes.guided.turn import Turn


def is_clinical(turn: Turn) -> bool:
    """Tell whether the message asks for a diagnosis, a dose or a judgement about a body."""
    return turn.heard.has("dose", "diagnosis", "symptom", "condition", "age")


def clinical(turn: Turn) -> Reply:
    """Decline kindly; quote the clinic's own instructions where they speak of it; offer a person."""
    heard = turn.heard
    if heard.has("dose", "diagnosis"):
        return _offered(turn, say(turn, "dose" if heard.has("dose") else "diagnosis"))
    if heard.has("age") and not heard.has("symptom", "condition"):
        return _offered(turn, _of_age(turn))
    quoted = _quoted(turn)
    key = "symptom" if heard.has("symptom") else "condition"
    text = f"{say(turn, f'{key}_quoted', text=quoted)}" if quoted else say(turn, key)
    return _offered(turn, text)


def advice(turn: Turn) -> Reply:
    """Say what is asked for against a concern, without choosing for the patient; offer the first visit."""
    named = turn.heard.treatments[:3]
    valuation = valuation_of(turn.tenant)
    lines = [
        say(turn, "advice_option", name=row["name"], text=str(row["description"]).strip())
        for row in rows_of(turn, named)
    ] if named else []  # fmt: skip
    opening = "\n".join([say(turn, "advice_options"), *lines]) if lines else say(turn, "advice")
    if valuation is None:
        return Reply(text=f"{opening}\n{say(turn, 'advice_human')}", notes={"offered": "human"})
    price = price_line(turn, rows_of(turn, [valuation])[0], brief=True)
    visit = say(turn, "advice_valuation" if lines else "advice_visit", valuation=price)
    text = f"{opening}\n{visit}"
    return Reply(text=text, notes={"offered": "booking", "topic": valuation.id})


def _of_age(turn: Turn) -> str:
    """Quote what the clinic says about minors: nothing is offered to them on our own word."""
    if not turn.can("search_knowledge"):
        return say(turn, "age")
    best = best_quotation(turn, None, clause=say(turn, "age_query"))
    return say(turn, "age_quoted", text=best.text) if best else say(turn, "age")


def _quoted(turn: Turn) -> str:
    if not turn.can("search_knowledge"):
        return ""
    topic = next((one.treatments[0] for one in turn.heard.mentions), None) or talked_of(turn)
    best = best_quotation(turn, topic)
    if best is None and turn.heard.has("condition"):
        best = condition_quotation(turn, topic)
    return best.text if best else ""


def _offered(turn: Turn, text: str) -> Reply:
    return Reply(text=f"{text} {say(turn, 'offer_human')}", notes={"offered": "human"})
