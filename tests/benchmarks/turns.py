"""Whole turns: from a signed webhook to the reply stored in Chatwoot, two calls of the model each."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.figures import Figure, median, percentile
from tests.benchmarks.line import Lines, lines_to
from tests.benchmarks.meter import Meter
from tests.benchmarks.parts import said
from tests.benchmarks.patients import FIRST_ACCOUNT, path_of, webhook
from tests.benchmarks.stage import Server, redis_in, serving, stub, workshop
from tests.processes import free_port

WARM = 2.0  # seconds
MEASURED = 8  # seconds
TOGETHER = 32
AIM = 60.0  # turns for each processor second of ours
LONGEST = 30.0  # seconds for a reply
QUESTIONS = (
    "Hola, ¿me puede contar cómo es la valoración?",
    "¿Y cuánto se demora más o menos?",
    "Gracias. ¿Puedo ir con mi mamá?",
    "¿Dónde queda el consultorio?",
)


@dataclass(slots=True)
class Replies:
    """Hears from the stand-in which conversation was answered."""

    output: asyncio.StreamReader
    _waiting: dict[int, asyncio.Future[int]] = field(default_factory=dict)

    async def listen(self) -> None:
        """Wake whoever waits for a conversation, for ever."""
        while line := await self.output.readline():
            conversation, moment = line.split()
            waiting = self._waiting.pop(int(conversation), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(int(moment))

    def of(self, conversation: int) -> asyncio.Future[int]:
        """Return the nanosecond of a conversation's next reply, once it is there."""
        self._waiting[conversation] = asyncio.get_running_loop().create_future()
        return self._waiting[conversation]


MOST = 500  # messages of one patient
APART = 1_000  # between the numbers of one who writes on and the next


@dataclass(slots=True)
class Talk:
    """Patients who write again as soon as they are answered."""

    lines: Lines
    replies: Replies
    numbers: "itertools.count[int]"
    took: list[float] = field(default_factory=list)
    """Milliseconds of every turn."""
    new_words: bool = False
    """True: nobody wrote the same before, so each message is screened by likeness."""

    async def patient(self, conversation: int) -> None:
        """Write for ever, as another patient before anybody would be told to slow down."""
        for turn, text in enumerate(itertools.cycle(QUESTIONS)):
            number, who = next(self.numbers), conversation + APART * (turn // MOST)
            body, headers = webhook(number, said(number) if self.new_words else text, who)
            answered = self.replies.of(who)
            begun = time.monotonic_ns()
            await self.lines.post(path_of(FIRST_ACCOUNT), body, headers)
            self.took.append((await asyncio.wait_for(answered, LONGEST) - begun) / 1e6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What some patients at once got."""

    turns: int
    seconds: float
    ours: float
    """Processor seconds of our process."""
    redis: float
    """Processor seconds of Redis."""
    best: float
    """Turns for a processor second of ours in the best second: a busy machine is slower."""
    milliseconds: Sequence[float]


async def paced(talk: Talk, server: Server, patients: range) -> Pace:
    """Let some patients talk, and measure second by second once they are under way."""
    ours, redis = Meter([server.pid]), Meter([server.redis_pid])
    talking = [asyncio.create_task(talk.patient(one)) for one in patients]
    best = 0.0
    try:
        await asyncio.sleep(WARM)
        talk.took.clear()
        ours.start()
        redis.start()
        begun = time.perf_counter()
        for _ in range(MEASURED):
            turns, used = len(talk.took), ours.read()
            await asyncio.wait(talking, timeout=1, return_when=asyncio.FIRST_EXCEPTION)
            best = max(best, (len(talk.took) - turns) / max(0.01, ours.read() - used))
        pace = Pace(
            turns=len(talk.took),
            seconds=time.perf_counter() - begun,
            ours=ours.read(),
            redis=redis.read(),
            best=best,
            milliseconds=list(talk.took),
        )
    finally:
        for one in talking:
            one.cancel()
        done = await asyncio.gather(*talking, return_exceptions=True)
    if failed := [one for one in done if isinstance(one, Exception)]:
        raise failed[0]
    assert pace.turns > 1, "nobody was answered"
    return pace


async def run() -> Sequence[Figure]:
    """Measure one patient alone, then many at once."""
    port = free_port()
    server_url = f"http://127.0.0.1:{port}"
    with workshop() as folder:
        async with (
            stub("model_stub") as (model, _),
            stub("chatwoot_stub", server_url) as (chatwoot, process),
            redis_in(folder) as redis,
            serving(
                folder, redis, port,
                OPENAI_API_KEY="sham", OPENAI_BASE_URL=f"{model}/v1", CHATWOOT_BASE_URL=chatwoot,
            ) as server,
            lines_to(server.url, TOGETHER) as lines,
        ):  # fmt: skip
            assert process.stdout is not None
            replies = Replies(process.stdout)
            listening = asyncio.create_task(replies.listen())
            talk = Talk(lines, replies, itertools.count(1))
            alone = await paced(talk, server, range(1, 2))
            together = await paced(talk, server, range(100, 100 + TOGETHER))
            talk.new_words = True
            new = await paced(talk, server, range(200, 200 + TOGETHER))
            listening.cancel()
    return (
        *_figures("1 patient", alone),
        *_figures(f"{TOGETHER} patients", together),
        *_figures(f"{TOGETHER} patients, new words", new),
    )


def _figures(who: str, pace: Pace) -> Sequence[Figure]:
    return (
        Figure(what=f"{who}: turns", value=pace.turns / pace.seconds, unit="/s"),
        Figure(
            what=f"{who}: turns per processor second of ours",
            value=pace.turns / pace.ours,
            unit="",
            aim=AIM,
            more_is_better=True,
        ),
        Figure(what=f"{who}: the same, in the best second", value=pace.best, unit=""),
        Figure(
            what=f"{who}: processor time of a turn, ours",
            value=pace.ours / pace.turns * 1000,
            baseline=pace.redis / pace.turns * 1000,
            of="Redis",
        ),
        Figure(what=f"{who}: from message to reply, p50", value=median(pace.milliseconds)),
        Figure(what=f"{who}: from message to reply, p99", value=percentile(pace.milliseconds, 99)),
    )
