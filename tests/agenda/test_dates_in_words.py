"""When patients want to come, as they write it; seen from Wednesday 25 November 2026, 10:00."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from agenda.dates_in_words import When, understand

WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("America/Bogota"))


def shown(when: When) -> str:
    """Write a reading in short: days, weekdays, part, hour, bounds, question."""
    days = ""
    if when.day_from:
        days = f"{when.day_from:%d.%m}"
        if when.day_to is None:
            days += "-"
        elif when.day_to != when.day_from:
            days += f"-{when.day_to:%d.%m}"
    words = [
        days,
        "only " + "".join(str(day) for day in when.weekdays) if when.weekdays else "",
        when.part or "",
        f"{'~' if when.at_is_rough else ''}{when.at:%H:%M}" if when.at else "",
        f">={when.earliest:%H:%M}" if when.earliest else "",
        f"<={when.latest:%H:%M}" if when.latest else "",
        "soonest" if when.soonest else "",
        f"?{when.question}" if when.question else "",
    ]
    return " ".join(word for word in words if word) or "nothing"


SPANISH = """
hoy | 25.11
hoy en la tarde | 25.11 afternoon
hoy mismo | 25.11
mañana | 26.11
manana | 26.11
mñn | 26.11
mñna a las 3 | 26.11 15:00
mañna porfa | 26.11
maana | 26.11
mañana en la mañana | 26.11 morning
mañana por la mañana | 26.11 morning
mañana en la tarde | 26.11 afternoon
mañana x la tarde | 26.11 afternoon
mañana tarde | 26.11 afternoon
mañana temprano | 26.11 morning
mañana tempranito | 26.11 morning
mañana a primera hora | 26.11 morning
mañana a las 9 | 26.11 09:00
mañana 3 | 26.11 15:00
mañana 3pm | 26.11 15:00
mañana a las 3 de la tarde | 26.11 15:00
mañana a las 10 de la mañana | 26.11 10:00
mañana por la noche | 26.11 evening
en la mañana | morning
por la mañana | morning
en las mañanas | morning
en la tarde | afternoon
por la tardecita | afternoon
en la noche | evening
esta tarde | 25.11 afternoon
esta noche | 25.11 evening
esta mañana | 25.11 morning
pasado mañana | 27.11
pasado mañana en la tarde | 27.11 afternoon
pasadomañana a las 4 | 27.11 16:00
mañana o pasado | 26.11-27.11
hoy o mañana | 25.11-26.11
viernes | 27.11
el viernes | 27.11
este viernes | 27.11
el viernes a las 3 | 27.11 15:00
el viernes en la tarde | 27.11 afternoon
viernes tipo 4 | 27.11 ~16:00
viernes 4pm | 27.11 16:00
viernes 4 | 04.12
viernes 27 | 27.11
viernes 27 a las 10 | 27.11 10:00
viernes 3 | 27.11 15:00
viernes 20 | 27.11 ?which_day
el viernes 4 de diciembre | 04.12
próximo viernes | 27.11
el viernes que viene | 27.11
el otro viernes | 04.12
el viernes de la otra semana | 04.12
el viernes en ocho | 04.12
viernes de la próxima semana a las 2 | 04.12 14:00
miercoles | 02.12
el miércoles | 02.12
este miércoles | 25.11
sabado | 28.11
el sábado en la mañana | 28.11 morning
sabdo | 28.11
juevez a las 11 | 26.11 11:00
vienes a las 5 | 27.11 17:00
lunes | 30.11
el lunes a las 8 | 30.11 08:00
lunes o martes | 30.11-01.12 only 01
lunes o miércoles en la tarde | 30.11-02.12 only 02 afternoon
de lunes a miércoles | 30.11-02.12
los sábados | 28.11-19.12 only 5
los viernes en la tarde | 27.11-18.12 only 4 afternoon
la otra semana | 30.11-06.12
la próxima semana | 30.11-06.12
la semana que viene | 30.11-06.12
la semana entrante en la mañana | 30.11-06.12 morning
la proxima semana el jueves | 03.12
el jueves de la semana que viene a las 3 y media | 03.12 15:30
esta semana | 25.11-29.11
en ocho días | 02.12
de hoy en ocho | 02.12
de hoy en quince | 09.12
en quince días | 09.12
en 15 días | 09.12
dentro de 3 días | 28.11
en tres días | 28.11
en dos semanas | 09.12
dentro de una semana | 02.12
en un mes | 25.12
de mañana en ocho | 03.12
el 3 | 03.12
el 3 a las 4 | 03.12 16:00
el 28 | 28.11
el día 15 | 15.12
el quince | 15.12
el 31 | 31.12
del 3 al 7 | 03.12-07.12
el 15 de diciembre | 15.12
15 de diciembre | 15.12
15 dic | 15.12
15 de dic a las 3 pm | 15.12 15:00
el primero de diciembre | 01.12
el 1ro de diciembre | 01.12
15/12 | 15.12
15/12 tipo 4 | 15.12 ~16:00
15-12 | 15.12
15-12-2026 | 15.12
15/12/2026 a las 10:30 | 15.12 10:30
15/12/26 | 15.12
3/12 | 03.12
12/15 | 15.12
2026-12-15 | 15.12
2026-12-15 15:00 | 15.12 15:00
2026-12-15T15:00:00-05:00 | 15.12 15:00
2026-12-15T20:00:00Z | 15.12 15:00
15 del 12 | 15.12
el 15 del 12 | 15.12
el 15 de este mes | 15.11
el 10 del próximo mes | 10.12
el 30 de febrero | ?which_day
3 de enero | 03.01
el 20 de noviembre | 20.11
ayer | 24.11
el viernes pasado | 20.11
fin de semana | 28.11-29.11
el finde | 28.11-29.11
este fin de semana | 28.11-29.11
el otro fin de semana | 05.12-06.12
entre semana | 25.11-02.12 only 01234
entre semana en la tarde | 25.11-02.12 only 01234 afternoon
a fin de mes | 25.11-30.11
a finales de diciembre | 24.12-31.12
a principios de diciembre | 01.12-10.12
en diciembre | 01.12-31.12
el próximo mes | 01.12-31.12
este mes | 25.11-30.11
a partir del lunes | 30.11-
después del 15 | 16.12-
desde el 3 de diciembre | 03.12-
a partir de mañana | 26.11-
antes del viernes | 25.11-26.11
después de las 4 | >=16:00
a partir de las 3 | >=15:00
de 4 en adelante | >=16:00
mañana después de las 4 | 26.11 >=16:00
antes de mediodía | <=12:00
antes del medio día | <=12:00
antes de las 11 | <=11:00
hasta las 5 | <=17:00
después del almuerzo | >=13:00
después del trabajo | >=17:00
entre las 3 y las 5 | >=15:00 <=17:00
entre 2 y 4 | >=14:00 <=16:00
de 3 a 5 | >=15:00 <=17:00
de 9 a 11 de la mañana | >=09:00 <=11:00
el lunes de 3 a 5 pm | 30.11 >=15:00 <=17:00
tipo 4 | ~16:00
como a las 3 y media | ~15:30
a eso de las 5 | ~17:00
más o menos a las 10 | ~10:00
sobre las 11 | ~11:00
3pm | 15:00
3 p. m. | 15:00
3:30 p.m. | 15:30
15:00 | 15:00
15h | 15:00
8am | 08:00
a las 3 | 15:00
alas 3 | 15:00
a las tres | 15:00
a las 9 | 09:00
a las 12 | 12:00
a las 7 | 07:00
a la una | 13:00
a la 1 | 13:00
a las 2:30 | 14:30
a las 3 30 | 15:30
a las 3.30 | 15:30
a las once | 11:00
mediodía | ~12:00
medio dia | ~12:00
al medio día | ~12:00
tres y cuarto | 15:15
cuatro y media | 16:30
cinco menos cuarto | 16:45
cuarto para las cinco | 16:45
un cuarto para las 3 | 14:45
faltando diez para las cuatro | 15:50
a las 4 y 20 | 16:20
a las 5 en punto | 17:00
3 de la tarde | 15:00
9 de la mañana | 09:00
7 de la noche | 19:00
ocho de la noche | 20:00
el 3 a las 3 | 03.12 15:00
en la tarde a las 7 | afternoon 19:00
temprano en la tarde | afternoon
en la mañana o en la tarde | nothing
lo más pronto posible | soonest
lo mas pronto posible en la mañana | morning soonest
lo antes posible | soonest
cuanto antes | soonest
cuando tenga | soonest
cuando haya | soonest
cualquier día en la tarde | afternoon soonest
la primera cita disponible | soonest
el día que tengan | soonest
buenas tardes, quiero una cita | nothing
buenos días, para mañana | 26.11
Buenas noches! tienen el viernes? | 27.11
Hola buen día, el lunes a las 10 | 30.11 10:00
feliz tarde, el sábado | 28.11
el viernes no puedo, mejor el lunes | 30.11
no puedo en la mañana, en la tarde sí | afternoon
mañana no, pasado mañana | 27.11
no puedo antes de las 4 | >=16:00
no más tarde de las 5 | <=17:00
quiero botox en 3 zonas | nothing
tengo 35 años | nothing
somos 2 personas | nothing
cuánto tarda | nothing
gracias | nothing
sí | nothing
 | nothing
