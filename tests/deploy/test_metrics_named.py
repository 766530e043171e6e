"""Dashboards and alerts may name only numbers that we tell."""

import json
import re
from pathlib import Path

import pytest
import yaml

from integrations.metrics import Metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
NAMES = re.compile(r"\b(?:clinicdesk|process)_[a-z_]+")
LABELS = re.compile(r"\b([a-z_]+)\s*(?:=~|!~|!=|=)\s*\"|by \(([^)]*)\)")
SUFFIXES = ("", "_total", "_count", "_bucket", "_sum")


def dashboard() -> list[str]:
    text = (DEPLOY / "grafana/dashboards/clinicdesk.json").read_text("utf-8")
    return [target["expr"] for panel in json.loads(text)["panels"] for target in panel["targets"]]


def alerts() -> list[str]:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def told() -> set[str]:
    families = Metrics().registry.collect()
    return {family.name + suffix for family in families for suffix in SUFFIXES}


def labels() -> set[str]:
    names: set[str] = set()
    collectors = vars(Metrics()).values()
    for one in collectors:
        names |= set(getattr(one, "_labelnames", ()))
    return names | {"le"}


@pytest.mark.parametrize("expression", [*dashboard(), *alerts()])
def test_an_expression_names_only_numbers_that_exist(expression: str) -> None:
    named = set(NAMES.findall(expression))
    by = {
        label.strip()
        for single, several in LABELS.findall(expression)
        for label in (several or single).split(",")
    }

    assert named
    assert named <= told()
    assert by <= labels()


def test_every_number_of_ours_is_looked_at() -> None:
    ours = {one.name for one in Metrics().registry.collect() if one.name.startswith("clinicdesk_")}
    looked_at = " ".join([*dashboard(), *alerts()])

    assert {name for name in ours if name not in looked_at} == set()


def test_an_alert_says_what_happened_and_how_urgent_it_is() -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))

    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in {"page", "ticket", "info"}
        assert rule["annotations"]["summary"].endswith((".", "?"))
