"""An error's words are logged when they are ours, and left out when a library may have quoted a patient."""

import json
import sys

from pydantic import BaseModel, ValidationError

from integrations.errors import IntegrationError
from integrations.logged_errors import LEFT_OUT, logged_errors


class Number(BaseModel):
    number: int


def test_our_words_are_kept_and_what_led_to_them_has_none() -> None:
    try:
        try:
            Number.model_validate({"number": "canary"})
        except ValidationError as error:
            raise IntegrationError(
                "chatwoot", "The answer has no number.", permanent=True
            ) from error
    except IntegrationError:
        stacks = logged_errors(sys.exc_info())  # type: ignore[arg-type] # There is one.

    assert "canary" not in json.dumps(stacks)
    assert [one["exc_type"] for one in stacks] == ["IntegrationError", "ValidationError"]
    assert "no number" in stacks[0]["exc_value"]
    assert stacks[1]["exc_value"] == LEFT_OUT
    assert stacks[1]["frames"][0]["name"].startswith("test_our_words")


def test_groups_are_looked_into() -> None:
    errors = [KeyError("canary"), IntegrationError("google", "HTTP 500", permanent=False)]
    group = ExceptionGroup("tasks", errors)

    told = json.dumps(logged_errors((ExceptionGroup, group, None)))

    assert "canary" not in told
    assert "KeyError" in told
    assert "HTTP 500" in told
