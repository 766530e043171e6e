"""Every kind of body that Chatwoot sends is understood, and only a patient's turn is one."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.chatwoot_events import (
    HumanTookOver,
    Ignored,
    OwnEcho,
    OwnershipChanged,
    PatientMessage,
)
from integrations.chatwoot_webhook import UnreadableWebhookError, read_event
from tests.fakes.chatwoot_payloads import (
    AGENT,
    BOT,
    Contact,
    Place,
    attachment,
    conversation_event,
    incoming,
    message,
)
from tests.integrations.events import NOW, event_of, turn_of

HERE = Place()
WEB = Place(channel="Channel::WebWidget", source_id="b5600d50-ebcc", contact=Contact(phone=None))
ITEMS = [{"title": "10:00", "value": "s1"}, {"title": "11:00", "value": "s2"}]


TURNS = {
    "whatsapp text": incoming(HERE, 1, "Hola"),
    "voice note": incoming(HERE, 1, None, attachments=[attachment(1, "audio")]),
    "picture with words": incoming(HERE, 1, "¿así?", attachments=[attachment(1, "image")]),
    "picture": incoming(HERE, 1, None, attachments=[attachment(1, "image")]),
    "video": incoming(HERE, 1, None, attachments=[attachment(1, "video")]),
    "document": incoming(HERE, 1, None, attachments=[attachment(1, "file")]),
    "place": incoming(
        HERE, 1, None, attachments=[attachment(1, "location", coordinates_lat=4.6, coordinates_long=-74.1)]
    ),
    "contact card": incoming(HERE, 1, None, attachments=[attachment(1, "contact", data_url=None)]),
    "sticker": incoming(HERE, 1, None, content_type="sticker", attachments=[attachment(1, "image")]),
    "story mention": incoming(HERE, 1, None, attachments=[attachment(1, "story_mention")]),
    "quoted reply": incoming(HERE, 1, "esa", attributes={"in_reply_to": 9, "in_reply_to_external_id": "w"}),
    "advertisement": incoming(HERE, 1, "info", attributes={"referral": {"source_url": "x"}}),
    "web": incoming(WEB, 1, "Hola", attributes={"in_reply_to": None}),
    "telegram": incoming(replace(HERE, channel="Channel::Telegram"), 1, "Hola"),
    "instagram": incoming(replace(HERE, channel="Channel::Instagram"), 1, "Hola"),
    "mail": incoming(
        replace(HERE, channel="Channel::Email"), 1, "Hola", content_type="incoming_email",
        attributes={"email": {"auto_reply": False, "text_content": {"quoted": "Hola"}}},
    ),
    "button": message(
        WEB, number=1, content="Elija", kind="outgoing", event="message_updated", sender=BOT,
        content_type="input_select", attributes={"items": ITEMS, "submitted_values": ITEMS[:1]},
    ),
    "form": message(
        WEB, number=1, content="Datos", kind="outgoing", event="message_updated", sender=BOT,
        content_type="form", attributes={"submitted_values": [{"name": "nombre", "value": "Ana"}]},
    ),
    "button of a message of ours": message(
        WEB, number=1, content="Elija", kind="outgoing", event="message_updated", sender=BOT,
        content_type="input_select",
        attributes={"reply_key": "101-9001-1.0", "submitted_values": ITEMS[:1]},
    ),
    "after a resolved conversation": incoming(replace(HERE, status="pending"), 1, "Hola"),
    "while a person has it": incoming(replace(HERE, status="open", assignee=AGENT, assignee_type="User"), 1, "Hola"),
}  # fmt: skip

NO_TURNS = {
    "person": message(HERE, number=1, content="Hola", kind="outgoing", sender=AGENT),
    "own echo": message(HERE, number=1, content="x", kind="outgoing", sender=BOT, attributes={"reply_key": "101-9001-1.0"}),
    "other bot": message(HERE, number=1, content="x", kind="outgoing", sender=BOT),
    "captain": message(HERE, number=1, content="x", kind="outgoing", sender={"id": 1, "type": "captain_assistant"}),
    "note": message(HERE, number=1, content="x", kind="outgoing", sender=AGENT, private=True),
    "native app": message(HERE, number=1, content="x", kind="outgoing", attributes={"external_echo": True}),
    "greeting": message(HERE, number=1, content="x", kind="template"),
    "survey": message(HERE, number=1, content="x", kind="template", content_type="input_csat"),
    "survey answered": message(
        HERE, number=1, content="x", kind="template", event="message_updated", content_type="input_csat",
        attributes={"submitted_values": {"csat_survey_response": {"rating": 5}}},
    ),
    "e-mail collected": message(
        HERE, number=1, content="x", kind="template", event="message_updated",
        content_type="input_email", attributes={"submitted_email": "a@b.co"},
    ),
    "buttons sent": message(HERE, number=1, content="x", kind="outgoing", sender=BOT, content_type="input_select", attributes={"items": ITEMS}),
    "delivered": message(HERE, number=1, content="x", kind="outgoing", sender=BOT, event="message_updated"),
    "failed": message(HERE, number=1, content="x", kind="outgoing", sender=BOT, event="message_updated", attributes={"external_error": "no"}),
    "incoming updated": incoming(HERE, 1, "Hola", event="message_updated"),
    "incoming transcribed": incoming(
        HERE, 1, None, event="message_updated", attachments=[attachment(1, "audio", transcribed_text="hola")]
    ),
    "deleted": incoming(HERE, 1, "This message was deleted", event="message_updated", attributes={"deleted": True}),
    "unsupported": incoming(HERE, 1, None, attributes={"is_unsupported": True}),
    "auto-reply": incoming(
        HERE, 1, "Estoy de vacaciones", content_type="incoming_email", attributes={"email": {"auto_reply": True}}
    ),
    "conversation begun by an auto-reply": incoming(
        replace(HERE, extra={"auto_reply": True}), 1, "x", content_type="incoming_email"
    ),
    "blocked": incoming(replace(HERE, contact=Contact(blocked=True)), 1, "Hola"),
    "call": incoming(HERE, 1, "x", content_type="voice_call"),
    "video room": incoming(HERE, 1, "x", content_type="integrations"),
    **{
        name: conversation_event(HERE, name)
        for name in (
            "conversation_created", "conversation_updated", "conversation_status_changed",
            "conversation_opened", "conversation_resolved", "automation_event.message_created",
            "macro.executed", "something_new",
        )
    },
    "typing": {"event": "conversation_typing_on", "user": {}, "conversation": {"id": 101}, "is_private": False},
    "widget": {"event": "webwidget_triggered", "id": 1, "contact": {}, "current_conversation": None},
    "contact": {"event": "contact_updated", "id": 1, "account": {"id": 7}, "changed_attributes": []},
    "no event": {"id": 1},
}  # fmt: skip


@pytest.mark.parametrize("body", TURNS.values(), ids=TURNS)
def test_a_patients_turn_is_one(body: dict[str, Any]) -> None:
    turn = turn_of(body)

    assert turn.text or turn.attachments
    assert (turn.account_id, turn.conversation_id, turn.user_id) == (7, 101, "418")


@pytest.mark.parametrize("body", NO_TURNS.values(), ids=NO_TURNS)
def test_what_is_no_patients_turn_is_none(body: dict[str, Any]) -> None:
    assert not isinstance(event_of(body), PatientMessage)


@pytest.mark.parametrize("name", ["person", "native app"])
def test_a_person_who_writes_takes_over(name: str) -> None:
    event = event_of(NO_TURNS[name])

    assert isinstance(event, HumanTookOver)
    assert event.at == pytest.approx(datetime(2026, 11, 22, 14, 59, 58, tzinfo=UTC).timestamp())


def test_an_own_echo_is_known_by_its_key_even_from_a_users_token() -> None:
    told = {"reply_key": "101-9001-1.0"}
    body = message(HERE, number=1, content="x", kind="outgoing", sender=AGENT, attributes=told)

    assert isinstance(event_of(body), OwnEcho)


@pytest.mark.parametrize(
    "key", ["x", "101-9001-1.0:*", "../../x.0", "benova:1", "1-1-1." + "9" * 99]
)
def test_a_key_that_we_never_made_is_no_echo(key: str) -> None:
    told = {"reply_key": key}
    body = message(HERE, number=1, content="x", kind="outgoing", sender=BOT, attributes=told)

    assert isinstance(event_of(body), Ignored)


def test_a_failed_delivery_says_why() -> None:
    told = {"reply_key": "101-9001-1.0", "external_error": "Template not found"}
    body = message(
        HERE, number=1, content="x", kind="outgoing", sender=BOT, event="message_updated",
        attributes=told,
    )  # fmt: skip

    event = event_of(body)

    assert isinstance(event, OwnEcho)
    assert event.failed == "Template not found"


def test_nothing_secret_survives() -> None:
    event = event_of(TURNS["whatsapp text"])

    assert "pubsubSECRET" not in repr(event)


@pytest.mark.parametrize(
    ("place", "phone"),
    [
        (HERE, "+573001234567"),
        (replace(HERE, source_id="CO.13491208655302741918"), ""),
        (replace(HERE, channel="Channel::TwilioSms", source_id="whatsapp:+573001234567"), "+573001234567"),
        (replace(WEB, contact=Contact(phone="+573009999999")), ""),
        (replace(WEB, contact=Contact(phone="+573009999999"), hmac_verified=True), "+573009999999"),
        (replace(HERE, channel="Channel::Email", source_id="573001234567"), ""),
    ],
    ids=["whatsapp", "business-scoped id", "twilio", "typed in the widget", "hmac", "mail"],
)  # fmt: skip
def test_only_a_number_that_the_channel_vouches_for_counts(place: Place, phone: str) -> None:
    assert turn_of(incoming(place, 1, "Hola")).patient_phone == phone


@pytest.mark.parametrize(
    ("told", "name"),
    [("Laura Gómez", "Laura Gómez"), ("wandering-river-482", ""), ("+57 300 123 4567", ""),
     ("ana@example.com", ""), ("  Ana \n María ", "Ana María")],
)  # fmt: skip
def test_only_a_persons_name_is_a_name(told: str, name: str) -> None:
    body = incoming(replace(HERE, contact=Contact(name=told)), 1, "Hola")

    assert turn_of(body).patient_name == name


@pytest.mark.parametrize(
    ("channel", "extra", "source", "short"),
    [
        ("Channel::Whatsapp", {}, "1", "whatsapp"),
        ("Channel::TwilioSms", {}, "whatsapp:+1", "whatsapp_twilio"),
        ("Channel::TwilioSms", {}, "+1", "sms_twilio"),
        ("Channel::FacebookPage", {}, "1", "messenger"),
        ("Channel::FacebookPage", {"type": "instagram_direct_message"}, "1", "instagram"),
        ("Channel::WebWidget", {}, "1", "web"),
        ("Channel::Unknown", {}, "1", "api"),
    ],
)
def test_a_channel_has_a_short_name(
    channel: str, extra: dict[str, str], source: str, short: str
) -> None:
    place = replace(HERE, channel=channel, extra=extra, source_id=source)

    assert turn_of(incoming(place, 1, "Hola")).channel == short


def test_a_browser_hints_at_the_language() -> None:
    body = incoming(replace(WEB, extra={"browser_language": "en-US"}), 1, "Hi")

    assert turn_of(body).language == "en"


def test_the_same_buttons_pressed_otherwise_are_another_submission() -> None:
    bodies = [
        message(
            WEB, number=1, content="Elija", kind="outgoing", event="message_updated", sender=BOT,
            content_type="input_select", attributes={"submitted_values": [item]},
        )
        for item in ITEMS
    ]  # fmt: skip

    first, second = (turn_of(body) for body in bodies)

    assert (first.text, first.value) == ("10:00", "s1")
    assert first.submission != second.submission


def test_the_minimal_body_of_older_systems_is_read() -> None:
    body = {
        "event": "message_created",
        "message_type": "incoming",
        "content": "Hola, quiero agendar una cita",
        "conversation": {"id": 123, "account_id": "7", "contact_inbox": {"contact_id": 456}},
        "sender": {"name": "Juan Pérez", "phone_number": "+573001234567"},
    }

    turn = turn_of(body)

    assert (turn.account_id, turn.conversation_id, turn.user_id) == (7, 123, "456")
    assert turn.message_id == int(NOW.timestamp() * 1000)
    assert turn.patient_name == "Juan Pérez"


@pytest.mark.parametrize("where", ["top", "conversation", "last message"])
def test_the_account_is_found_wherever_a_version_says_it(where: str) -> None:
    body = incoming(HERE, 1, "Hola")
    kept = {"top": body["account"], "conversation": body["conversation"]["account"],
            "last message": body["conversation"]["messages"][0]["account_id"]}[where]  # fmt: skip
    del body["account"], body["conversation"]["account"]
    del body["conversation"]["messages"][0]["account_id"]
    if where == "top":
        body["account"] = kept
    elif where == "conversation":
        body["conversation"]["account"] = kept
    else:
        body["conversation"]["messages"][0]["account_id"] = kept

    assert turn_of(body).account_id == 7


def test_numbers_as_words_and_nulls_cost_no_message() -> None:
    body = incoming(HERE, 1, "Hola")
    body["id"] = "9001"
    body["message_type"] = 0
    body["content_attributes"] = None
    body["additional_attributes"] = []
    body["attachments"] = None
    body["conversation"]["id"] = "101"
    body["conversation"]["labels"] = None
    body["conversation"]["messages"] = None
    body["conversation"]["meta"]["assignee_type"] = None
    body["conversation"]["updated_at"] = "soon"
    body["created_at"] = 1795359598
    body["new_in_version_9"] = {"deep": [1, 2, {"er": None}]}

    turn = turn_of(body)

    assert (turn.message_id, turn.conversation_id, turn.text) == (9001, 101, "Hola")


@pytest.mark.parametrize(
    ("event", "changed", "about_status"),
    [
        ("conversation_status_changed", None, True),
        ("conversation_opened", None, True),
        ("conversation_updated", [{"status": {"current_value": "pending"}}], True),
        ("conversation_updated", [{"waiting_since": {}}, {"updated_at": {}}], False),
        ("conversation_updated", None, False),
        ("conversation_created", None, False),
    ],
)
def test_a_change_of_ownership_says_whether_the_status_changed(
    event: str, changed: object, *, about_status: bool
) -> None:
    place = replace(HERE, status="open", assignee=AGENT, assignee_type="User")

    read = event_of(conversation_event(place, event, changed))

    assert isinstance(read, OwnershipChanged)
    assert (read.ownership.status, read.ownership.human) == ("open", True)
    assert read.status_event is about_status


def test_a_bot_that_is_assigned_is_no_person() -> None:
    place = replace(HERE, assignee=BOT, assignee_type="AgentBot")

    assert not turn_of(incoming(place, 1, "Hola")).ownership.human


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no JSON"),
        (b"hello", "no JSON"),
        (b"[1]", "no JSON object"),
        (b'{"content": "\xff\xfe"}', "not UTF-8"),
        (b'{"a":' * 50_000, "no JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "no JSON"),
        (b'{"event":"message_created","message_type":"incoming"}', "no conversation"),
        (b'{"event":"message_created","message_type":"incoming","conversation":{"id":1}}', "no contact"),
    ],
    ids=["empty", "words", "list", "latin", "deep objects", "deep lists", "no conversation", "no contact"],
)  # fmt: skip
def test_a_body_that_is_no_event_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(UnreadableWebhookError, match=words):
        read_event(body, now=NOW)


@pytest.mark.parametrize(
    "number", [0, -1, 2**53, 10**30, 1.5, True, "a|b", "*", "../x", "", [], {}]
)
def test_an_id_that_is_none_is_not_taken_for_one(number: object) -> None:
    body = incoming(HERE, 1, "Hola")
    body["conversation"]["id"] = number

    with pytest.raises(UnreadableWebhookError):
        read_event(json.dumps(body).encode(), now=NOW)
