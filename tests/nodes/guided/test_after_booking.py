"""What patients want after and beside a booking: another treatment, the waiting list, another number."""

from tests.nodes.guided.conftest import Begin
from tests.nodes.guided.harness import Talk


async def times(talk: Talk) -> list[tuple[str, str]]:
    return [(one.treatment_id, f"{one.start:%a %H:%M}") for one in await talk.appointments()]


async def test_two_treatments_are_booked_one_after_the_other_on_the_same_day(ana: Talk) -> None:
    await ana.hears(
        "quiero limpieza facial e hidrafacial el mismo día, el viernes en la tarde",
        "la primera",
        "a las 2:15",
    )
    second = await ana.says("sí")
    await ana.hears("1", "sí")

    assert "quedó confirmada" in second
    assert "Seguimos con Hidrafacial" in second
    assert await times(ana) == [("limpieza-facial", "Fri 14:15"), ("hidrafacial", "Fri 15:45")]


async def test_another_treatment_is_added_while_the_first_waits_for_a_yes(john: Talk) -> None:
    await john.says("hydrafacial on saturday at 10")
    noted = await john.says("also a relaxing massage the same day")
    await john.hears("yes", "the first one", "yes")

    assert "Once this visit is arranged we go on with Relaxing massage" in noted
    assert await times(john) == [("hydrafacial", "Sat 10:00"), ("relaxing-massage", "Sat 11:00")]


async def test_the_same_day_after_a_booking_is_that_day_and_never_the_same_hour(ana: Talk) -> None:
    await ana.hears("limpieza facial el viernes a las 9 am", "sí")

    await ana.says("también quiero un peeling el mismo día")

    assert ana.booking["slots"][0]["start"] == "2026-11-27T10:15:00-05:00"


async def test_an_hour_at_which_the_patient_has_another_visit_is_said_to_be_so(ana: Talk) -> None:
    await ana.hears("limpieza facial el viernes a las 9 am", "sí")

    answer = await ana.says("y un peeling el viernes a las 9:30 am")

    assert "ya tiene su otra cita" in answer


async def test_a_patient_goes_on_the_waiting_list_and_off_it(ana: Talk) -> None:
    await ana.hears("limpieza facial el jueves a las 9 am", "sí")

    on = await ana.says("si se libera algo antes me avisa porfa")
    called = ana.names_called
    off = await ana.says("ya no me avise, quíteme de la lista de espera")

    assert "se lo ofrezco por aquí" in on
    assert called == ["my_appointments", "wait_for_earlier"]
    assert "ya no le aviso" in off


async def test_the_waiting_list_is_for_those_who_have_an_appointment(begin: Begin) -> None:
    jane = begin("wellness", name="Jane Miller", phone="+13055550123")

    answer = await jane.says("let me know if something opens up sooner")

    assert "let me first book you a visit" in answer


async def test_a_wrong_number_is_set_right_after_the_booking(stranger: Talk) -> None:
    await stranger.hears("limpieza facial el viernes a las 9 am", "Luis Peña", "300 555 1234", "sí")

    asked = await stranger.says("me equivoqué de número de teléfono")
    answer = await stranger.says("301 555 1299")

    (kept,) = await stranger.appointments()
    assert "¿Cuál es el número correcto?" in asked
    assert "301 5551299" in answer
    assert kept.patient.phone == "+573015551299"


async def test_a_wrong_number_is_set_right_before_the_booking(stranger: Talk) -> None:
    await stranger.hears("limpieza facial el viernes a las 9 am", "Luis Peña", "300 555 1234")

    answer = await stranger.says("me equivoqué de teléfono, es 3015551299")

    assert "301 5551299" in answer
    assert "A nombre de Luis Peña" in answer
