"""Our checkpointer acts out every story of time travel exactly as LangGraph's own in memory does."""

from datetime import timedelta

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.company_saver import CompanySaver
from integrations.redis import Client
from tenants.ids import CompanyId
from tests.graph.time_travel import STORIES, Story


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_a_story_goes_as_it_goes_in_memory(story: Story, redis: Client) -> None:
    ours = CompanySaver(redis, CompanyId("benova"), retention=timedelta(days=1), keep=0)

    told = await story(ours)

    assert told == await story(InMemorySaver())
