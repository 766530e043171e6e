"""Availability: which times are free. It never books."""

from nodes.speciality import Speciality
from tools.find_slots import find_slots
from tools.hand_to_human import hand_to_human
from tools.list_treatments import list_treatments
from tools.search_knowledge import search_knowledge

AVAILABILITY = Speciality(
    agent="availability",
    tools=(find_slots, list_treatments, search_knowledge, hand_to_human),
)
