"""Pages of all companies in Redis: whom the clinic's people are woken for, how far that got, who answered."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from integrations.clock import Clock
from integrations.redis import Client, awaitable
from jobs.page import Page, PageState, fields_of, page_of, progress_of
from tenants import keys
from tenants.ids import CompanyId, ConversationId, UserId

LIFE = timedelta(days=7)
LEASE = 20.0  # seconds after which another process takes over from one that ended
TEST_USER = UserId("~test")
"""Stands for the patient of a test: no patient's id has that sign."""

# KEYS: page, due, owner, company's pages, the owner before. ARGV: turn, test, member, due, life, user, now, oldest, fields ...
_OPEN = """
local known = redis.call('HMGET', KEYS[1], 'turn', 'state')
if ARGV[2] == '0' and (known[1] == ARGV[1] or known[2] == 'open') then return 0 end
redis.call('DEL', KEYS[1], KEYS[5])
redis.call('HSET', KEYS[1], 'turn', ARGV[1], unpack(ARGV, 9))
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[8])
redis.call('ZADD', KEYS[4], ARGV[7], ARGV[6])
redis.call('EXPIRE', KEYS[4], ARGV[5])
return 1
"""
# KEYS: page, due. ARGV: member, now, until when it is ours. Who ended half-way is followed by another.
_CLAIM = """
local due = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not due or tonumber(due) > tonumber(ARGV[2]) then return false end
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return false
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[1], 'held', ARGV[3])
return redis.call('HGETALL', KEYS[1])
"""
# KEYS: page, due. ARGV: page id, state that was seen, member, due or '', fields ...
_RECORD = """
local known = redis.call('HMGET', KEYS[1], 'page_id', 'state')
if known[1] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'held', '0', unpack(ARGV, 5))
if known[2] ~= ARGV[2] then
  redis.call('ZADD', KEYS[2], 0, ARGV[3])
elseif ARGV[4] == '' then
  redis.call('ZREM', KEYS[2], ARGV[3])
else
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
end
return 1
"""
# KEYS: page, due. ARGV: page id or '', new state, by, at, member, now (unix), states that it may follow ...
_CHANGE = """
local known = redis.call('HMGET', KEYS[1], 'page_id', 'state', 'held')
if not known[1] or (ARGV[1] ~= '' and ARGV[1] ~= known[1]) then return false end
for at = 7, #ARGV do
  if known[2] == ARGV[at] then
    redis.call('HSET', KEYS[1], 'state', ARGV[2], 'tries', '0')
    if ARGV[3] ~= '' and redis.call('HEXISTS', KEYS[1], 'answered_by') == 0 then
      redis.call('HSET', KEYS[1], 'answered_by', ARGV[3], 'answered_at', ARGV[4])
    end
    if tonumber(known[3] or '0') <= tonumber(ARGV[6]) then
      redis.call('ZADD', KEYS[2], ARGV[6], ARGV[5])
    end
    return known[2]
  end
end
return false
"""
_FOLLOWS: Mapping[PageState, Sequence[PageState]] = {
    "acknowledged": ("open", "unanswered"),
    "resolved": ("open", "acknowledged", "unanswered"),
    "unanswered": ("open",),
}


