"""An inbox for two companies with scripted ends: a front desk that says what it is told, a fake Chatwoot."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import SecretStr

from agenda.calendars import Calendars
from graph.conversations import Card, Line
from graph.emergencies import OpenEmergencies
from graph.replies import Reply, Turn
from integrations.guarded_http import GuardedHttp
from integrations.rate_limits import RateLimits
from integrations.redis import Client
from jobs.answer_patient import AnswerPatient
from jobs.attachments import Attachments
from jobs.chatwoots import Chatwoots
from jobs.consents import Consents
from jobs.delivery import Delivery, Manners
from jobs.drafting import Drafting
from jobs.earlier_times import EarlierTimes
from jobs.handoff import HandOff
from jobs.inbox import Inbox
from jobs.left_to_people import LeftToPeople
from jobs.mailbox import Mailbox
from jobs.notices import Notices
from jobs.numbers import Numbers
from jobs.open_conversation import OpenConversation
from jobs.outbox import Outbox
from jobs.ownership import BotStatus
from jobs.pace import Pace
from jobs.page_answers import PageAnswers
from jobs.pages import Pages as OpenPages
from jobs.parked import Parked, QueueView
from jobs.patient_files import PatientFiles
from jobs.photos import Photos
from jobs.reminder_answers import ReminderAnswers
from jobs.reminders import Reminders
from jobs.runner import Runner
from jobs.spoken_answers import Voice
from jobs.staff_changes import StaffChanges
from jobs.turn_in_hand import TurnInHand
from jobs.unasked import Unasked
from jobs.voice_notes import VoiceNotes
from jobs.waiting_room import WaitingRoom
from jobs.wake_ups import Queue, WakeUps
from nodes.state import Handoff
from safety.alarm import Alarm, Level
from tenants.audit import Audit
from tenants.budget import Budget
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId, TurnId, UserId
from tenants.prices import Prices
from tenants.tenant import ChatwootConnection, EmergencyPlan, InboxManners, Language, Tenant
from tenants.usage import Usage
from tests.fakes.chatwoot import FakeChatwoot
from tests.fakes.chatwoot_payloads import Contact, Place
from tests.fakes.in_process import InProcess
from tests.fakes.openai import FakeOpenAI
from tests.fakes.storage import Names
from tools.context import Context

BENOVA = CompanyId("benova")
MEDISPA = CompanyId("medispa")
LAURA = UserId("418")
SECRETS = {BENOVA: "secretBENOVA", MEDISPA: "secretMEDISPA"}
TOKENS = {7: "bot-token-benova", 8: "bot-token-medispa"}
HERE = Place()
THERE = Place(account=8)


class Hands:
    """A clock whose hands are moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


def reply_to(turn: Turn, text: str, **more: object) -> Reply:
    """Return a reply of the support agent."""
    fields: dict[str, object] = {"agent": "support", "language": "es", "model": "guided", **more}
    return Reply(turn_id=turn.turn_id, text=text, **fields)  # type: ignore[arg-type] # Tests vary any field.


@dataclass
class ScriptedDesk:
    """Answers what a test scripts, and remembers what it was asked."""

    script: Callable[[Turn], Reply] = lambda turn: reply_to(turn, f"eco: {said(turn)}")
    turns: list[Turn] = field(default_factory=list)
    withdrawn: list[TurnId] = field(default_factory=list)
    remembered: list[tuple[str, str, str]] = field(default_factory=list)
    finished: dict[str, Reply] = field(default_factory=dict)
    thinking: float = 0.0
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None
    """Closed: a turn waits here once it is thought through."""

    async def answer(self, tenant: Tenant, turn: Turn) -> Reply:
        """Return the scripted reply, the same one for the same turn."""
        key = f"{tenant.company_id}/{turn.turn_id}"
        if key not in self.finished:
            self.turns.append(turn)
            self.entered.set()
            await asyncio.sleep(self.thinking)
            if self.gate is not None:
                await self.gate.wait()
            self.finished[key] = self.script(turn)
        return self.finished[key]

    async def withdraw(self, tenant: Tenant, user: UserId, turn_id: TurnId) -> None:
        """Forget a draft."""
        self.withdrawn.append(turn_id)
        self.finished.pop(f"{tenant.company_id}/{turn_id}", None)

    async def remember(
        self, tenant: Tenant, context: Context, lines: tuple[tuple[str, str, str], ...]
    ) -> None:
        """Keep lines."""
        self.remembered += lines

    async def close_emergency(self, tenant: Tenant, user: UserId) -> bool:
        """Close nothing."""
        return False


