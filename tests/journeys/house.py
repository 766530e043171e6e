"""A deployment on loopback: our own processes on a real Redis, between a fake Chatwoot and a fake OpenAI."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from redis.asyncio import Redis

from integrations.redis import awaitable
from tenants import keys
from tenants.ids import CompanyId
from tests.fakes.chatwoot import FakeChatwoot, Kept
from tests.fakes.chatwoot_payloads import BOT, Contact, Json, Place, message
from tests.fakes.on_call import FakeOnCall
from tests.fakes.openai import Answer, FakeOpenAI, Request
from tests.fakes.serve import serve
from tests.journeys.clinics import Clinic, written
from tests.journeys.models import Thoughts
from tests.journeys.redis_server import RedisServer, redis_server
from tests.processes import ROOT, START, Program, answers, environment, free_port, program

KEY = "key-of-the-journeys"
SECRET_KEY = "sealing-key-of-the-journeys-0123456789"
SOON = 20.0  # seconds in which what is waited for must come
GLANCE = 0.03  # seconds between looks


async def until(true: Callable[[], bool], what: str, seconds: float = SOON) -> float:
    """Wait until something is so, at most some seconds; return how long it took."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"Not within {seconds} s: {what}")
        await asyncio.sleep(GLANCE)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Server:
    """A `serve` process and where it listens."""

    program: Program
    url: str


