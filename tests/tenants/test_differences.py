"""The trail says from what to what, small and without secrets."""

from tenants.differences import MOST, differences


def test_things_with_an_id_are_named_by_it_wherever_they_stand() -> None:
    old = {"staff": [{"id": "ana", "name": "Ana"}, {"id": "luz", "name": "Luz"}]}
    new = {"staff": [{"id": "luz", "name": "Luz M."}, {"id": "ana", "name": "Ana"}]}

    assert differences(old, new) == [{"field": "staff.luz.name", "from": "Luz", "to": "Luz M."}]


def test_what_is_added_or_taken_away_is_told() -> None:
    old = {"treatments": [{"id": "botox"}], "phone": "1"}
    new = {"treatments": [{"id": "botox"}, {"id": "peeling"}], "website": "https://x.co"}

    assert differences(old, new) == [
        {"field": "phone", "from": "1", "to": None},
        {"field": "treatments.peeling", "from": None, "to": "(peeling)"},
        {"field": "website", "from": None, "to": "https://x.co"},
    ]


def test_a_secret_is_never_told() -> None:
    old = {"chatwoot": {"api_key": "first-secret", "account_id": 1}}
    new = {"chatwoot": {"api_key": "other-secret", "account_id": 2}}

    assert differences(old, new) == [{"field": "chatwoot.account_id", "from": 1, "to": 2}]


def test_long_texts_and_many_differences_are_cut() -> None:
    new = {f"field{number:02}": "a" * 500 for number in range(99)}

    told = differences({}, new)

    assert len(told) == MOST
    assert len(str(told[0]["to"])) < 100
