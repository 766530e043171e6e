"""What the terminal shows of an answer."""

from commands.chat import shown
from graph.replies import Reply
from tenants.ids import TurnId


def test_an_answer_is_text_then_buttons_then_facts() -> None:
    reply = Reply(
        turn_id=TurnId("t1"),
        text="¿Cuál prefiere?",
        agent="schedule",
        language="es",
        tools_used=("find_slots",),
        passages=(),
        options=({"title": "lun 3:00 pm", "value": "s1"}, {"title": "mar 9:00 am", "value": "s2"}),
        handoff=None,
        red_flag="",
        acted=False,
        model="guided",
        milliseconds=12.0,
    )

    text = shown(reply, colours=False)

    assert text == (
        "¿Cuál prefiere?\n[lun 3:00 pm] [mar 9:00 am]\n"
        "(schedule · guided · 12.0 ms · tools: find_slots)\n"
    )
