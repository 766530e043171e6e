"""Sales: what a treatment is, does and costs."""

from nodes.speciality import Speciality
from tools.hand_to_human import hand_to_human
from tools.list_treatments import list_treatments
from tools.search_knowledge import search_knowledge

SALES = Speciality(
    agent="sales",
    tools=(search_knowledge, list_treatments, hand_to_human),
    one_call_at_a_time=False,
)
