"""What a message says, in one reading: cues, treatments, time, name, phone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nodes.guided import person
from nodes.guided.cues import cues_in
from nodes.guided.treatments import Mention, named
from nodes.guided.when import bare_number, when_words, without_times
from nodes.guided.words import content
from nodes.words import folded, words_of
from tenants.offer import StaffMember, Treatment
from tenants.tenant import Tenant

COURTESY = frozenset({"greeting", "how_are_you", "thanks", "goodbye"})
ACCEPTING = frozenset(
    {"yes", "thanks", "greeting", "book", "availability", "first_free", "this_one"}
)
"""Cues that a yes to an offer may come with; any other is a question of its own."""
PERSONAL = frozenset({"robot", "your_name", "abilities", "insult", "joke"})
A_QUESTION = re.compile(
    r"\b(?:tengo|hacer(?:le|te|les)?|hago|tener) (?:una )?consulta\b", re.IGNORECASE
)
"""Spanish for "to ask something": no visit to the doctor."""
NO_NAMES = frozenset(
    {"move", "cancel", "mine", "price", "book", "availability", "hours", "address", "human"}
)
"""Cues of whoever says something else than the name that was asked for."""
TITLES = frozenset(
    {
        "dr",
        "dra",
        "doctor",
        "doctora",
        "con",
        "with",
        "miss",
        "ms",
        "mr",
        "mrs",
        "licenciada",
        "odontologa",
        "odontologo",
        "terapeuta",
        "medico",
        "medica",
        "esteticista",
        "cosmetologa",
        "nurse",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message, understood as far as words alone can tell."""

    text: str
    cues: frozenset[str]
    mentions: Sequence[Mention]
    when: str
    """The patient's own words about time."""
    number: int | None
    """When the message is nothing but this number."""
    name: str
    phone: str
    staff: StaffMember | None

    def has(self, *cues: str) -> bool:
        """Tell whether any of these cues was given."""
        return not self.cues.isdisjoint(cues)

    @property
    def asks(self) -> bool:
        """Tell whether it is written as a question."""
        return "?" in self.text

    @property
    def accepts(self) -> bool:
        """Tell whether it is a yes without a question of its own."""
        return self.has("yes") and self.cues <= ACCEPTING

    @property
    def bare(self) -> bool:
        """Tell whether little is said but the cues: a yes, a no."""
        return not self.mentions and not self.when and len(content(self.text)) <= 4

    @property
    def treatments(self) -> list[Treatment]:
        """The treatments that it may mean, in the order said."""
        return [one for mention in self.mentions for one in mention.treatments]

    @property
    def words(self) -> list[str]:
        """The folded words."""
        return words_of(self.text)


def hear(text: str, tenant: Tenant, *, waiting_for: str = "") -> Heard:
    """Understand a message; what the last reply asked for decides how a bare name is read."""
    phone = person.phone_said(text, tenant.country)
    spoken = person.without_phones(text) if phone else text
    name = person.name_answered(text) if waiting_for == "name" else person.name_said(text)
    if phone and not name and waiting_for:
        bare = person.name_answered(text)
        name = bare if person.looks_whole(bare) else ""
    if not name and waiting_for in {"slot", "confirm", "phone"} and not cues_in(spoken):
        bare = person.name_answered(text)
        capitals = all(word[0].isupper() or word in person.INSIDE for word in bare.split())
        name = (
            bare if person.looks_whole(bare) and capitals and bare in " ".join(text.split()) else ""
        )
    if waiting_for == "treatment" and not cues_in(spoken) and not named(text, tenant.treatments):
        name = person.whole_name(text)
    if not name and waiting_for in {"slot", "confirm", "phone"}:
        name = person.name_corrected(text)
    if waiting_for == "phone" and not (name or phone or cues_in(spoken)):
        name = person.one_capital_word(text)
    if not name and phone:
        name = person.name_beside_phone(text)
    if waiting_for == "name" and name and not cues_in(spoken).isdisjoint(NO_NAMES):
        name = person.name_said(text)
    rest = folded(spoken).replace(folded(name), " ") if name and len(name) > 3 else spoken
    return Heard(
        text=text.strip(),
        cues=cues_in(spoken),
        mentions=named(A_QUESTION.sub(" ", without_times(rest)), tenant.treatments),
        when=when_words(spoken),
        number=bare_number(text),
        name=name,
        phone=phone,
        staff=staff_named(spoken, tenant),
    )


def staff_named(text: str, tenant: Tenant) -> StaffMember | None:
    """Return whom the patient asks for: a name after a title or "with", never a patient's own."""
    words = words_of(text)
    for member in tenant.staff:
        own = [word for word in words_of(member.name) if word not in TITLES and len(word) > 2]
        for position, word in enumerate(words):
            near = words[max(0, position - 3) : position]
            if word in own and not TITLES.isdisjoint(near):
                return member
    return None
