"""The Lua scripts that read and write a company's checkpoints, one round trip each.

A thread is three keys of fixed names, whatever its age: a hash of documents, a sorted set of their
ids and a hash of pending writes. So one EXPIRE keeps a whole thread alive, one UNLINK ends it, and
nothing depends on a search index. A member of the sorted set, and a field of the hashes, is
`{checkpoint_ns}<SEPARATOR>{checkpoint_id}`; all scores are 0, so the order is that of the ids, which
grow with time.
"""

SEPARATOR = "\x1f"
END = "\x20"
"""The character after SEPARATOR: `{ns}END` is above every member of a namespace and below the next."""
ABOUT = f"{SEPARATOR}about"
"""Ends the name of the field that says what is known of a checkpoint without its document."""

# KEYS: documents, ids, writes. ARGV: the member, or "" for the newest of a namespace; the namespace.
# Answers the member, its document, what is known of it and its pending writes; or nothing.
READ = """
local member = ARGV[1]
if member == '' then
    member = redis.call('ZREVRANGEBYLEX', KEYS[2],
        '(' .. ARGV[2] .. '\\32', '[' .. ARGV[2] .. '\\31', 'LIMIT', 0, 1)[1]
    if not member then return false end
end
local found = redis.call('HMGET', KEYS[1], member, member .. '\\31about')
if not found[1] then return false end
return {member, found[1], found[2], redis.call('HGET', KEYS[3], member) or ''}
"""

# A branch of the graph within a task (`agent:uuid`) ends with the root checkpoint it belongs to;
# a lasting one (`agent`) keeps its newest checkpoint for as long as the thread lives.
_PRUNE = """
local function drop(member)
    redis.call('ZREM', KEYS[2], member)
    redis.call('HDEL', KEYS[1], member, member .. '\\31about')
    redis.call('HDEL', KEYS[3], member)
end
local function prune(keep)
    local oldest = redis.call('ZREVRANGEBYLEX', KEYS[2], '(\\32', '[\\31', 'LIMIT', keep - 1, 1)[1]
    if not oldest then return end
    local gone = redis.call('ZRANGEBYLEX', KEYS[2], '[\\31', '(' .. oldest)
    for _, member in ipairs(gone) do drop(member) end
    if #gone == 0 then return end
    local others = redis.call('ZRANGEBYLEX', KEYS[2], '[\\32', '+')
    for place, member in ipairs(others) do
        local space, id = string.match(member, '^(.*)\\31(.*)$')
        local following = others[place + 1]
        local newest = not following or string.match(following, '^(.*)\\31') ~= space
        local lasting = newest and not string.find(space, ':', 1, true)
        if '\\31' .. id < oldest and not lasting then drop(member) end
    end
end
"""

_OWN = """
local function own()
    local owner = redis.call('GET', KEYS[4])
    if owner and owner ~= ARGV[1] then return false end
    redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[2])
    return true
end
local function live()
    for place = 1, 3 do redis.call('EXPIRE', KEYS[place], ARGV[2]) end
    return 1
end
"""

# KEYS of the following: documents, ids, writes, the thread's company. ARGV: company, seconds to live.
# All answer 1, or 0 when the thread is another company's, and then change nothing.

# More ARGV: how many checkpoints to keep (0 keeps all), member, document, what is known of it.
PUT = f"""
{_PRUNE}
{_OWN}
if not own() then return 0 end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[5], ARGV[4] .. '\\31about', ARGV[6])
redis.call('ZADD', KEYS[2], 0, ARGV[4])
if ARGV[3] ~= '0' then prune(tonumber(ARGV[3])) end
return live()
"""

# More ARGV: member, lines to append. A line is never changed: the reader decides which one counts.
APPEND = f"""
{_OWN}
if not own() then return 0 end
redis.call('HSET', KEYS[3], ARGV[3], (redis.call('HGET', KEYS[3], ARGV[3]) or '') .. ARGV[4])
return live()
"""

# More ARGV: how many checkpoints to keep.
PRUNE = f"""
{_PRUNE}
{_OWN}
if not own() then return 0 end
prune(tonumber(ARGV[3]))
return live()
"""

# No more ARGV. The mark of the thread's company goes only with the company that it names.
DELETE = """
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
if redis.call('GET', KEYS[4]) == ARGV[1] then redis.call('UNLINK', KEYS[4]) end
return 1
"""

# KEYS 5 to 7: documents, ids and writes of the thread to copy from, of the same company.
COPY = f"""
{_OWN}
if not own() then return 0 end
for place = 1, 3 do
    redis.call('UNLINK', KEYS[place])
    redis.call('COPY', KEYS[place + 4], KEYS[place])
end
return live()
"""
