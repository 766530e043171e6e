"""Chatwoot's refusals are exact: what it said, and whether trying again can help."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from integrations.chatwoot import Chatwoot
from integrations.chatwoot_answers import NotForBotsError
from integrations.errors import IntegrationError
from tests.fakes.chatwoot import FakeChatwoot, Fault
from tests.fakes.chatwoot_payloads import Place
from tests.fakes.serve import serve

TOKENS = {7: "bot-token-benova", 8: "bot-token-medispa"}
SHORT = httpx.Timeout(0.3)


@pytest.fixture
async def fake() -> AsyncIterator[FakeChatwoot]:
    made = FakeChatwoot(TOKENS)
    made.silence = 0.6
    made.open(Place())
    yield made
    await made.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
async def url(fake: FakeChatwoot) -> AsyncIterator[str]:
    async with serve(fake.app) as address:
        yield address


@pytest.fixture
def chatwoot(url: str, http: httpx.AsyncClient) -> Chatwoot:
    return Chatwoot(f"{url}/", 7, TOKENS[7], http, timeout=SHORT)


async def test_a_good_token_passes_the_probe(chatwoot: Chatwoot) -> None:
    await chatwoot.probe()


@pytest.mark.parametrize(
    ("account", "token", "said"),
    [
        (7, "wrong", "HTTP 401: Invalid Access Token"),
        (8, TOKENS[7], "HTTP 401: Bot is not authorized to access this account"),
    ],
)
async def test_a_bad_token_fails_the_probe(
    url: str, http: httpx.AsyncClient, account: int, token: str, said: str
) -> None:
    with pytest.raises(IntegrationError) as refused:
        await Chatwoot(url, account, token, http).probe()

    assert (refused.value.detail, refused.value.permanent) == (said, True)


@pytest.mark.parametrize(
    ("fault", "permanent"),
    [("401", True), ("404", True), ("422", True), ("429", False), ("500", False), ("503", False)],
)
async def test_a_refusal_says_whether_it_is_for_good(
    chatwoot: Chatwoot, fake: FakeChatwoot, fault: Fault, *, permanent: bool
) -> None:
    fake.fail("messages", fault)

    with pytest.raises(IntegrationError) as refused:
        await chatwoot.send_text(101, "Hola", reply_key="101-1-1.0")

    assert refused.value.permanent is permanent
    assert refused.value.detail.startswith(f"HTTP {fault}: ")


async def test_a_throttle_says_for_how_long(chatwoot: Chatwoot, fake: FakeChatwoot) -> None:
    fake.fail("messages", "429")

    with pytest.raises(IntegrationError) as refused:
        await chatwoot.send_text(101, "Hola", reply_key="101-1-1.0")

    assert refused.value.retry_after == timedelta(0)


async def test_silence_is_not_for_good(chatwoot: Chatwoot, fake: FakeChatwoot) -> None:
    fake.fail("messages", "silent")

    with pytest.raises(IntegrationError) as refused:
        await chatwoot.send_text(101, "Hola", reply_key="101-1-1.0")

    assert not refused.value.permanent


async def test_nobody_there_is_not_for_good(http: httpx.AsyncClient) -> None:
    with pytest.raises(IntegrationError) as refused:
        await Chatwoot("http://127.0.0.1:9", 7, "token", http).show(101)

    assert not refused.value.permanent


@pytest.mark.parametrize("base_url", ["", "chat.example.com", "ftp://127.0.0.1"])
async def test_an_address_that_is_none_is_for_good(http: httpx.AsyncClient, base_url: str) -> None:
    with pytest.raises(IntegrationError) as refused:
        await Chatwoot(base_url, 7, "token", http).show(101)

    assert refused.value.permanent


async def test_no_token_is_ever_told(chatwoot: Chatwoot, fake: FakeChatwoot) -> None:
    fake.fail("messages", "401")

    with pytest.raises(IntegrationError) as refused:
        await chatwoot.send_text(101, "Hola", reply_key="101-1-1.0")

    assert TOKENS[7] not in str(refused.value)


async def test_what_a_bot_may_not_do_is_told_apart_from_a_bad_token(
    chatwoot: Chatwoot, fake: FakeChatwoot
) -> None:
    fake.shows_to_bots = False

    with pytest.raises(NotForBotsError):
        await chatwoot.show(101)
    with pytest.raises(NotForBotsError):
        await chatwoot.recent_reply_keys(101)


async def test_a_conversation_shows_its_last_reply(chatwoot: Chatwoot) -> None:
    number = await chatwoot.send_text(101, "Hola", reply_key="101-1-1.0")

    shown = await chatwoot.show(101)

    assert shown.reply_keys == {"101-1-1.0"}
    assert shown.last_non_activity_message.id == number
    assert (shown.status, shown.human, shown.can_reply) == ("pending", False, True)


async def test_a_person_who_is_assigned_is_seen(chatwoot: Chatwoot) -> None:
    await chatwoot.assign(101, 21)

    assert (await chatwoot.show(101)).human


async def test_labels_are_added_to_what_is_there(chatwoot: Chatwoot, fake: FakeChatwoot) -> None:
    fake.kept[7, 101].labels = ["vip"]

    await chatwoot.add_labels(101, ["handoff", "vip"])
    await chatwoot.add_labels(101, ["handoff"])

    assert fake.kept[7, 101].labels == ["vip", "handoff"]
    assert fake.paths().count("POST /conversations/101/labels") == 1
