"""Support: hours, place, payment, policies, care before and after, and whatever has no other home."""

from nodes.speciality import Speciality
from tools.correct_details import correct_details
from tools.hand_to_human import hand_to_human
from tools.list_treatments import list_treatments
from tools.my_appointments import my_appointments
from tools.search_knowledge import search_knowledge

SUPPORT = Speciality(
    agent="support",
    tools=(search_knowledge, list_treatments, my_appointments, correct_details, hand_to_human),
    one_call_at_a_time=False,
)