class PlainScreen:
    """Takes two phrases for danger, one for something urgent, and nothing else."""

    async def screen(self, text: str) -> Alarm | None:
        """Return an alarm for blindness, breathlessness, or a toothache."""
        return self.rules(text)

    def rules(self, text: str) -> Alarm | None:
        """Return the same, at once."""
        groups = {
            "no veo": "vision",
            "no puedo respirar": "breathing",
            "muero de la muela": "toothache",
        }
        found = next(
            (group for words, group in groups.items() if words in " ".join(text.lower().split())),
            None,
        )
        if found is None:
            return None
        level: Level = "urgent" if found == "toothache" else "emergency"
        return Alarm(group=found, level=level, evidence=(text,), source="rules")  # type: ignore[arg-type] # All are groups.


class KeptLines:
    """A transcript in memory."""

    def __init__(self) -> None:
        self.lines: dict[tuple[CompanyId, UserId], list[Line]] = {}
        self.card: Card | None = None

    async def append(
        self, tenant: Tenant, user: UserId, lines: Sequence[Line], card: Card | None = None
    ) -> int:
        """Keep what is new."""
        self.card = card
        kept = self.lines.setdefault((tenant.company_id, user), [])
        known = {one.message_id for one in kept}
        new = [one for one in lines if one.message_id not in known]
        kept += new
        return len(new)

    async def messages(self, tenant: Tenant, user: UserId, *, limit: int) -> Sequence[Line]:
        """Return the last lines."""
        return self.lines.get((tenant.company_id, user), [])[-limit:]

    def of(self, company: CompanyId, user: UserId = LAURA) -> list[tuple[str, str]]:
        """Return role and words."""
        return [(one.role, one.content) for one in self.lines.get((company, user), [])]


@dataclass
class Pages:
    """Remembers who was called."""

    groups: list[str] = field(default_factory=list)

    async def page(self, tenant: Tenant, user: UserId, turn: TurnInHand) -> None:
        """Remember a call."""
        group = turn.handover.alarm if turn.handover else ""
        self.groups.append(f"{tenant.company_id}:{turn.conversation_id}:{group}")


class Companies:
    """Benova and MediSpa; a test may change either."""

    def __init__(self, base_url: str) -> None:
        self.by_id = {
            company: _tenant(company, account, base_url)
            for company, account in ((BENOVA, 7), (MEDISPA, 8))
        }

    def change(self, company: CompanyId, **fields: object) -> None:
        """Give a company other values."""
        self.by_id[company] = self.by_id[company].model_copy(update=fields)

    def find(self, company_id: str) -> Tenant:
        """Return a company."""
        return self._first(lambda one: one.company_id == company_id)

    def by_account(self, account_id: int) -> Tenant:
        """Return the company of an account."""
        return self._first(lambda one: one.chatwoot.account_id == account_id)

    def by_webhook_token(self, token: str) -> Tenant:
        """Return the company of an address."""
        return self._first(lambda one: token == f"token-{one.company_id}")

    def companies(self) -> Sequence[Tenant]:
        """Return both."""
        return list(self.by_id.values())

    async def reload(self) -> Sequence[CompanyId]:
        """Change nothing."""
        return []

    def _first(self, wanted: Callable[[Tenant], bool]) -> Tenant:
        found = next((one for one in self.by_id.values() if wanted(one)), None)
        if found is None:
            raise UnknownCompanyError("There is no such company.")
        return found


