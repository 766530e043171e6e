"""Voice and photos over REST: what the older system's callers send, and everything they may send wrong."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from integrations.redis import Client
from jobs.shipped import Shipped
from tests.fakes.openai import FakeOpenAI, Fault, Request, Says, default_answer, says
from tests.fakes.openai_media import VOICE, pictures_in, seen
from tests.fakes.photos import HEIC, SVG, bomb, photo
from tests.fakes.serve import serve
from tests.routes.administered import administered
from tests.routes.conftest import BENOVA, MEDISPA, Api

URL = "/api/multimedia"
EMERGENCY = seen("Labio.", possible_complication="likely", signs=["palidez"])


def looking(sight: str) -> FakeOpenAI:
    """Return a stand-in that sees the same in every photo."""

    def respond(request: Request) -> Says | Fault:
        return says(sight) if pictures_in(request) else default_answer(request)

    return FakeOpenAI(respond=respond)


@pytest.fixture
def openai() -> FakeOpenAI:
    """What benova's models are served by."""
    return looking(seen())


@pytest.fixture
async def media(
    redis: Client, redis_url: str, tmp_path: Path, openai: FakeOpenAI, ready: Shipped
) -> AsyncIterator[Api]:
    """The API; benova has a model, nobody else."""
    del redis
    async with serve(openai) as url:
        variables = {"OPENAI_API_KEY_BENOVA": "key", "OPENAI_BASE_URL_BENOVA": f"{url}/v1"}
        async with administered(redis_url, tmp_path, variables=variables, ready=ready) as api:
            yield api


def data_url(content: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(content).decode()


async def post_image(api: Api, *, key: str = BENOVA, **body: str) -> httpx.Response:
    given = {"user_id": "ana", "image_base64": data_url(photo()), "action": "analyze"}
    return await api.send("POST", f"{URL}/process-image", given | body, key)


async def post_form(
    api: Api, path: str, field: str, content: bytes, key: str = BENOVA, **fields: str
) -> httpx.Response:
    return await api.http.post(
        f"{URL}/{path}",
        data={"user_id": "ana", **fields},
        files={field: ("IMG.bin", content, "application/octet-stream")},
        headers={"X-API-Key": key},
    )


async def test_a_picture_is_described_and_answered(media: Api) -> None:
    answer = await post_image(media, company_id="benova", message="¿sirve el botox aquí?")
    form = await post_form(media, "process-image", "image", photo("PNG"), message="hola")

    assert form.json()["analysis"] == answer.json()["analysis"]
    assert answer.status_code == 200
    body = answer.json()
    assert body["analysis"] == "Se ve una mejilla con la piel rosada."
    assert body["vision_model"] == "gpt-4.1-mini"
    assert (body["status"], body["agent_used"], body["emergency"]) == ("success", "sales", None)
    kept = await media.get("/api/conversations/ana", BENOVA)
    assert "[imagen del paciente: Se ve una mejilla" in kept.json()["messages"][0]["content"]


@pytest.mark.parametrize("openai", [looking(EMERGENCY)])
async def test_a_picture_of_a_complication_is_answered_with_the_emergency_text(media: Api) -> None:
    answer = await post_image(media)

    body = answer.json()
    assert (body["agent_used"], body["emergency"]) == ("emergency", "photo")
    assert "123" in body["recommendation"]


REFUSED: tuple[tuple[dict[str, str], int, str], ...] = (
    ({"image_base64": data_url(SVG)}, 415, "image"),
    ({"image_base64": data_url(HEIC)}, 415, "image"),
    ({"image_base64": data_url(bomb(20_000)[:500])}, 415, "image"),
    ({"image_base64": data_url(b"hola")}, 415, "image"),
    ({"image_base64": "data:text/html,<b>"}, 422, "image_base64"),
    ({"image_base64": "***"}, 422, "image_base64"),
    ({"image_base64": data_url(photo() + bytes(10_000_001))}, 413, "image"),
    ({"user_id": "../x"}, 422, "user_id"),
    ({"action": "diagnose"}, 422, "action"),
)


async def test_a_picture_that_cannot_be_read_is_refused_by_the_name_of_its_field(
    media: Api,
) -> None:
    answers = [await post_image(media, **body) for body, _, _ in REFUSED]

    told = [(one.status_code, one.json()["detail"].partition(":")[0]) for one in answers]
    assert told == [(status, field) for _, status, field in REFUSED]


async def test_a_sound_that_cannot_be_heard_is_refused_by_the_name_of_its_field(
    media: Api,
) -> None:
    given = (("audio", b"no sound at all"), ("audio", b""), ("file", VOICE))

    answers = [await post_form(media, "process-voice", *one) for one in given]

    assert [one.status_code for one in answers] == [415, 422, 422]
    assert {one.json()["detail"].partition(":")[0] for one in answers} == {"audio"}


async def test_another_companys_media_are_nobodys(media: Api) -> None:
    image = await post_image(media, company_id="medispa")
    named = await post_form(media, "process-voice", "audio", VOICE, company_id="medispa")

    assert (image.status_code, named.status_code) == (404, 404)


@pytest.mark.parametrize("openai", [FakeOpenAI(respond=lambda _: Fault(kind="status"))])
async def test_a_provider_that_fails_is_a_bad_gateway(media: Api) -> None:
    answer = await post_image(media)

    assert answer.status_code == 502


async def test_a_company_without_a_model_is_told_so(media: Api) -> None:
    image = await post_image(media, key=MEDISPA)
    voice = await post_form(media, "process-voice", "audio", VOICE, MEDISPA)

    assert (image.status_code, voice.status_code) == (409, 409)
    assert "no key" in image.json()["detail"]


async def test_capabilities_say_what_works_and_why_not(media: Api) -> None:
    benova = (await media.get(f"{URL}/capabilities/benova", BENOVA)).json()
    medispa = (await media.get(f"{URL}/capabilities/medispa", MEDISPA)).json()
    foreign = await media.get(f"{URL}/capabilities/medispa", BENOVA)
    tried = {"company_id": "benova", "media_type": "image", "test_data": {"any": 1}}
    trial = await media.send("POST", f"{URL}/test-multimedia", tried, BENOVA)

    assert (benova["vision_available"], benova["image_reason"]) == (True, "read")
    assert (medispa["vision_available"], medispa["image_reason"]) == (False, "no_model")
    assert medispa["image_enabled"] is True
    assert foreign.status_code == 404
    assert (trial.json()["status"], trial.json()["capabilities"]) == (
        "success",
        {name: told for name, told in benova.items() if name != "company_id"},
    )


async def test_what_was_seen_is_counted_for_its_company_only(media: Api) -> None:
    await post_image(media)

    own = (await media.get(f"{URL}/stats?company_id=benova", BENOVA)).json()
    other = (await media.get(f"{URL}/stats?company_id=medispa", MEDISPA)).json()

    assert (own["images_analyzed"], other["images_analyzed"]) == (1, 0)
    assert own["avg_analysis_time"].endswith("s")
    assert other["avg_analysis_time"] is None
