"""A night at two clinics: whoever is on call behind a fake of every way, and a clock that is moved."""

from dataclasses import replace
from typing import Any

import httpx
from pydantic import SecretStr

from integrations.guarded_http import GuardedHttp
from integrations.metrics import Metrics
from jobs.page import Page
from jobs.page_ways import PageWays
from jobs.pager import WakingPager
from jobs.paging import Paging
from jobs.turn_in_hand import HandOver, TurnInHand
from nodes.state import RaisedAlarm
from tenants.ids import CompanyId, ConversationId, TurnId, UserId
from tenants.on_call import OnCall, OnCallStep
from tests.fakes.in_process import InProcess
from tests.fakes.on_call import ACCOUNT, SECRET, FakeOnCall
from tests.fakes.storage import Names
from tests.jobs.house import BENOVA, LAURA, House

PAOLA = "+573001112233"
WEBHOOK = OnCallStep(way="webhook")
CALL = OnCallStep(way="call", to=PAOLA, after_minutes=2)
SMS = OnCallStep(way="sms", to=PAOLA, after_minutes=3)
PAGERDUTY = OnCallStep(way="pagerduty")
SAID = "desde el relleno no veo por un ojo"


def on_call(*steps: OnCallStep, **more: object) -> OnCall:
    """Return a plan whose every way leads to the fake."""
    known: dict[str, object] = {
        "steps": steps,
        "pagerduty_routing_key": SecretStr("routing-key"),
        "pagerduty_endpoint": "http://oncall.test",
        "webhook_url": "http://oncall.test/hook",
        "webhook_secret": SecretStr(SECRET),
        "twilio_account": ACCOUNT,
        "twilio_token": SecretStr("twilio-token"),
        "twilio_from": "+16045550100",
        "twilio_endpoint": "http://oncall.test",
    }
    return OnCall.model_validate(known | more)


class Night:
    """What wakes people, wired as a worker wires it."""

    def __init__(self, house: House, fake: FakeOnCall, http: httpx.AsyncClient) -> None:
        self.house = house
        self.fake = fake
        self.metrics = Metrics()
        self.names = Names(oncall_test=["127.0.0.1"], inside_test=["10.0.0.8"])
        self._http = http
        self.paging = self.worker()
        self.pager = WakingPager(
            house.open_pages,
            status=house.status,
            metrics=self.metrics,
            clock=house.clock,
            wake=self.paging.wake,
        )

    def worker(self) -> Paging:
        """Return what another worker pages with."""
        house = self.house
        ways = PageWays(
            pagerduty=self._http,
            twilio=self._http,
            guarded=GuardedHttp(
                resolve=self.names,
                allowed=["oncall.test"],
                transport=InProcess(self.fake.app),
            ),
            chatwoots=house.chatwoots,
            public_url="https://clinicdesk.example",
            clock=house.clock,
        )
        return Paging(
            house.open_pages,
            ways,
            answers=house.page_answers,
            directory=house.companies,
            metrics=self.metrics,
            clock=house.clock,
            look_seconds=0.02,
        )

    def plan(self, *steps: OnCallStep, company: CompanyId = BENOVA, **more: object) -> None:
        """Give a company its ways."""
        self.house.companies.change(company, on_call=on_call(*steps, **more))

    async def alarm(
        self,
        company: CompanyId = BENOVA,
        user: UserId = LAURA,
        turn: str = "101-9001-1",
        *,
        worked: bool = True,
        **more: Any,
    ) -> None:
        """Raise an alarm of a patient's turn and, unless a worker does, do what is due at once."""
        in_hand = TurnInHand(
            turn_id=TurnId(turn), conversation_id=ConversationId(101), entries=("9001",)
        )
        handover = HandOver(reason="vision", summary=SAID, urgent=True, alarm="vision", **more)
        tenant = self.house.companies.find(company)
        await self.pager.page(tenant, user, replace(in_hand, handover=handover))
        raised = RaisedAlarm(group="vision", level="emergency", evidence=[], source="inbox")
        await self.house.emergencies.open(company, user, raised)
        if worked:
            await self.paging.round()

    async def later(self, minutes: float) -> None:
        """Let time pass, with a look every half minute."""
        for _ in range(round(minutes * 2)):
            self.house.clock.forward(30)
            await self.paging.round()

    async def page(self, company: CompanyId = BENOVA, user: UserId = LAURA) -> Page:
        """Return a patient's page."""
        page = await self.house.open_pages.of_patient(company, user)
        assert page is not None
        return page