quiero agendar limpieza facial para el martes 1 a las 5 | 01.12 17:00
martes 24 de noviembre, 3:00 p. m. | 24.11 15:00
mar 24 nov 3:00 pm | 24.11 15:00
sería el martes en la tardecita tipo 3 o 4 | 01.12 afternoon ~15:00
me queda bien el jueves después de las 5 | 26.11 >=17:00
el jueves a última hora | 26.11 >=16:00
lo más tarde posible | >=16:00
no puedo el lunes | nothing
la próxima semana, martes o jueves después de las 3 | 01.12-03.12 only 13 >=15:00
en 2 horas | 25.11 >=12:00
en media hora | 25.11 >=10:30
después de navidad | 26.12-
la última semana de diciembre | 25.12-31.12
la primera semana de enero | 01.01-07.01
a mitad de semana | 25.11-02.12 only 123
pasado | 27.11
tengo cita el viernes a las 3 y quiero moverla al lunes | 30.11
quiero cambiar mi cita del martes para el jueves a las 10 | 26.11 10:00
mover la cita de las 3 a las 5 | 17:00
12 m | 12:00
12 del día | 12:00
8 y 30 am | 08:30
hay algo para ya | soonest
a cualquier hora | soonest
mañana a cualquier hora | 26.11
me operé hace 3 días | nothing
despues de las 5 | >=17:00
despues de las cinco de la tarde | >=17:00
a primera hora | morning
lo mas pronto posible | soonest
cualquier dia menos lunes | 25.11- only 123456
cualquier dia menos el lunes y el martes | 25.11- only 23456
el viernez en la tarde | 27.11 afternoon
el juebes a las 3 | 26.11 15:00
miercoles ala 1 | 02.12 13:00
sabado x la mañana | 28.11 morning
el sabado por la mañanita | 28.11 morning
pasado mañana tipo 10 | 27.11 ~10:00
ahorita | soonest
hoy en la nochecita | 25.11 evening
la semana entrante | 30.11-06.12
la semana q viene | 30.11-06.12
la proxima semana en la tarde | 30.11-06.12 afternoon
el lunes de la otra semana | 30.11
en quince dias | 09.12
dentro de dos semanas | 09.12
en 3 dias | 28.11
el ultimo viernes del mes | 27.11
la primera semana de diciembre | 01.12-07.12
el 3 de diciembre a las 4 y media | 03.12 16:30
3 dic 4pm | 03.12 16:00
el 30 a las 3 y cuarto | 30.11 15:15
30/11 a las 15:00 | 30.11 15:00
30-11 | 30.11
entre 2 y 4 el jueves | 26.11 >=14:00 <=16:00
entre las 2 y las 4 de la tarde | >=14:00 <=16:00
despues del viernes | 28.11-
despues del 15 | 16.12-
antes de las 10 am | <=10:00
a partir de las 4 | >=16:00
entre semana despues de las 6 | 25.11-02.12 only 01234 >=18:00
los martes o jueves | 26.11-01.12 only 13
martes o jueves en la tarde | 26.11-01.12 only 13 afternoon
lunes miercoles o viernes | 27.11-02.12 only 024
cuando sea pero en la tarde | afternoon soonest
solo puedo en las tardes | afternoon
saliendo del trabajo tipo 6 | ~18:00
al mediodia | ~12:00
12 del dia | 12:00
a las 12 m | 12:00
el domingo | 29.11
el festivo | 08.12
el dia de las velitas | 07.12
antes de navidad | 25.11-24.12
despues de año nuevo | 02.01-
tomorow at 4 | 26.11 16:00
mañana 4 | 26.11 16:00
jueves 4pm | 26.11 16:00
no puedo el jueves, mejor el viernes | 27.11
el viernes no, el sabado | 28.11
que no sea lunes | 25.11- only 123456
menos los lunes | 25.11- only 123456
cualquier dia de la proxima semana | 30.11-06.12
cualquier hora el martes | 01.12
el miércoles después del almuerzo | 02.12 >=13:00
después de almuerzo | >=13:00
a media mañana | morning
a media tarde | afternoon
al final del dia | >=16:00
a ultima hora | >=16:00
"""

ENGLISH = """
today | 25.11
tomorrow | 26.11
tmrw afternoon | 26.11 afternoon
tomorrow morning | 26.11 morning
tomorow at 3 | 26.11 15:00
tomorrow at noon | 26.11 12:00
this afternoon | 25.11 afternoon
tonight | 25.11 evening
the day after tomorrow | 27.11
Friday | 27.11
this Friday | 27.11
next Friday | 04.12
Friday at 3 | 27.11 15:00
Friday at 3:30 | 27.11 15:30
Friday afternoon | 27.11 afternoon
on Friday the 4th | 04.12
fri 2pm | 27.11 14:00
wednesday | 02.12
Wensday | nothing
wednesdy | 02.12
mondays | 30.11-21.12 only 0
Monday or Tuesday | 30.11-01.12 only 01
Monday to Wednesday | 30.11-02.12
next week | 30.11-06.12
Thursday next week | 03.12
next week on Thursday at 4 | 03.12 16:00
the week after next | 07.12-13.12
this week | 25.11-29.11
in two weeks | 09.12
in 3 days | 28.11
in 8 days | 03.12
a week from today | 02.12
in a month | 25.12
the 15th | 15.12
on the 15th at 10 | 15.12 10:00
Dec 15 | 15.12
December 15th | 15.12
15 December | 15.12
December 15, 2026 | 15.12
Dec 15 3pm | 15.12 15:00
12/15 | 15.12
12/03 | 03.12
12/03/2026 | 03.12
15/12 | 15.12
2026-12-15 | 15.12
January 5 | 05.01
last Friday | 20.11
yesterday | 24.11
noon | 12:00
3:30 | 15:30
3pm | 15:00
3 PM | 15:00
at 3 | 15:00
at 9 | 09:00
around 4 | ~16:00
4ish | ~16:00
half past 3 | 15:30
quarter to 5 | 16:45
quarter past two | 14:15
3 o'clock | 15:00
10 to 4 | >=10:00 <=16:00
twenty to four | 15:40
after 4 | >=16:00
after 4pm tomorrow | 26.11 >=16:00
before noon | <=12:00
by 5pm | <=17:00
after work | >=17:00
after lunch | >=13:00
between 2 and 4 | >=14:00 <=16:00
from 3 to 5pm | >=15:00 <=17:00
in the morning | morning
mornings | morning
in the evening | evening
early next week | 30.11-06.12 morning
first thing tomorrow | 26.11 morning
weekend | 28.11-29.11
this weekend | 28.11-29.11
weekdays after 5 | 25.11-02.12 only 01234 >=17:00
end of the month | 25.11-30.11
next month | 01.12-31.12
in December | 01.12-31.12
as soon as possible | soonest
ASAP | soonest
whenever | soonest
first available | soonest
any day in the afternoon | afternoon soonest
good afternoon, I'd like to book | nothing
good morning! tomorrow at 10? | 26.11 10:00
I can't do Friday, Monday instead | 30.11
can't before 4 | >=16:00
from Monday | 30.11-
may I book a facial | nothing
may 5 | 05.05
thanks | nothing
next fri arvo | 04.12 afternoon
asap | soonest
any day but monday | 25.11- only 123456
any day except mondays | 25.11- only 123456
anytime next week | 30.11-06.12
the weekend | 28.11-29.11
sat morning | 28.11 morning
tmrw at 4 | 26.11 16:00
tmr afternoon | 26.11 afternoon
tomorow morning | 26.11 morning
day after tomorrow | 27.11
a week from friday | 04.12
friday week | 04.12
in a fortnight | 09.12
first week of december | 01.12-07.12
dec 3rd at 4:30 | 03.12 16:30
3rd of december | 03.12
12/3 | 03.12
12/3 at 2pm | 03.12 14:00
between 2 and 4 on thursday | 26.11 >=14:00 <=16:00
before friday | 25.11-26.11
after the 15th | 16.12-
after 5 | >=17:00
around noon | 12:00
lunchtime | ~12:00
early morning | morning
late afternoon | afternoon
weekday evenings | 25.11-02.12 only 01234 evening
tuesday or thursday | 26.11-01.12 only 13
mon wed or fri | 27.11-02.12 only 024
not monday | 25.11- only 123456
first thing in the morning | morning
next available | soonest
next tuesday | 01.12
tuesday the 1st | 01.12
thursday @ 3 | 26.11 15:00
quarter to 4 | 15:45
4 o'clock | 16:00
noon tomorrow | 26.11 12:00
later today | 25.11
in an hour | 25.11 >=11:00
the day after christmas | 26.12
before christmas | 25.11-24.12
black friday | 27.11
two weeks from monday | 14.12
on thanksgiving | 26.11
before thanksgiving | 25.11
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Split a table into phrases and readings."""
    pairs = (line.rpartition("|") for line in table.strip("\n").splitlines())
    return [(phrase.strip(), reading.strip()) for phrase, _, reading in pairs]


@pytest.mark.parametrize(("phrase", "reading"), rows(SPANISH))
def test_spanish_is_understood(phrase: str, reading: str) -> None:
    assert shown(understand(phrase, now=WEDNESDAY, language="es", country="CO")) == reading


@pytest.mark.parametrize(("phrase", "reading"), rows(ENGLISH))
def test_american_english_is_understood(phrase: str, reading: str) -> None:
    assert shown(understand(phrase, now=WEDNESDAY, language="en", country="US")) == reading


def test_english_in_colombia_reads_the_day_first() -> None:
    when = understand("3/12", now=WEDNESDAY, language="en", country="CO")

    assert when.day_from == date(2026, 12, 3)


def test_spanish_in_america_reads_the_day_first() -> None:
    when = understand("3/12", now=WEDNESDAY, language="es", country="US")

    assert when.day_from == date(2026, 12, 3)


def test_a_bare_hour_follows_the_opening() -> None:
    late = (time(14), time(22))

    when = understand("a las 8", now=WEDNESDAY, language="es", country="CO", opening=late)

    assert when.at == time(20)
    assert when.question == ""


def test_an_hour_that_exists_twice_in_the_day_is_asked_about() -> None:
    long = (time(7), time(22))

    when = understand("a las 8", now=WEDNESDAY, language="es", country="CO", opening=long)

    assert when.question == "am_or_pm"


@pytest.mark.parametrize(
    "text", ["{}" * 400, "\x00", "٣:٠٠", "99:99", "el 99", "31/02", "1" * 400, "de de de " * 90, "a las 25", "0/0"],
)  # fmt: skip
def test_odd_texts_name_no_day_that_does_not_exist(text: str) -> None:
    when = understand(text, now=WEDNESDAY, language="es", country="CO")

    assert when.at is None or when.at.hour < 24
    assert when.day_from is None or when.day_to is None or when.day_from <= when.day_to