class House:
    """The deployment. Processes end with it."""

    def __init__(
        self,
        *,
        folder: Path,
        companies: Path,
        redis: RedisServer,
        chatwoot: FakeChatwoot,
        chatwoot_url: str,
        openai: FakeOpenAI,
        on_call: FakeOnCall,
        thoughts: Thoughts,
        clinics: Sequence[Clinic],
        stack: AsyncExitStack,
        http: httpx.AsyncClient,
    ) -> None:
        """Take what runs already; no process of ours does."""
        self.folder = folder
        self.redis = redis
        self.chatwoot = chatwoot
        self.chatwoot_url = chatwoot_url
        self.openai = openai
        self.on_call = on_call
        self.thoughts = thoughts
        self.http = http
        self._companies = companies
        self._clinics = clinics
        self._stack = stack
        self._numbers = itertools.count(1)
        self._conversations = itertools.count(1001)
        self.server: Server | None = None
        self.workers: list[Program] = []

    async def serve(self, *, worker: bool = True, **settings: str) -> Server:
        """Start a server and have Chatwoot send its webhooks there."""
        port = free_port()
        name = f"server-{next(self._numbers)}"
        env = self._environment(PORT=str(port), WORKER_IN_SERVER=str(worker).lower(), **settings)
        running = await self._program("serve", name, env)
        server = Server(running, f"http://127.0.0.1:{port}")
        await answers(running, f"{server.url}/health")
        await self.connect(server)
        await self.documents_come()
        return server

    async def connect(self, server: Server) -> None:
        """Have Chatwoot's webhooks and the administrator's requests go to a server from now on."""
        self.server = server
        for clinic in self._clinics:
            found = await self.get(f"/api/companies/{clinic.id}")
            self.chatwoot.webhooks[clinic.account] = found["webhook_url"]

    async def work(self) -> Program:
        """Start a worker and wait until it listens."""
        name = f"worker-{next(self._numbers)}"
        running = await self._program("worker", name, self._environment())
        await until(lambda: "worker_started" in running.output(), f"{name} starts", START)
        self.workers.append(running)
        return running

    def patient(self, clinic: Clinic, **more: Any) -> "Patient":
        """Return somebody who never wrote before, in a conversation of their own."""
        number = next(self._conversations)
        contact = Contact(
            id=number, name=more.pop("name", "Laura Gómez"), phone=f"+57300{number:07d}"
        )
        place = Place(
            conversation=number,
            account=clinic.account,
            contact=contact,
            source_id=f"57300{number:07d}",
            updated_at=time.time(),
            **more,
        )
        return self.at(clinic, place)

    def at(self, clinic: Clinic, place: Place) -> "Patient":
        """Return a patient in a given conversation."""
        return Patient(self, clinic, place, self.chatwoot.open(place))

    async def get(self, path: str, **query: str) -> Any:
        """Ask the API as its administrator and return the body."""
        answer = await self.ask("GET", path, params=query)
        answer.raise_for_status()
        return answer.json()

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request as the administrator."""
        assert self.server is not None
        headers = {"X-API-Key": KEY, **more.pop("headers", {})}
        return await self.http.request(method, self.server.url + path, headers=headers, **more)

    async def quiet(self, seconds: float = SOON) -> None:
        """Wait until nothing waits and nothing runs: whatever was to be sent has been sent."""
        began = time.monotonic()
        while True:
            queue = await self.get("/api/queue")
            if queue["waiting"] == 0 and queue["running"] == 0:
                await self.chatwoot.settle()
                return
            if time.monotonic() - began > seconds:
                raise AssertionError(f"Not quiet within {seconds} s: {queue}")
            await asyncio.sleep(GLANCE)

    async def parked(self, patient: "Patient") -> list[Json]:
        """Return a patient's parked work."""
        queue = await self.get("/api/queue", company_id=patient.clinic.id)
        return [
            one
            for one in queue["parked_work"]
            if one["conversation_id"] == patient.place.conversation
        ]

    async def documents_come(self) -> None:
        """Wait until every company's documents are kept: from then on their words find them."""
        began = time.monotonic()
        async with Redis.from_url(self.redis.url) as redis:
            while True:
                lacking = [one.id for one in self._clinics if not await self._has_all(redis, one)]
                if not lacking:
                    return
                if time.monotonic() - began > SOON:
                    raise AssertionError(f"The documents did not come: {lacking}")
                await asyncio.sleep(GLANCE)

    async def _has_all(self, redis: Redis, clinic: Clinic) -> bool:
        company = CompanyId(clinic.id)
        written = len(list((self._companies / clinic.id).glob("documents/*.md")))
        return await awaitable(redis.hlen(keys.shipped_documents(company))) == written

    async def _program(self, command: str, name: str, env: dict[str, str]) -> Program:
        return await self._stack.enter_async_context(
            program(
                str(ROOT / "server.py"),
                command,
                log=self.folder / f"{name}.log",
                env=environment(**env),
                cwd=self.folder,
            )
        )

    def _environment(self, **more: str) -> dict[str, str]:
        return {
            "REDIS_URL": self.redis.url,
            "API_KEY": KEY,
            "HOST": "127.0.0.1",
            "DATA_DIR": str(self.folder / "data"),
            "COMPANIES_DIR": str(self._companies),
            "LOG_LEVEL": "DEBUG",
            "SECRET_KEY": SECRET_KEY,
            "ON_CALL_ALLOWED_HOSTS": "127.0.0.1",
            **more,
        }


