"""Schedule: books, moves and cancels, one step resting on the other."""

from nodes.speciality import Speciality
from tools.book_appointment import book_appointment
from tools.cancel_appointment import cancel_appointment
from tools.correct_details import correct_details
from tools.find_slots import find_slots
from tools.hand_to_human import hand_to_human
from tools.hold_slot import hold_slot
from tools.list_treatments import list_treatments
from tools.move_appointment import move_appointment
from tools.my_appointments import my_appointments
from tools.search_knowledge import search_knowledge
from tools.wait_for_earlier import wait_for_earlier

SCHEDULE = Speciality(
    agent="schedule",
    tools=(
        find_slots,
        hold_slot,
        book_appointment,
        my_appointments,
        move_appointment,
        cancel_appointment,
        wait_for_earlier,
        correct_details,
        list_treatments,
        search_knowledge,
        hand_to_human,
    ),
)
