"""The numbers of a process."""

import httpx
import pytest

from integrations.counted_client import CountedClient
from integrations.metrics import Metrics
from tests.processes import free_port


def test_a_turn_is_told_with_who_spoke_and_for_whom() -> None:
    metrics = Metrics()

    metrics.turn("benova", "sales", "guided", 0.2)

    written = metrics.written().decode()
    assert 'clinicdesk_turn_seconds_count{agent="sales",speaker="guided"} 1.0' in written
    assert 'clinicdesk_turns_total{agent="sales",company="benova"} 1.0' in written


def test_past_the_cap_companies_share_a_label() -> None:
    metrics = Metrics(most_companies=1)

    metrics.red_flag("benova", "airway")
    metrics.red_flag("medispa", "airway")
    metrics.red_flag("dental", "airway")

    written = metrics.written().decode()
    assert 'clinicdesk_red_flags_total{company="benova",group="airway"} 1.0' in written
    assert 'clinicdesk_red_flags_total{company="other",group="airway"} 2.0' in written
    assert "medispa" not in written


def test_two_processes_do_not_share_their_numbers() -> None:
    one, other = Metrics(), Metrics()

    one.blocked("price", "replaced")

    assert (
        'clinicdesk_gate_blocks_total{kind="price",outcome="replaced"} 1.0'
        in one.written().decode()
    )
    assert "price" not in other.written().decode()


async def test_an_outside_system_that_cannot_be_reached_is_counted_by_its_error() -> None:
    metrics = Metrics()

    async with CountedClient("chatwoot", metrics.outside, timeout=5) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:9/")

    counted = 'clinicdesk_outside_seconds_count{status="ConnectError",system="chatwoot"} 1.0'
    assert counted in metrics.written().decode()


def test_a_worker_tells_its_numbers_on_a_port_of_its_own() -> None:
    metrics = Metrics()
    metrics.blocked("price", "replaced")
    port = free_port()

    end = metrics.serve("127.0.0.1", port)
    answer = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5)
    end()

    assert 'clinicdesk_gate_blocks_total{kind="price",outcome="replaced"} 1.0' in answer.text
