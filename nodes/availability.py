"""Availability: which times are free. It never books."""

from nodes.speciality import Speciality
from tools.find_slots import find_slots
from tools.hand_to_human import hand_to_human
from tools.list_treatments import list_treatments

AVAILABILITY = Speciality(agent="availability", tools=(find_slots, list_treatments, hand_to_human))
