"""What variables give a company, and which of two values wins."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from tenants.errors import InvalidCompanyError
from tenants.json_directory import JsonDirectory
from tenants.tenant import Tenant
from tests.tenants.company_folder import company, write


async def benova(folder: Path, environment: Mapping[str, str], **fields: object) -> Tenant:
    directory = await JsonDirectory.load(write(folder, company("benova", **fields)), environment)
    return directory.find("benova")


async def test_a_reference_is_read_from_the_environment(tmp_path: Path) -> None:
    fields = {"website": "${BENOVA_SITE}", "chatwoot": {"api_key": "${BENOVA_BOT}"}}

    tenant = await benova(
        tmp_path, {"BENOVA_SITE": "https://b.example", "BENOVA_BOT": "bot-1"}, **fields
    )

    assert tenant.website == "https://b.example"
    assert tenant.chatwoot.api_key == SecretStr("bot-1")


async def test_a_missing_variable_names_company_field_and_variable(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidCompanyError,
        match=r"benova/company\.json: chatwoot\.base_url: environment variable BENOVA_URL is not set \(company benova\)",
    ):
        await benova(tmp_path, {"BENOVA_URL": "  "}, chatwoot={"base_url": "${BENOVA_URL}"})


async def test_a_missing_secret_is_unset_and_told(tmp_path: Path) -> None:
    chatwoot = {
        "api_key": "${BENOVA_BOT}",
        "webhook_secrets": ["${BENOVA_SECRET}", "${BENOVA_OTHER}"],
    }

    with capture_logs() as logs:
        tenant = await benova(tmp_path, {"BENOVA_OTHER": "second"}, chatwoot=chatwoot)

    assert tenant.chatwoot.api_key is None
    assert tenant.chatwoot.webhook_secrets == (SecretStr("second"),)
    assert [one["variable"] for one in logs if one["event"] == "secret_not_set"] == [
        "BENOVA_BOT",
        "BENOVA_SECRET",
    ]


async def test_a_reference_in_the_middle_of_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidCompanyError, match='website: "\\$\\{NAME\\}" must be the whole'):
        await benova(tmp_path, {"HOST": "b.example"}, website="https://${HOST}/")


async def test_the_slots_of_a_text_are_no_references(tmp_path: Path) -> None:
    texts = {"vision": "Llame al ${number} ya."}

    tenant = await benova(tmp_path, {}, emergency={"texts": texts})

    assert tenant.emergency.texts == texts


async def test_a_companys_own_variables_beat_its_file_and_the_shared_ones(tmp_path: Path) -> None:
    environment = {
        "CHATWOOT_API_KEY": "shared",
        "CHATWOOT_API_KEY_BENOVA": "own",
        "CHATWOOT_WEBHOOK_TOKEN_BENOVA": "own-token-1",
        "CHATWOOT_WEBHOOK_SECRET_BENOVA": "first, second,",
        "CHATWOOT_BASE_URL_BENOVA": "https://chat.example",
        "CHATWOOT_ACCOUNT_ID_BENOVA": "70",
        "OPENAI_API_KEY_BENOVA": "sk-own",
        "OPENAI_BASE_URL_BENOVA": "https://model.example/v1",
        "MODEL_NAME_BENOVA": "own-model",
        "MODEL_FALLBACK_BENOVA": "own-fallback",
        "TEMPERATURE_BENOVA": "0.2",
        "MAX_TOKENS_BENOVA": "900",
    }

    tenant = await benova(
        tmp_path, environment, chatwoot={"account_id": 7}, model={"name": "file-model"}
    )

    assert tenant.chatwoot.api_key == SecretStr("own")
    assert tenant.chatwoot.webhook_token == SecretStr("own-token-1")
    assert tenant.chatwoot.webhook_secrets == (SecretStr("first"), SecretStr("second"))
    assert (tenant.chatwoot.base_url, tenant.chatwoot.account_id) == ("https://chat.example", 70)
    assert tenant.model.api_key == SecretStr("sk-own")
    assert tenant.model.base_url == "https://model.example/v1"
    assert (tenant.model.name, tenant.model.fallback) == ("own-model", "own-fallback")
    assert (tenant.model.temperature, tenant.model.max_tokens) == (0.2, 900)


async def test_hyphens_of_an_id_become_underscores(tmp_path: Path) -> None:
    files = write(tmp_path, company("spa-del-norte"))

    directory = await JsonDirectory.load(files, {"MODEL_NAME_SPA_DEL_NORTE": "own-model"})

    assert directory.find("spa-del-norte").model.name == "own-model"


async def test_shared_variables_fill_what_files_leave_open(tmp_path: Path) -> None:
    files = write(
        tmp_path,
        company("benova", model={"name": "file-model"}, max_context_messages=6),
        company("medispa"),
    )
    environment = {
        "CHATWOOT_BASE_URL": "https://chat.example",
        "CHATWOOT_API_KEY": "shared",
        "MODEL_NAME": "shared-model",
        "MAX_CONTEXT_MESSAGES": "20",
        "SIMILARITY_THRESHOLD": "0.7",
        "MAX_RETRIEVED_DOCS": "5",
    }

    directory = await JsonDirectory.load(files, environment)

    benova, medispa = directory.companies()
    assert (benova.model.name, medispa.model.name) == ("file-model", "shared-model")
    assert (benova.max_context_messages, medispa.max_context_messages) == (6, 20)
    assert benova.chatwoot.base_url == medispa.chatwoot.base_url == "https://chat.example"
    assert medispa.knowledge.similarity_threshold == 0.7
    assert medispa.knowledge.max_retrieved == 5


async def test_a_faulty_variable_is_named_without_its_value(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidCompanyError,
        match=r"model\.temperature: must be a number \(company benova, given by TEMPERATURE_BENOVA\)",
    ) as caught:
        await benova(tmp_path, {"TEMPERATURE_BENOVA": "tibia"})

    assert "tibia" not in str(caught.value)


async def test_one_companys_variable_is_not_anothers(tmp_path: Path) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))

    directory = await JsonDirectory.load(files, {"CHATWOOT_API_KEY_MEDISPA": "of-medispa"})

    assert directory.find("benova").chatwoot.api_key is None
    assert directory.find("medispa").chatwoot.api_key == SecretStr("of-medispa")


async def test_a_variable_of_no_company_is_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        await benova(tmp_path, {"CHATWOOT_API_KEY_BENOBA": "x", "PATH": "/bin"})

    assert [one["variables"] for one in logs if one["event"] == "variables_name_no_company"] == [
        ["CHATWOOT_API_KEY_BENOBA"]
    ]


@pytest.mark.parametrize("variable", ["ACCOUNT_ID", "CHATWOOT_ACCOUNT_ID"])
async def test_the_shared_account_goes_to_the_only_company_without_one(
    tmp_path: Path, variable: str
) -> None:
    files = write(tmp_path, company("benova", chatwoot={"account_id": 7}), company("medispa"))

    directory = await JsonDirectory.load(files, {variable: "8"})

    assert directory.by_account(8).company_id == "medispa"


async def test_the_shared_account_goes_to_nobody_when_two_have_none(tmp_path: Path) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))

    with capture_logs() as logs:
        directory = await JsonDirectory.load(files, {"ACCOUNT_ID": "7"})

    assert [one.chatwoot.account_id for one in directory.companies()] == [None, None]
    assert "shared_account_ignored" in [one["event"] for one in logs]


async def test_the_shared_account_is_not_given_twice(tmp_path: Path) -> None:
    files = write(tmp_path, company("benova", chatwoot={"account_id": 7}), company("medispa"))

    directory = await JsonDirectory.load(files, {"ACCOUNT_ID": "7"})

    assert directory.find("medispa").chatwoot.account_id is None


async def test_a_shared_account_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidCompanyError, match="ACCOUNT_ID: must be the number"):
        await benova(tmp_path, {"ACCOUNT_ID": "siete"})


async def test_a_shared_webhook_token_serves_a_single_company(tmp_path: Path) -> None:
    tenant = await benova(tmp_path, {"CHATWOOT_WEBHOOK_TOKEN": "the-only-token"})

    assert tenant.chatwoot.webhook_token == SecretStr("the-only-token")


async def test_a_shared_webhook_token_cannot_serve_several_companies(tmp_path: Path) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))

    with pytest.raises(InvalidCompanyError, match="tells companies apart, so 2 companies cannot"):
        await JsonDirectory.load(files, {"CHATWOOT_WEBHOOK_TOKEN": "the-only-token"})


async def test_a_shared_webhook_secret_holds_for_all_and_is_told(tmp_path: Path) -> None:
    files = write(tmp_path, company("benova"), company("medispa"))

    with capture_logs() as logs:
        directory = await JsonDirectory.load(files, {"CHATWOOT_WEBHOOK_SECRET": "hush"})

    assert {one.chatwoot.webhook_secrets for one in directory.companies()} == {(SecretStr("hush"),)}
    assert "webhook_secret_shared" in [one["event"] for one in logs]


async def test_google_credentials_come_as_text_or_from_a_file(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text('{"type": "service_account"}', encoding="utf-8")

    by_file = await benova(tmp_path, {"GOOGLE_CALENDAR_CREDENTIALS_FILE": str(key)})
    by_text = await benova(tmp_path, {"GOOGLE_CALENDAR_CREDENTIALS_BENOVA": "{}"})

    assert by_file.agenda.google_credentials == SecretStr('{"type": "service_account"}')
    assert by_text.agenda.google_credentials == SecretStr("{}")
    assert "service_account" not in repr(by_file)


async def test_a_file_that_cannot_be_read_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidCompanyError, match=r"GOOGLE_CALENDAR_CREDENTIALS_FILE_BENOVA: .*\(company benova\)"
    ):
        await benova(tmp_path, {"GOOGLE_CALENDAR_CREDENTIALS_FILE_BENOVA": "/nowhere/key.json"})


async def test_an_endpoint_of_google_must_end_as_the_client_needs_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidCompanyError, match=r"google_endpoint|GOOGLE_CALENDAR_ENDPOINT"):
        await benova(tmp_path, {"GOOGLE_CALENDAR_ENDPOINT": "http://127.0.0.1:1/"})


async def test_voice_and_photos_are_switched_off_for_one_company_alone(tmp_path: Path) -> None:
    variables = {"VOICE_ENABLED_BENOVA": "false", "IMAGE_ENABLED": "FALSE", "TTS_VOICE": "nova"}

    tenant = await benova(tmp_path, variables, media={"images": True})

    assert (tenant.media.voice, tenant.media.images) == (False, True)
    assert tenant.media.tts_voice == "nova"


async def test_what_is_neither_yes_nor_no_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(InvalidCompanyError, match="VOICE_ENABLED"):
        await benova(tmp_path, {"VOICE_ENABLED": "perhaps"})
