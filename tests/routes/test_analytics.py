"""A company's numbers over REST, also for spreadsheets."""

import csv
import io
from datetime import timedelta

import pytest

from routes.csv_answer import cell
from tenants.ids import CompanyId
from tests.routes.conftest import BENOVA, MEDISPA, Api

COMPANY = CompanyId("benova")
METRICS, USAGE = "/api/companies/benova/metrics", "/api/companies/benova/usage"


async def test_what_was_said_shows_in_the_numbers(api: Api) -> None:
    await api.say("¿cuánto cuesta el botox?")
    await api.say("no puedo respirar", user="luis")

    found = (await api.get(METRICS)).json()["metrics"]

    assert (found["total_conversations"], found["messages_today"], found["patients"]) == (2, 2, 2)
    assert found["agent_usage"] == {"emergency": 1, "sales": 1}
    assert found["emergencies"]["total"] == 1
    assert found["models"] == {"fixed": 1, "guided": 1}
    assert found["sources"] == {"test": 2}
    assert found["avg_response_time"].endswith("s")
    assert found["response_time"]["p95_ms"] >= found["response_time"]["p50_ms"] > 0
    assert found["cost_usd"] == "0.000000"


async def test_what_is_not_known_is_null(api: Api) -> None:
    answer = (await api.get(METRICS)).json()

    found = answer["metrics"]
    assert answer["counted_since"] is None
    assert found["avg_response_time"] is found["messages_today"] is found["patients"] is None
    assert found["response_time"]["p50_ms"] is None
    assert found["questions"]["unanswered_share"] is None
    assert len(answer["days"]) == 30
    assert {one["messages"] for one in answer["days"]} == {None}


async def test_days_before_the_first_count_are_unknown_and_later_ones_are_nothing(api: Api) -> None:
    today = api.parts.usage.today(COMPANY)
    await api.parts.usage.add(COMPANY, today - timedelta(days=2), {"messages": 4})

    answer = await api.get(f"{METRICS}?from={today - timedelta(days=3)}&to={today}")

    assert [one["messages"] for one in answer.json()["days"]] == [None, 4, 0, 0]


async def test_what_models_cost_is_told_by_agent_model_and_day(api: Api) -> None:
    today = api.parts.usage.today(COMPANY)
    counts = {
        "cost_micros": 1_250_000,
        "cost_micros:sales:gpt-4o": 1_250_000,
        "calls:sales:gpt-4o": 3,
        "tokens_in:sales:gpt-4o": 900,
        "tokens_out:sales:gpt-4o": 60,
    }
    await api.parts.usage.add(COMPANY, today, counts)

    found = (await api.get(USAGE, key=BENOVA)).json()

    assert found["cost_usd_by_agent"] == {"sales": "1.250000"}
    assert found["budget"]["daily"] == {"spent_usd": "1.250000", "limit_usd": None, "share": None}
    assert found["rows"] == [
        {
            "day": today.isoformat(),
            "agent": "sales",
            "model": "gpt-4o",
            "calls": 3,
            "tokens_in": 900,
            "tokens_out": 60,
            "tokens_cached": 0,
            "cost_usd": "1.250000",
        }
    ]


@pytest.mark.parametrize("accept", ["?format=csv", ""])
async def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(api: Api, accept: str) -> None:
    today = api.parts.usage.today(COMPANY)
    await api.parts.usage.add(COMPANY, today, {"calls:sales:=cmd|'/c_calc'!A0": 1})
    headers = {"X-API-Key": BENOVA, "Accept": "text/csv"}

    answer = await api.http.get(USAGE + accept, headers=headers)

    assert answer.content.startswith("\ufeff".encode())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1]
    assert row[:4] == [today.isoformat(), "sales", "'=cmd|'/c_calc'!A0", "1"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_is_no_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_a_number_stays_a_number() -> None:
    assert [cell(one) for one in (-1, 2.5, None, "a")] == ["-1", "2.5", "", "a"]


@pytest.mark.parametrize(
    "period",
    ["from=2026-11-02&to=2026-11-01", "from=2020-01-01&to=2026-11-01", "from=yesterday", "to=0"],
)
async def test_a_period_that_is_none_is_refused(api: Api, period: str) -> None:
    answer = await api.get(f"{METRICS}?{period}")

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(("from:", "to:"))


async def test_another_companys_numbers_are_not_shown(api: Api) -> None:
    await api.say("hola")

    assert (await api.get(METRICS, key=MEDISPA)).status_code == 404
    assert (await api.get(USAGE, key=MEDISPA)).status_code == 404
    theirs = (await api.get("/api/companies/medispa/metrics", key=MEDISPA)).json()
    assert theirs["metrics"]["messages"] == 0


async def test_conversations_are_listed_with_their_numbers(api: Api) -> None:
    await api.say("hola")

    plain = (await api.get("/api/conversations?company_id=benova")).json()
    found = (await api.get("/api/conversations?company_id=benova&analytics=true")).json()

    assert "analytics" not in plain
    assert found["total"] == 1
    assert (found["analytics"]["patients"], found["analytics"]["turns"]) == (1, 1)
