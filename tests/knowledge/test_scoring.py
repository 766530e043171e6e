"""One scale for every model, and what words may add to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.local_embedder import MODEL
from knowledge.background import background_of
from knowledge.scoring import ENOUGH, Asked, Scale, Worth, scored

E5 = Scale(threshold=0.59, words_weight=0.1, common=0.3)
ALL = frozenset("abcde")


def scores(words: dict[str, float], known: float = 1.0) -> dict[str, float]:
    """Five passages that are equally near; `words` of each as a share of what can be reached."""
    worth = Worth(reachable=1.0, known=known)
    return scored(dict.fromkeys(ALL, 0.6), words, ALL, worth=worth, scale=E5)


@pytest.mark.parametrize(
    "scale", [E5, Scale(threshold=0.2, words_weight=0.3), Scale(threshold=0.15, words_weight=0.0)]
)
def test_what_is_just_near_enough_has_the_same_score_for_every_model(scale: Scale) -> None:
    highest = 1 - scale.common + scale.words_weight + 0.04

    assert scale.score(scale.threshold) == ENOUGH
    assert scale.score(highest) == pytest.approx(1)
    assert scale.score(-0.5) == 0


@given(st.floats(-1, 1.2), st.floats(-1, 1.2))
def test_nearer_is_never_lower(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert E5.score(low) <= E5.score(high)


def test_words_that_the_best_have_alike_tell_none_apart() -> None:
    alike = scores({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.3})
    apart = scores({"a": 0.9, "b": 0.1})

    assert alike["a"] > alike["d"] == alike["e"]
    assert apart["a"] - apart["b"] > 2 * (alike["a"] - alike["e"])


def test_words_that_no_document_has_speak_against_every_passage() -> None:
    unknown, heard_of = scores({}, known=0.0), scores({}, known=1.0)

    assert all(unknown[key] < heard_of[key] for key in ALL)


def test_a_misspelt_word_counts_as_the_one_that_was_meant() -> None:
    asked = Asked(words=("avono", "toxina", "lasana"), meant=(), vector=None)
    counts = {"avono": 0, "abono": 4, "toxina": 2, "lasana": 0}

    settled = asked.settled(counts, {"avono": "abono"})

    assert settled.words == ("abono", "toxina", "lasana")
    assert 0 < Worth.of(settled, 10, counts).known < 1


def test_a_story_needs_no_more_of_its_words_than_a_question() -> None:
    counts = dict.fromkeys(("muela", "extraccion"), 2) | dict.fromkeys(("prima", "bus", "lunes"), 0)
    short = Asked(words=("muela", "extraccion"), meant=(), vector=None)
    story = Asked(words=tuple(counts), meant=(), vector=None)

    one, other = Worth.of(short, 20, counts), Worth.of(story, 20, counts)

    assert one.known == 1
    assert other.known > 0.3
    assert other.reachable < 2 * one.reachable
    assert one.story < other.story


def test_counts_that_are_too_high_and_a_scale_from_zero_are_no_errors() -> None:
    asked = Asked(words=("botox",), meant=(), vector=None)

    worth = Worth.of(asked, 3, {"botox": 7})

    assert (worth.known, worth.reachable) == (1.0, 0.0)
    assert Scale(threshold=0.0, words_weight=0.1).score(-0.1) == 0


def test_of_a_story_words_tell_more_than_its_vector() -> None:
    near = dict.fromkeys(ALL, 0.5) | {"b": 0.6}

    def order(story: float) -> list[str]:
        worth = Worth(reachable=1.0, known=1.0, story=story)
        found = scored(near, {"a": 0.6}, ALL, worth=worth, scale=E5)
        return sorted(found, key=lambda key: -found[key])

    assert order(0.0)[:2] == ["b", "a"]
    assert order(1.0)[:2] == ["a", "b"]


def test_what_all_texts_have_in_common_does_not_count() -> None:
    background = background_of(MODEL)
    assert background is not None
    question = background.mean / np.linalg.norm(background.mean)
    question = (question + np.eye(len(question), dtype=np.float32)[0])[None, :]

    unit, common = background.without(question / np.linalg.norm(question))

    assert np.linalg.norm(unit) == pytest.approx(1, abs=1e-4)
    assert 0 < common < 1
    assert background_of("another") is None
