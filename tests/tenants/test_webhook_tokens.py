"""Generated webhook tokens are agreed on by all processes."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from integrations import redis as redis_connection
from integrations.redis import Client, awaitable
from tenants import keys
from tenants.errors import UnknownCompanyError
from tenants.ids import CompanyId
from tenants.json_directory import JsonDirectory
from tenants.webhook_tokens import WebhookTokens
from tests.tenants.company_folder import company, write

BENOVA = CompanyId("benova")


def token_of(directory: JsonDirectory, company_id: str) -> str:
    token = directory.find(company_id).chatwoot.webhook_token
    return token.get_secret_value() if token else ""


async def test_two_processes_agree_on_generated_tokens(tmp_path: Path, redis: Client) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))

    one = await JsonDirectory.load(files, {}, WebhookTokens(redis))
    other = await JsonDirectory.load(files, {}, WebhookTokens(redis))

    assert len(token_of(one, "benova")) >= 40
    assert token_of(one, "benova") == token_of(other, "benova")
    assert token_of(one, "benova") != token_of(one, "medispa")
    assert other.by_webhook_token(token_of(one, "medispa")).company_id == "medispa"
    assert one.find("benova").revision == other.find("benova").revision


async def test_processes_that_start_at_once_agree(tmp_path: Path, redis: Client) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))

    directories = await asyncio.gather(
        *(JsonDirectory.load(files, {}, WebhookTokens(redis)) for _ in range(12))
    )

    assert len({token_of(one, "benova") for one in directories}) == 1
    assert len({token_of(one, "medispa") for one in directories}) == 1


async def test_a_given_token_is_neither_replaced_nor_stored(tmp_path: Path, redis: Client) -> None:
    files = write(tmp_path, company("benova", chatwoot={"webhook_token": "given-token"}))

    directory = await JsonDirectory.load(files, {}, WebhookTokens(redis))

    assert directory.find("benova").chatwoot.webhook_token == SecretStr("given-token")
    assert await redis.exists(keys.webhook_token(BENOVA)) == 0


async def test_a_token_stays_the_same_over_reloads(tmp_path: Path, redis: Client) -> None:
    directory = await JsonDirectory.load(
        write(tmp_path, company("benova")), {}, WebhookTokens(redis)
    )
    before = token_of(directory, "benova")

    changed = await directory.reload()

    assert changed == []
    assert token_of(directory, "benova") == before


async def test_without_redis_companies_load_and_get_their_token_later(
    tmp_path: Path, redis: Client
) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))
    away = redis_connection.connect("redis://127.0.0.1:1/0")
    stranded = await JsonDirectory.load(files, {}, WebhookTokens(away))
    await redis_connection.close(away)
    healthy = await JsonDirectory.load(files, {}, WebhookTokens(redis))

    assert stranded.find("benova").chatwoot.webhook_token is None
    with pytest.raises(UnknownCompanyError):
        stranded.by_webhook_token(token_of(healthy, "benova"))


async def test_renewing_gives_the_token_that_was_missed(tmp_path: Path, redis: Client) -> None:
    await awaitable(redis.lpush(keys.webhook_token(BENOVA), "in the way"))
    directory = await JsonDirectory.load(
        write(tmp_path, company("benova")), {}, WebhookTokens(redis)
    )
    assert directory.find("benova").chatwoot.webhook_token is None
    await redis.delete(keys.webhook_token(BENOVA))

    changed = await directory.renew_tokens()

    assert changed == ["benova"]
    assert directory.by_webhook_token(token_of(directory, "benova")).company_id == "benova"


async def test_a_stored_token_that_is_none_harms_nobody_else(tmp_path: Path, redis: Client) -> None:
    await redis.set(keys.webhook_token(BENOVA), "")
    files = write(tmp_path, company("benova"), company("medispa"))

    directory = await JsonDirectory.load(files, {}, WebhookTokens(redis))

    assert directory.find("benova").chatwoot.webhook_token is None
    assert len(token_of(directory, "medispa")) >= 40


async def test_an_emptied_redis_is_given_the_same_tokens_back(
    tmp_path: Path, redis: Client
) -> None:
    files = write(tmp_path, company("benova"))
    directory = await JsonDirectory.load(files, {}, WebhookTokens(redis))
    await redis.flushall()

    await directory.renew_tokens()
    newcomer = await JsonDirectory.load(files, {}, WebhookTokens(redis))

    assert token_of(newcomer, "benova") == token_of(directory, "benova")


async def test_a_token_changed_in_redis_is_taken_over(tmp_path: Path, redis: Client) -> None:
    directory = await JsonDirectory.load(
        write(tmp_path, company("benova")), {}, WebhookTokens(redis)
    )
    await redis.set(keys.webhook_token(BENOVA), "rotated-token")

    changed = await directory.renew_tokens()

    assert changed == ["benova"]
    assert directory.by_webhook_token("rotated-token").company_id == "benova"
