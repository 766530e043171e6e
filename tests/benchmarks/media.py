"""What we add to the provider's time: for a photo, a voice note and a spoken answer, each new and each known."""

import base64
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from integrations import redis as redis_connection
from integrations.clock import utc_now
from integrations.pictures import Pictures
from integrations.redis import Client
from jobs.photos import Photos
from jobs.spoken_answers import Voice
from jobs.voice_notes import VoiceNotes
from safety.red_flags import RedFlags
from tenants.budget import Budget
from tenants.ids import CompanyId
from tenants.prices import Prices
from tenants.tenant import ChatModel, Tenant
from tenants.usage import Usage
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.stage import redis_in
from tests.fakes.openai import FakeOpenAI, says
from tests.fakes.openai_audio import Hears
from tests.fakes.openai_media import seen
from tests.fakes.photos import photo
from tests.fakes.serve import serve

ROUNDS = 15
NOTE = (Path(__file__).parents[1] / "fixtures" / "audio" / "appointment.ogg").read_bytes()
PHOTO_AIM = 400.0  # ms for a phone's photo
VOICE_AIM = 50.0

Run = Callable[[int], Awaitable[Any]]


class Studio:
    """Everything that reads and speaks, and the provider's stand-in called without us."""

    def __init__(self, redis: Client, http: httpx.AsyncClient, url: str) -> None:
        """Wire it."""
        usage = Usage(redis, utc_now, lambda _company: utc_now().tzinfo)  # type: ignore[arg-type, return-value] # UTC.
        budget = Budget(redis, utc_now, Prices.load(), usage)
        flags = RedFlags(None)
        self._http, self._url = http, url
        self.photos = Photos(redis, http=http, screen=flags, budget=budget, clock=utc_now)
        self.notes = VoiceNotes(redis, http=http, screen=flags, budget=budget, clock=utc_now)
        self.voice = Voice(redis, http=http, budget=budget, clock=utc_now)
        model = ChatModel(base_url=f"{url}/v1", api_key=SecretStr("key"))
        self.tenant = Tenant(company_id=CompanyId("benova"), company_name="Benova", model=model)

    async def look(self, content: bytes, caption: str) -> None:
        """Read a photo."""
        reading = await self.photos.read(self.tenant, content, caption=caption, language="es")
        assert reading.outcome == "read", reading

    async def listen(self, number: int) -> None:
        """Read a voice note that nobody sent before."""
        content = NOTE + bytes(number)
        reading = await self.notes.read(self.tenant, content, caption="", language="es")
        assert reading.outcome == "read", reading

    async def speak(self, text: str) -> None:
        """Say something aloud."""
        assert await self.voice.sound(self.tenant, text, "es") is not None

    async def bare_look(self, jpeg: bytes) -> None:
        """Ask the provider for what it sees, and nothing else."""
        address = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
        picture = {"type": "image_url", "image_url": {"url": address}}
        asked = {"model": "m", "messages": [{"role": "user", "content": [picture]}]}
        (await self._http.post(f"{self._url}/v1/chat/completions", json=asked)).raise_for_status()

    async def bare_listen(self) -> None:
        """Send the provider a note, and nothing else."""
        form = {"model": "whisper-1", "response_format": "json"}
        file = {"file": ("voice.ogg", NOTE, "audio/ogg")}
        path = f"{self._url}/v1/audio/transcriptions"
        (await self._http.post(path, data=form, files=file)).raise_for_status()

    async def bare_speak(self, text: str) -> None:
        """Have the provider say something, and nothing else."""
        asked = {"model": "tts", "voice": "alloy", "input": text, "response_format": "opus"}
        (await self._http.post(f"{self._url}/v1/audio/speech", json=asked)).raise_for_status()


async def timed(run: Run) -> float:
    """Return the median of some rounds, in milliseconds."""
    spent: list[float] = []
    for number in range(ROUNDS + 2):
        began = time.perf_counter()
        await run(number)
        spent.append((time.perf_counter() - began) * 1000)
    # The first ones warmed all up.
    return median(spent[2:])


async def figures(studio: Studio) -> Sequence[Figure]:
    """Measure everything, ours beside the provider's."""
    large, small = photo(size=(4000, 3000)), photo(size=(1280, 960))
    jpeg = await Pictures().harmless(large)
    numbers = itertools.count()
    seeing = await timed(lambda _: studio.bare_look(jpeg))
    hearing = await timed(lambda _: studio.bare_listen())
    speaking = await timed(lambda number: studio.bare_speak(f"Con gusto {number}."))

    def new(what: str, ours: float, bare: float, aim: float) -> Figure:
        return Figure(
            what=f"{what}, added", value=max(ours - bare, 0), baseline=bare, of="bare call", aim=aim
        )

    return [
        new("photo of 12 megapixels", await timed(lambda _: studio.look(large, f"a{next(numbers)}")), seeing, PHOTO_AIM),
        new("photo as WhatsApp sends it", await timed(lambda _: studio.look(small, f"b{next(numbers)}")), seeing, PHOTO_AIM),
        Figure(what="the same photo again, whole", value=await timed(lambda _: studio.look(small, "b0"))),
        new("voice note of 5 s", await timed(studio.listen), hearing, VOICE_AIM),
        Figure(what="the same note again, whole", value=await timed(lambda _: studio.listen(1))),
        new("spoken answer", await timed(lambda number: studio.speak(f"Con mucho gusto {number}.")), speaking, VOICE_AIM),
        Figure(what="the same answer again, whole", value=await timed(lambda _: studio.speak("Con mucho gusto 1."))),
    ]  # fmt: skip


async def run() -> Sequence[Figure]:
    """Measure with a stand-in that answers at once."""
    server = FakeOpenAI(respond=lambda _request: says(seen()), keep_requests=False)
    server.listening.always = Hears(text="Hola, quiero una cita")
    with tempfile.TemporaryDirectory() as folder:
        async with (
            redis_in(Path(folder)) as (redis_url, _),
            serve(server) as url,
            httpx.AsyncClient(trust_env=False) as http,
        ):
            redis = redis_connection.connect(redis_url)
            try:
                return await figures(Studio(redis, http, url))
            finally:
                await redis_connection.close(redis)
