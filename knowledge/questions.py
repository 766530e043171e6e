"""What a search asks of RediSearch and what comes back, each in one round trip."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from redis.exceptions import ResponseError

from integrations.redis import Client
from knowledge.index import Serving, is_missing
from knowledge.query import Filter, any_of
from knowledge.record import mark_name, vector_name
from knowledge.scoring import Asked
from knowledge.spelling import distance, doubtful, nearest
from tenants import keys
from tenants.ids import CompanyId

logger = structlog.get_logger(__name__)

NEAREST = 100  # chunks by sense
MATCHES = 100  # chunks by words
ALSO = 0.3  # what a synonym counts of a word that was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was found by sense, and what is needed to weigh words."""

    serving: str | None
    """Which index answers at this moment, as it is written in Redis."""
    lost: bool = False
    expected: int = 0
    """How many chunks there should be."""
    total: int = 0
    """How many the index has."""
    cosines: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many chunks have each word, also each of `spelt`."""
    spelt: Mapping[str, str] = field(default_factory=dict)
    """A word of the documents by each word of the question that may be it, misspelt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What was found by words."""

    scores: Mapping[str, float]
    """BM25 by key."""
    with_vector: frozenset[str]


async def ask(
    redis: Client,
    company: CompanyId,
    serving: Serving | None,
    asked: Asked,
    narrowed: Filter,
) -> Answers:
    """Ask which index answers, the nearest, how many there are, and have each word.

    One round trip; another where what was said is in no chunk and may be said otherwise.
    """
    # At one moment: an index may be swapped between two commands.
    pipe = redis.pipeline(transaction=True)
    pipe.get(keys.serving_index(company))
    pipe.hget(keys.knowledge_totals(company), "chunks")
    if serving is not None:
        _ask_for_all(pipe, serving, asked, narrowed)
    text, expected, *searched = await pipe.execute(raise_on_error=False)
    for answer in (text, expected):
        if isinstance(answer, Exception):
            raise answer
    if any(_gone(one) for one in searched):
        return Answers(serving=text, lost=True)
    if serving is None or text != serving.written():
        return Answers(serving=text)
    answers = _read(text, int(expected or 0), asked, [_usable(one) for one in searched])
    unsaid = asked.unsaid(answers.counts, answers.spelt)
    more = dict.fromkeys(word for one in unsaid for word in one.words if word not in answers.counts)
    return replace(answers, counts={**answers.counts, **await _counts(redis, serving, more)})


async def _counts(redis: Client, serving: Serving, words: Iterable[str]) -> dict[str, int]:
    pipe = redis.pipeline(transaction=False)
    for word in (asked := list(words)):
        _search(pipe, serving, any_of((word,)), [], "LIMIT", 0, 0)
    counted = await pipe.execute(raise_on_error=False) if asked else []
    return {word: int(_usable(one)[0]) for word, one in zip(asked, counted, strict=True)}


def _ask_for_all(pipe: Any, serving: Serving, asked: Asked, narrowed: Filter) -> None:
    _search(pipe, serving, "*", [], "LIMIT", 0, 0)
    if asked.vector is not None:
        name = vector_name(serving.shape.model)
        near = f"({narrowed.clause or '*'})=>[KNN {NEAREST} @{name} $vector AS distance]"
        params = ["vector", asked.vector, *_params(narrowed)]
        _search(pipe, serving, near, params, "RETURN", 1, "distance", "LIMIT", 0, NEAREST)
    for word in asked.all:
        _search(pipe, serving, any_of((word,)), [], "LIMIT", 0, 0)
    for word in doubtful(asked.words):
        command = ("FT.SPELLCHECK", serving.index, word, "DISTANCE", distance(word), "DIALECT", 2)
        pipe.execute_command(*command)


def _read(serving: str, expected: int, asked: Asked, searched: Sequence[list[Any]]) -> Answers:
    """Read what came back, in the order in which it was asked."""
    answers = iter(searched)
    total = int(next(answers)[0])
    near = next(answers) if asked.vector is not None else [0]
    counts = {word: int(next(answers)[0]) for word in asked.all}
    meant = {
        word: found for word in doubtful(asked.words) if (found := nearest(word, next(answers)))
    }
    terms = {term: max(1, round(share * total)) for term, share in meant.values()}
    return Answers(
        serving=serving,
        expected=expected,
        total=total,
        cosines={
            key: 1 - float(_pairs(flat)["distance"]) - asked.common
            for key, flat in zip(near[1::2], near[2::2], strict=True)
        },
        counts={**terms, **counts},
        spelt={word: term for word, (term, _) in meant.items()},
    )


async def match(
    redis: Client, serving: Serving, asked: Asked, answers: Answers, narrowed: Filter
) -> Matches | None:
    """Return what has the words, with scores; None when the index went meanwhile.

    Words that most chunks have are left out beside others.

    Until RediSearch has cleaned up, a chunk that was written twice counts twice for its words:
    2.10 then takes a word that "more than all" have for the rarest there is.
    """
    having = [(word, answers.counts[word]) for word in (*asked.words, *asked.meant)]
    rare = [word for word, count in having if 2 * count <= answers.total]
    if not having:
        return Matches(scores={}, with_vector=frozenset())
    query = any_of(rare or [word for word, _ in having])
    if also := [word for word in asked.also if 0 < 2 * answers.counts[word] <= answers.total]:
        query = f"({query} | {any_of(also)} => {{$weight: {ALSO}}})"
    query = f"{query} {narrowed.clause}"
    pipe = redis.pipeline(transaction=False)
    mark = mark_name(serving.shape.model)
    scored = ("SCORER", "BM25STD", "WITHSCORES", "RETURN", 1, mark)
    _search(pipe, serving, query, _params(narrowed), *scored, "LIMIT", 0, MATCHES)
    (answer,) = await pipe.execute(raise_on_error=False)
    if _gone(answer):
        return None
    found = _usable(answer)
    scores: dict[str, float] = {}
    marked: set[str] = set()
    for key, score, flat in zip(found[1::3], found[2::3], found[3::3], strict=True):
        scores[key] = float(score)
        if mark in _pairs(flat):
            marked.add(key)
    return Matches(scores=scores, with_vector=frozenset(marked))


def _params(narrowed: Filter) -> list[str | bytes]:
    return [part for pair in narrowed.params.items() for part in pair]


def _search(
    pipe: Any, serving: Serving, query: str, params: list[str | bytes], *options: str | int
) -> None:
    named = ("PARAMS", len(params), *params) if params else ()
    pipe.execute_command("FT.SEARCH", serving.index, query, *named, *options, "DIALECT", 2)


def _gone(answer: Any) -> bool:
    return isinstance(answer, ResponseError) and is_missing(answer)


def _usable(answer: Any) -> list[Any]:
    if isinstance(answer, ResponseError):
        logger.warning("search_refused", error=str(answer)[:200])
        return [0]
    if isinstance(answer, Exception):
        raise answer
    return list(answer)


def _pairs(flat: list[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=False))
