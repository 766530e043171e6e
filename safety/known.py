"""Everything a reply may rest on: the company's own data, and what this turn brought up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from safety.amounts import Amount
from safety.claims import percents_in
from safety.clock_times import times_in
from safety.contacts import phone_digits
from safety.reading import fold
from safety.rows import Row, rows_in, rows_of
from safety.seasons import months_in
from safety.treatments_named import Mention, Naming
from safety.week import Week, dates_in, week_of
from tenants.offer import Treatment
from tenants.tenant import Tenant

KEPT = 200  # passages of a company whose rows are remembered: they come again and again


class Company:
    """What a company's definition says; made once for each of its revisions."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.naming = Naming(tenant.treatments, tenant.company_name)
        self.treatments = {one.id: one for one in tenant.treatments}
        offers = [row for one in tenant.treatments for row in _offer(one, self.naming)]
        own = (tenant.address, tenant.how_to_get_there, *tenant.payment_methods)
        self.rows = [*offers, *rows_in(own, self.naming)]
        names = (tenant.company_name, *(one.name for one in tenant.staff))
        self.words = _folded([*names, *own, *(row.text for row in self.rows)])
        plan = tenant.emergency
        phones = (tenant.phone, plan.number, plan.clinic_phone, plan.self_harm_phone)
        self.digits = " ".join(
            phone_digits(one) for one in (*phones, self.words, *plan.texts.values())
        )
        self.week = week_of(tenant)
        # Of documents alone: what tools say is a patient's own.
        self.rows_of_passage = lru_cache(KEPT)(self._rows_of_passage)

    def _rows_of_passage(self, text: str) -> tuple[Row, ...]:
        return tuple(rows_of(text, self.naming))


def _offer(one: Treatment, naming: Naming) -> list[Row]:
    ids = frozenset({one.id})
    texts = (
        one.name,
        one.description,
        one.price_note,
        one.deposit_note,
        one.preparation,
        one.aftercare,
    )
    rows = [row for text in texts for row in rows_of(text, naming, ids)]
    if one.price is not None:
        rows.append(Row(fold(one.name), ids, frozenset({one.price})))
    return rows


@dataclass(frozen=True)
class Known:
    """The ground of one reply."""

    company: Company
    passages: tuple[str, ...]
    facts: tuple[str, ...]
    """What tools said and what was answered before."""
    said: tuple[str, ...]
    """What the patient wrote: a phone or an hour of theirs may be repeated, a price may not."""
    reply: str
    """All of the reply, folded."""
    acted: bool
    foreign: bool
    """The reply is not in the language of the company's data."""
    today: date | None

    @cached_property
    def months(self) -> frozenset[int]:
        """The months that the reply names."""
        return months_in(self.reply)

    def holds(self, row: Row) -> bool:
        """Say whether a row may be told of in this reply: always, today, or with its month beside it."""
        return row.season is None or row.season.holds(self.today, self.months)

    @cached_property
    def told(self) -> list[Row]:
        """The rows of this turn's passages and facts."""
        read = (row for text in self.passages for row in self.company.rows_of_passage(text))
        return [*read, *self.told_by_tools]

    @cached_property
    def told_by_tools(self) -> list[Row]:
        """The rows of this turn's facts."""
        return rows_in(self.facts, self.company.naming)

    @cached_property
    def rows(self) -> list[Row]:
        """Every row."""
        return [*self.company.rows, *self.told]

    @cached_property
    def folded(self) -> str:
        """Every text, folded."""
        return f"{self.company.words} \n{_folded((*self.passages, *self.facts))}"

    @cached_property
    def amounts(self) -> dict[Decimal, list[Row]]:
        """The rows by the money in them."""
        found: dict[Decimal, list[Row]] = {}
        for row in self.rows:
            for amount in row.amounts:
                found.setdefault(amount, []).append(row)
        return found

    def standing(self, amount: Amount) -> list[Row]:
        """Return the rows with an amount; "en 850" and "ochocientos cincuenta" may be thousands."""
        found = self.amounts.get(amount.value, [])
        return found or (self.amounts.get(amount.value * 1000, []) if amount.spoken else [])

    @cached_property
    def percents(self) -> set[str]:
        """The percentages that stand anywhere."""
        return percents_in(self.folded)

    @cached_property
    def offered(self) -> list[Row]:
        """What tools and earlier answers said of times."""
        return [one for one in self.told_by_tools if any(times_in(one.text))]

    @cached_property
    def digits(self) -> str:
        """Every telephone number, numbers apart."""
        told = (*self.passages, *self.facts, *self.said)
        return " ".join((self.company.digits, *(phone_digits(one) for one in told)))

    @cached_property
    def addresses(self) -> str:
        """Every text in which a web address may stand."""
        return f"{fold(self.company.tenant.website)} {self.folded} {_folded(self.said)}"

    @cached_property
    def week(self) -> Week:
        """When the clinic is open, by its definition and by this turn's texts."""
        return self.company.week.with_texts(row.text for row in self.told)

    @cached_property
    def minutes(self) -> set[int]:
        """Every hour of the day that stands anywhere."""
        told = [at for row in self.rows for times in times_in(row.text) for at in times]
        return {*self.company.week.ends, *told, *self.asked}

    @cached_property
    def dates(self) -> set[str]:
        """The days of months that the reply names."""
        return dates_in(self.reply)

    @cached_property
    def asked(self) -> set[int]:
        """The hours that the patient wrote."""
        return {at for one in self.said for times in times_in(one) for at in times}

    @cached_property
    def topics(self) -> list[Mention]:
        """The treatments that the patient's last words name."""
        return self.company.naming.mentions(fold(self.said[-1])) if self.said else []


def _folded(texts: Sequence[str]) -> str:
    return " \n".join(" ".join(fold(one).split()) for one in texts if one)