def _tenant(company: CompanyId, account: int, base_url: str) -> Tenant:
    languages: tuple[Language, ...] = ("es", "en")
    return Tenant(
        company_id=company,
        company_name=company.title(),
        languages=languages,
        inbox=InboxManners(burst_seconds=0, burst_limit_seconds=2),
        emergency=EmergencyPlan(number="123", label="emergencia", team_id=90),
        chatwoot=ChatwootConnection(
            base_url=base_url,
            account_id=account,
            api_key=SecretStr(TOKENS[account]),
            webhook_secrets=(SecretStr("older"), SecretStr(SECRETS[company])),
            team_id=4,
        ),
    )


class House:
    """Every part of the inbox, wired as the server wires it."""

    def __init__(
        self, redis: Client, queue: Queue, chatwoot: FakeChatwoot, http: httpx.AsyncClient, url: str
    ) -> None:
        """Wire it."""
        self.redis = redis
        self.chatwoot = chatwoot
        self.clock = Hands()
        self.companies = Companies(url)
        self.desk = ScriptedDesk()
        self.transcript = KeptLines()
        self.pages = Pages()
        self.wake_ups = WakeUps(queue)
        self.chatwoots = Chatwoots(http, timeout=httpx.Timeout(0.3))
        self.mailbox = Mailbox(redis, self.clock)
        self.openai = FakeOpenAI()
        self.models = httpx.AsyncClient(transport=InProcess(self.openai))
        self.voice = Voice(redis, http=self.models, budget=None, clock=self.clock, seconds=0.5)
        self.outbox = Outbox(redis, self.chatwoots, echo_seconds=0.3, voice=self.voice)
        self.status = BotStatus(redis, self.clock)
        self.usage = Usage(redis, self.clock, lambda _: UTC)
        self.emergencies = OpenEmergencies(redis, self.clock, self.usage)
        self.numbers = Numbers(self.usage, self.clock, keeps_turns=True)
        self.parked = Parked(redis, self.wake_ups, self.clock)
        self.queue_view = QueueView(redis, self.parked)
        self.open_conversation = OpenConversation(
            directory=self.companies, chatwoots=self.chatwoots
        )
        self.calendars = Calendars(redis, self.clock)
        self.unasked = Unasked(
            outbox=self.outbox,
            front_desk=self.desk,
            transcript=self.transcript,
            clock=self.clock,
        )
        self.reminders = Reminders(
            redis,
            calendars=self.calendars,
            unasked=self.unasked,
            emergencies=self.emergencies,
            clock=self.clock,
        )
        self.staff_changes = StaffChanges(
            redis,
            calendars=self.calendars,
            unasked=self.unasked,
            emergencies=self.emergencies,
            clock=self.clock,
        )
        self.earlier_times = EarlierTimes(
            redis,
            calendars=self.calendars,
            unasked=self.unasked,
            emergencies=self.emergencies,
            clock=self.clock,
        )
        self.waiting_room = WaitingRoom(redis, self.clock)
        self.open_pages = OpenPages(redis, self.clock)
        self.page_answers = PageAnswers(
            redis,
            self.open_pages,
            status=self.status,
            audit=Audit(redis, self.clock),
            clock=self.clock,
        )
        self.inbox = Inbox(
            mailbox=self.mailbox,
            outbox=self.outbox,
            status=self.status,
            emergencies=self.emergencies,
            wake_ups=self.wake_ups,
            waiting=self.waiting_room,
            answers=self.page_answers,
        )
        self.names = Names(chatwoot_test=["127.0.0.1"], inside_test=["10.0.0.8"])
        self.answering = self._answering()
        self.runner = self.new_runner()

    def _reader(self) -> Attachments:
        """Return what reads files: Chatwoot's by its own name, models' answers by a fake OpenAI."""
        red_flags = PlainScreen()
        usage = Usage(self.redis, self.clock, lambda _company: UTC)
        budget = Budget(self.redis, self.clock, Prices.load(), usage)
        paid = {"http": self.models, "screen": red_flags, "budget": budget, "clock": self.clock}
        self.voice_notes = VoiceNotes(self.redis, **paid)  # type: ignore[arg-type] # Each by its name.
        self.photos = Photos(self.redis, **paid)  # type: ignore[arg-type] # Each by its name.
        return Attachments(
            GuardedHttp(resolve=self.names, transport=InProcess(self.chatwoot.app)),
            voice=self.voice_notes,
            photos=self.photos,
            files=PatientFiles(red_flags),
            late=(0.05,) * 6,
        )

    def _answering(self) -> AnswerPatient:
        handoff = HandOff(
            chatwoots=self.chatwoots,
            outbox=self.outbox,
            status=self.status,
            pager=self.pages,
            emergencies=self.emergencies,
            clock=self.clock,
        )
        delivery = Delivery(
            outbox=self.outbox,
            handoff=handoff,
            status=self.status,
            transcript=self.transcript,
            front_desk=self.desk,
            clock=self.clock,
            manners=Manners(delays=(2, 5, 15), alarm_delays=(1, 2)),
            waiting=self.waiting_room,
            notices=Notices(Consents(self.redis, self.clock)),
            numbers=self.numbers,
        )
        drafting = Drafting(
            front_desk=self.desk,
            emergency_text=lambda tenant, alarm, language: f"{alarm.group}: llame al 123",
            emergency_seconds=0.3,
            tries=(0, 0),
            reminded=ReminderAnswers(self.redis, self.calendars, self.emergencies),
        )
        pace = Pace(self.redis, RateLimits(self.redis, "limits"), self.emergencies)
        return AnswerPatient(
            self.redis,
            directory=self.companies,
            mailbox=self.mailbox,
            screen=PlainScreen(),
            transcript=self.transcript,
            reader=self._reader(),
            drafting=drafting,
            delivery=delivery,
            outbox=self.outbox,
            status=self.status,
            front_desk=self.desk,
            clock=self.clock,
            pace=pace,
            people=LeftToPeople(
                drafting=drafting,
                delivery=delivery,
                status=self.status,
                emergencies=self.emergencies,
                pace=pace,
                numbers=self.numbers,
                waiting=self.waiting_room,
                clock=self.clock,
            ),
        )

    def new_runner(self) -> Runner:
        """Return the runner of another worker."""
        return Runner(
            self.redis,
            answer_patient=self.answering,
            mailbox=self.mailbox,
            clock=self.clock,
            concurrency=16,
            sweep_seconds=0.05,
            in_danger=PlainScreen().rules,
        )

    async def answer(self, company: CompanyId = BENOVA, user: UserId = LAURA) -> None:
        """Do all that waits for a patient, as a worker that was woken."""
        await self.answering.run(company, user)

    async def waiting(self, company: CompanyId = BENOVA, user: UserId = LAURA) -> int:
        """Return how many messages wait."""
        return await self.mailbox.count(company, user)

    def wish(self, turn: Turn, text: str, *, urgent: bool = False) -> Reply:
        """Return a reply that wants a human."""
        wish = Handoff(reason="lo pide", summary="Quiere hablar con Paola.", urgent=urgent)
        return reply_to(turn, text, handoff=wish)


def said(turn: Turn) -> str:
    """Return what a turn's patient said, joined."""
    return " | ".join(text for _, text in turn.messages)


def contact(number: int) -> Place:
    """Return another patient's conversation at benova."""
    return Place(conversation=number, contact=Contact(id=number, name="Ana Mora"))