class Patient:
    """Somebody who writes to a clinic through the fake Chatwoot and reads what comes."""

    def __init__(self, house: House, clinic: Clinic, place: Place, kept: Kept) -> None:
        """Take where the patient writes."""
        self.house = house
        self.clinic = clinic
        self.place = place
        self.kept = kept

    @property
    def messages_path(self) -> str:
        """How the fake's calls that write into this conversation end."""
        return f"POST /conversations/{self.place.conversation}/messages"

    def sent(self) -> list[str]:
        """Return what the clinic sent so far, oldest first."""
        return self.house.chatwoot.sent(self.place.account, self.place.conversation)

    def notes(self) -> list[str]:
        """Return the notes that only the clinic's people see."""
        return self.house.chatwoot.notes(self.place.account, self.place.conversation)

    def options(self) -> list[tuple[str, str]]:
        """Return title and value of the buttons under the last message."""
        items = self.kept.messages[-1]["content_attributes"].get("items", [])
        return [(one["title"], one["value"]) for one in items]

    def reply_keys(self) -> list[str]:
        """Return the keys of what was sent, as the outbox wrote them."""
        return [
            one["content_attributes"]["reply_key"]
            for one in self.kept.messages
            if one["message_type"] == 1 and not one["private"]
        ]

    def answered(self) -> list[str]:
        """Return the messages that replies speak of: a key has conversation, last message and how many."""
        wrote = [
            (str(one["id"]), str(one["content"]))
            for one in self.kept.messages
            if one["message_type"] == 0
        ]
        ids = [number for number, _ in wrote]
        found: list[str] = []
        for key in self.reply_keys():
            turn, _, part = key.partition(".")
            _, last, many = turn.split("-")
            end = ids.index(last) + 1
            found += [text for _, text in wrote[end - int(many) : end]] if part == "0" else []
        return found

    async def writes(self, text: str | None, **more: Any) -> Json:
        """Write, and return what the webhook was answered."""
        return await self.house.chatwoot.patient_writes(self.kept.place, text, **more)

    async def reads(self, count: int, seconds: float = SOON) -> list[str]:
        """Wait until so many messages came, and return all."""
        await until(
            lambda: len(self.sent()) >= count, f"message {count}; there is {self.sent()}", seconds
        )
        return self.sent()

    async def hears(self, text: str, seconds: float = SOON) -> str:
        """Write, wait for the next message and return it."""
        before = len(self.sent())
        await self.writes(text)
        return (await self.reads(before + 1, seconds))[before]

    async def presses(self, number: int) -> None:
        """Press a button under the last message, as the widget submits it: 0 is the first."""
        shown = self.kept.messages[-1]
        title, value = self.options()[number]
        told = {
            **shown["content_attributes"],
            "submitted_values": [{"title": title, "value": value}],
        }
        body = message(
            self.kept.place,
            number=shown["id"],
            content=shown["content"],
            kind="outgoing",
            event="message_updated",
            sender=BOT,
            content_type="input_select",
            attributes=told,
        )
        answer = await self.house.chatwoot.deliver(self.place.account, body)
        answer.raise_for_status()

    def elsewhere(self, clinic: Clinic) -> Place:
        """Return a place with the same contact and conversation in another company's account."""
        return replace(self.place, account=clinic.account)

    async def transcript(self) -> list[str]:
        """Return what was said as an administrator reads it, oldest first."""
        path = f"/api/conversations/{self.place.contact.id}"
        found = await self.house.get(path, company_id=self.clinic.id)
        return [one["content"] for one in found["messages"]]

    def gives_back(self) -> None:
        """Let a person of the clinic give the conversation back to the bot."""
        self.house.chatwoot.set_status(self.place.account, self.place.conversation, "pending")

    def assigned_to(self, person: Json) -> None:
        """Let a person of the clinic take the conversation, without a word."""
        self.kept.place = replace(
            self.kept.place, status="open", assignee=person, assignee_type="User"
        )


@contextlib.asynccontextmanager
async def house(
    folder: Path, *clinics: Clinic, respond: Callable[[Request], Answer] | None = None
) -> AsyncIterator[House]:
    """Start what our processes need: Redis, Chatwoot, OpenAI, and the companies' files."""
    thoughts, on_call = Thoughts(), FakeOnCall()
    openai = FakeOpenAI(respond=respond or thoughts)
    chatwoot = FakeChatwoot({one.account: one.bot_token for one in clinics})
    chatwoot.secrets = {one.account: one.secret for one in clinics}
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(redis_server(folder / "redis"))
        chatwoot_url = await stack.enter_async_context(serve(chatwoot.app))
        stack.push_async_callback(chatwoot.close)
        model_url = await stack.enter_async_context(serve(openai))
        on_call_url = await stack.enter_async_context(serve(on_call.app))
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=10, trust_env=False))
        processes = await stack.enter_async_context(AsyncExitStack())
        yield House(
            folder=folder,
            companies=written(
                folder / "companies", clinics, chatwoot_url, f"{model_url}/v1", on_call_url
            ),
            redis=redis,
            chatwoot=chatwoot,
            chatwoot_url=chatwoot_url,
            openai=openai,
            on_call=on_call,
            thoughts=thoughts,
            clinics=clinics,
            stack=processes,
            http=http,
        )
