"""Speech heard by OpenAI's API or any server that speaks it: words, and how sure it is of them."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any, Literal

import httpx
import openai
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from integrations.errors import IntegrationError
from integrations.openai import FAILURES, SYSTEM, EmptyAnswerError, client_of, failure_of

AGAIN = 0.5  # seconds before the one second try
LONGEST_PAUSE = 2.0  # seconds that a busy server may have for it
SILENT = 0.6  # probability of no speech from which, with little certainty, nothing was said
UNCERTAIN = -1.0  # mean log probability below which the words are a guess
REPEATING = 2.4  # how far words shrink when packed, once they go in circles
IN_CIRCLES = 0.3  # confidence in those
LONGEST_PROMPT = 400  # characters; a model hears no more than some 200 tokens
LANGUAGES = {"spanish": "es", "english": "en", "portuguese": "pt", "french": "fr"}

Shape = Literal["verbose", "logprobs", "plain"]


class Transcript(BaseModel):
    """What was heard."""

    model_config = ConfigDict(frozen=True)

    text: str
    """Empty when nobody spoke."""
    language: str = ""
    """Two letters, where the server tells it."""
    confidence: float | None = None
    """0 to 1, the mean certainty of a word; None where the server tells none."""
    seconds: float = 0.0
    """As the server counts them; 0 when it does not say."""


class _Segment(BaseModel):
    text: str = ""
    start: float = 0.0
    end: float = 0.0
    avg_logprob: float | None = None
    no_speech_prob: float = 0.0
    compression_ratio: float = 1.0

    @property
    def silent(self) -> bool:
        """Whisper's own rule for words that nobody said."""
        unsure = self.avg_logprob is not None and self.avg_logprob < UNCERTAIN
        return self.no_speech_prob > SILENT and unsure


class _Logprob(BaseModel):
    logprob: float | None = None


class _Usage(BaseModel):
    seconds: float | None = None


class _Language(BaseModel):
    code: str | None = None
    language: str | None = None


class _Answer(BaseModel):
    text: str
    language: str | None = None
    languages: list[_Language | str] | None = None
    duration: float | None = None
    segments: list[_Segment] | None = None
    logprobs: list[_Logprob] | None = None
    usage: _Usage | None = None


def shape_for(model: str) -> Shape:
    """Return what a model's answer can tell beside the words."""
    if "whisper" in model:
        return "verbose"
    return "logprobs" if model.startswith("gpt-4o") and "diarize" not in model else "plain"


async def heard(
    content: bytes,
    *,
    name: str,
    content_type: str,
    model: str,
    language: str,
    languages: Sequence[str] = (),
    words: Sequence[str] = (),
    api_key: SecretStr,
    base_url: str | None,
    http: httpx.AsyncClient,
    timeout_seconds: float,
) -> Transcript:
    """Return what is said in a sound; raises IntegrationError for every failure, after a second try.

    `language` is what it must be, empty when that is not known; `languages` what it may be. `words`
    are names that may come up. The name's extension must fit the content: servers go by it.
    """
    client = client_of(api_key, base_url, http, timeout_seconds)
    wishes = _wishes(model, language, languages, words)
    file = (name, content, content_type)
    try:
        async with asyncio.timeout(timeout_seconds):
            try:
                return await _asked(client, file, model, wishes)
            except IntegrationError as error:
                if error.permanent or isinstance(error, EmptyAnswerError):
                    raise
                pause = error.retry_after.total_seconds() if error.retry_after else AGAIN
                if pause > LONGEST_PAUSE:
                    raise
            await asyncio.sleep(pause)
            return await _asked(client, file, model, wishes)
    except TimeoutError as error:
        raise failure_of(error) from error


async def _asked(
    client: openai.AsyncOpenAI, file: tuple[str, bytes, str], model: str, wishes: dict[str, Any]
) -> Transcript:
    try:
        answer: Any = await client.post(
            "/audio/transcriptions",
            body={"model": model, **wishes},
            files=[("file", file)],
            options={"headers": {"Content-Type": "multipart/form-data"}},
            cast_to=object,
        )
    except FAILURES as error:
        raise failure_of(error) from error
    try:
        read = (
            _Answer.model_validate_json(answer)
            if isinstance(answer, str | bytes)
            else _Answer.model_validate(answer)
        )
    except ValidationError:
        # Its words would carry the patient's.
        raise EmptyAnswerError(SYSTEM, "unreadable answer", permanent=False) from None
    return _transcript(read)


def _wishes(
    model: str, language: str, languages: Sequence[str], words: Sequence[str]
) -> dict[str, Any]:
    """Return what is asked for beside the words, as far as the model knows it."""
    shape = shape_for(model)
    wishes: dict[str, Any] = {"response_format": "verbose_json" if shape == "verbose" else "json"}
    if shape == "logprobs":
        wishes["include"] = ["logprobs"]
    if model.startswith("gpt-transcribe"):
        wishes |= {"languages": list(languages)} if languages else {}
        return wishes | ({"keywords": list(words)} if words else {})
    if language:
        wishes["language"] = language
    if words:
        wishes["prompt"] = ", ".join(words)[:LONGEST_PROMPT]
    return wishes


def _transcript(answer: _Answer) -> Transcript:
    text, confidence = answer.text.strip(), None
    if answer.segments:
        spoken = [one for one in answer.segments if not one.silent]
        if len(spoken) < len(answer.segments):
            text = " ".join(one.text.strip() for one in spoken).strip()
        confidence = _mean(spoken)
    elif answer.logprobs:
        told = [one.logprob for one in answer.logprobs if one.logprob is not None]
        confidence = _probability(sum(told) / len(told)) if told else None
    seconds = answer.duration or (answer.usage.seconds if answer.usage else None) or 0.0
    return Transcript(
        text=text,
        language=_language(answer),
        confidence=confidence,
        seconds=max(seconds, 0.0),
    )


def _mean(segments: Sequence[_Segment]) -> float | None:
    """Return how sure a model is of what it heard, each segment by its length."""
    told = [
        (max(one.end - one.start, 0.1), one.avg_logprob)
        for one in segments
        if one.avg_logprob is not None
    ]
    if not told:
        return None
    mean = sum(length * logprob for length, logprob in told) / sum(length for length, _ in told)
    sure = _probability(mean)
    circling = any(one.compression_ratio > REPEATING for one in segments)
    return min(sure, IN_CIRCLES) if circling else sure


def _probability(logprob: float) -> float:
    return round(math.exp(min(logprob, 0.0)), 3) if math.isfinite(logprob) else 0.0


def _language(answer: _Answer) -> str:
    told = answer.language or ""
    if not told and answer.languages:
        first = answer.languages[0]
        told = first if isinstance(first, str) else (first.code or first.language or "")
    told = told.strip().lower()
    return LANGUAGES.get(told, told[:2] if len(told) in {2, 5} else "")
