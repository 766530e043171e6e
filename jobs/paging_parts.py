"""Paging in one process: what keeps pages, what goes on with them, what ends them."""

from collections.abc import Collection
from dataclasses import dataclass

from jobs.chatwoots import Chatwoots
from jobs.ground import Ground
from jobs.ownership import BotStatus
from jobs.page_answers import PageAnswers
from jobs.page_ways import PageWays
from jobs.pager import WakingPager
from jobs.pages import Pages
from jobs.paging import Paging
from tenants.audit import Audit
from tenants.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingParts:
    """Everything that pages are in the hands of."""

    pages: Pages
    answers: PageAnswers
    paging: Paging
    pager: WakingPager


async def open_paging(
    ground: Ground,
    *,
    directory: Directory,
    chatwoots: Chatwoots,
    status: BotStatus,
    public_url: str,
    hosts: Collection[str],
) -> PagingParts:
    """Open the connections by which people are woken; listed hosts may be on a private network."""
    clock = ground.clock
    pages = Pages(ground.redis, clock)
    answers = PageAnswers(
        ground.redis, pages, status=status, audit=Audit(ground.redis, clock), clock=clock
    )
    ways = PageWays(
        pagerduty=await ground.client("pagerduty"),
        twilio=await ground.client("twilio"),
        guarded=await ground.fetching(hosts),
        chatwoots=chatwoots,
        public_url=public_url,
        clock=clock,
    )
    paging = Paging(
        pages,
        ways,
        answers=answers,
        directory=directory,
        metrics=ground.metrics,
        clock=clock,
    )
    pager = WakingPager(pages, status=status, metrics=ground.metrics, clock=clock, wake=paging.wake)
    return PagingParts(pages=pages, answers=answers, paging=paging, pager=pager)
