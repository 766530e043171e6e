"""Who is woken when a patient is in danger: a company's ways to reach its people, in order, until one answers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

WayKind = Literal["pagerduty", "webhook", "call", "sms", "inbox"]
PAGERDUTY = "https://events.pagerduty.com"
TWILIO = "https://api.twilio.com"

Phone = Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14})?$")]
Endpoint = Annotated[str, Field(pattern=r"^https?://\S{1,200}$")]


class OnCallStep(BaseModel):
    """One way to reach somebody, and how long the one before gets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    way: WayKind
    after_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    """After the step before; a way that fails is followed by the next at once."""
    to: Phone = ""
    """Whom a call or an SMS is for: `+573001234567`."""
    conversation: Annotated[int, Field(ge=1)] | None = None
    """Of an `inbox` step: the conversation with whoever is on call, in the company's own Chatwoot."""

    @model_validator(mode="after")
    def _has_somebody(self) -> Self:
        if self.way in {"call", "sms"} and not self.to:
            raise ValueError(f"to: a step of way {self.way} needs a phone like +573001234567")
        if self.way == "inbox" and self.conversation is None:
            raise ValueError("conversation: a step of way inbox needs one")
        return self


class OnCall(BaseModel):
    """How a company's people are woken; without any way they are told in Chatwoot only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: Annotated[tuple[OnCallStep, ...], Field(max_length=20)] = ()
    """Empty: PagerDuty and the webhook, as far as they are set."""
    repeat_minutes: Annotated[int, Field(ge=1, le=120)] = 5
    """After the last step the first follows again."""
    give_up_hours: Annotated[int, Field(ge=1, le=72)] = 6
    """Nobody is paged for longer than that by one alarm."""
    urgent_too: bool = True
    """Also for what is urgent and no emergency; never where the agents go on by the company's own wish."""
    assignment_counts: bool = True
    """A person who is assigned in Chatwoot has acknowledged; false where Chatwoot assigns by itself at any hour."""
    pagerduty_routing_key: SecretStr | None = None
    """Of an Events API v2 integration."""
    pagerduty_webhook_secret: SecretStr | None = None
    """Of a webhook subscription there: what is acknowledged in PagerDuty's own app is seen here."""
    pagerduty_endpoint: Endpoint = PAGERDUTY
    """In Europe `https://events.eu.pagerduty.com`."""
    webhook_url: Annotated[str, Field(pattern=r"^(https?://\S{1,2000})?$")] = ""
    webhook_secret: SecretStr | None = None
    """Signs what is sent there; without it nothing is signed."""
    webhook_token: SecretStr | None = None
    """Sent there as `Authorization: Bearer`, for receivers that want one, such as ntfy."""
    twilio_account: Annotated[str, Field(pattern=r"^(AC[0-9a-fA-F]{32})?$")] = ""
    twilio_token: SecretStr | None = None
    twilio_from: Phone = ""
    """The number that calls and writes."""
    twilio_endpoint: Endpoint = TWILIO
    inbox_template: str = ""
    """The approved WhatsApp template of an `inbox` step past the 24 h window; {{1}} is filled with the company."""

    @property
    def chosen(self) -> Sequence[OnCallStep]:
        """The steps, or those that go without saying."""
        usual = tuple(OnCallStep(way=one) for one in ("pagerduty", "webhook") if self.has(one))
        return self.steps or usual

    @property
    def plan(self) -> Sequence[OnCallStep]:
        """The steps that can be done with what is set."""
        return [one for one in self.chosen if self.has(one.way)]

    @property
    def between_rounds(self) -> timedelta:
        """How long the last step gets."""
        return timedelta(minutes=self.repeat_minutes)

    @property
    def patience(self) -> timedelta:
        """After which nobody is paged any more."""
        return timedelta(hours=self.give_up_hours)

    def has(self, way: WayKind) -> bool:
        """Say whether everything is set that a way needs."""
        if way == "pagerduty":
            return self.pagerduty_routing_key is not None
        if way == "webhook":
            return bool(self.webhook_url)
        if way == "inbox":
            return True
        return bool(self.twilio_account and self.twilio_token and self.twilio_from)