class Pages:
    """The pages of all companies: one a patient, the latest."""

    def __init__(self, redis: Client, clock: Clock) -> None:
        """Take the connection and the clock."""
        self._redis = redis
        self._clock = clock
        self._open = redis.register_script(_OPEN)
        self._claim = redis.register_script(_CLAIM)
        self._record = redis.register_script(_RECORD)
        self._change = redis.register_script(_CHANGE)

    def new(
        self,
        company: CompanyId,
        user: UserId,
        conversation: ConversationId,
        group: str,
        *,
        level: str = "emergency",
        test: bool = False,
    ) -> Page:
        """Return a page that nobody knows of yet."""
        return Page(
            page_id=secrets.token_hex(16),
            company_id=company,
            user_id=user,
            conversation_id=conversation,
            group=group,
            level=level,
            opened_at=self._clock(),
            secret=secrets.token_hex(32),
            test=test,
        )

    async def open(self, page: Page, turn: str, *, due: datetime) -> bool:
        """Store a page; False when the turn has one, or the patient's last is not answered yet."""
        now = self._clock()
        company, user = page.company_id, page.user_id
        # Its id names the patient: who is erased later must not be found by it.
        before = await awaitable(self._redis.hget(keys.page(company, user), "page_id"))
        opened = await self._open(
            keys=[
                keys.page(company, user),
                keys.due_pages(),
                keys.page_owner(page.page_id),
                keys.pages(company),
                keys.page_owner(before or page.page_id),
            ],
            args=[
                turn,
                int(page.test),
                keys.mailbox_member(company, user),
                due.timestamp(),
                int(LIFE.total_seconds()),
                user,
                now.timestamp(),
                (now - LIFE).timestamp(),
                *fields_of(page),
            ],
        )
        return bool(opened)

    async def due(self, most: int) -> Sequence[tuple[CompanyId, UserId]]:
        """Return whose pages have something to do now, the longest due first."""
        now = self._clock().timestamp()
        members = await awaitable(
            self._redis.zrangebyscore(keys.due_pages(), "-inf", now, start=0, num=most)
        )
        return [keys.mailbox_owner(one) for one in members]

    async def claim(self, company: CompanyId, user: UserId) -> Page | None:
        """Take a page that is due for a while; None when another process has it."""
        now = self._clock().timestamp()
        found = await self._claim(
            keys=[keys.page(company, user), keys.due_pages()],
            args=[keys.mailbox_member(company, user), now, now + LEASE],
        )
        return page_of(dict(zip(found[::2], found[1::2], strict=True))) if found else None

    async def record(self, page: Page, seen: PageState, *, due: datetime | None) -> None:
        """Store what was done with a page that was claimed in a state, and when to go on; None: never."""
        await self._record(
            keys=[keys.page(page.company_id, page.user_id), keys.due_pages()],
            args=[
                page.page_id,
                seen,
                keys.mailbox_member(page.company_id, page.user_id),
                due.timestamp() if due else "",
                *progress_of(page),
            ],
        )

    async def change(
        self, company: CompanyId, user: UserId, state: PageState, *, by: str, page_id: str = ""
    ) -> bool:
        """Bring a patient's page into another state; False when there is none that can be."""
        now = self._clock()
        before = await self._change(
            keys=[keys.page(company, user), keys.due_pages()],
            args=[
                page_id,
                state,
                by,
                now.isoformat(),
                keys.mailbox_member(company, user),
                now.timestamp(),
                *_FOLLOWS[state],
            ],
        )
        return bool(before)

    async def of_patient(self, company: CompanyId, user: UserId) -> Page | None:
        """Return a patient's latest page, or None."""
        found = await awaitable(self._redis.hgetall(keys.page(company, user)))
        return page_of(found) if found else None

    async def find(self, page_id: str) -> Page | None:
        """Return a page by its id, or None: it never was, or a later one took its place."""
        owner = await awaitable(self._redis.get(keys.page_owner(page_id)))
        page = await self.of_patient(*keys.mailbox_owner(owner)) if owner else None
        return page if page is not None and page.page_id == page_id else None

    async def of(self, company: CompanyId) -> Sequence[Page]:
        """Return a company's pages of the last days, the latest first."""
        users = await awaitable(self._redis.zrange(keys.pages(company), 0, -1, desc=True))
        async with self._redis.pipeline(transaction=False) as pipe:
            for user in users:
                pipe.hgetall(keys.page(company, UserId(user)))
            found = await pipe.execute()
        return [page_of(one) for one in found if one]


async def forget_page(redis: Client, company: CompanyId, user: UserId) -> None:
    """Remove a patient from all that is paged for."""
    page_id = await awaitable(redis.hget(keys.page(company, user), "page_id"))
    async with redis.pipeline(transaction=True) as pipe:
        pipe.zrem(keys.due_pages(), keys.mailbox_member(company, user))
        pipe.zrem(keys.pages(company), user)
        if page_id:
            pipe.delete(keys.page_owner(page_id))
        await pipe.execute()
