"""What kind of sound some bytes are and how long they last, whatever they are called, whole or broken."""

import io
import random
import wave
from pathlib import Path

import pytest

from integrations.sounds import UnreadableSoundError, seconds_of, sound_of

AUDIO = Path(__file__).parents[1] / "fixtures" / "audio"
GREETING = 2.02  # seconds


def note(name: str) -> bytes:
    return (AUDIO / name).read_bytes()


def silence(seconds: float, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(int(seconds * rate) * 2))
    return file.getvalue()


@pytest.mark.parametrize("extension", ["ogg", "m4a", "mp3", "webm"])
def test_a_voice_note_is_known_by_its_bytes_and_timed(extension: str) -> None:
    content = note(f"greeting.{extension}")

    sound = sound_of(content)

    assert sound is not None
    assert sound.extension == extension
    assert seconds_of(content, sound) == pytest.approx(GREETING, abs=0.2)


def test_a_wave_is_timed_by_its_head() -> None:
    content = silence(3)
    sound = sound_of(content)

    assert sound is not None
    assert sound.extension == "wav"
    assert seconds_of(content, sound) == pytest.approx(3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"<svg onload='x'>",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftypmp42" + b"hdlr" + bytes(8) + b"vide" + b"hdlr" + bytes(8) + b"soun",
        b"\x1a\x45\xdf\xa3" + b"webm V_VP8 A_OPUS",
        b"OggS" + bytes(24) + b"\x80theora",
    ],
)
def test_what_is_no_sound_is_nobodys_voice_note(content: bytes) -> None:
    assert sound_of(content) is None


@pytest.mark.parametrize("content", [b"#!AMR\n\x3c", b"\xff\xf1\x50\x80\x00\x1f\xfc"])
def test_a_sound_that_no_server_takes_is_known_as_one(content: bytes) -> None:
    sound = sound_of(content)

    assert sound is not None
    assert not sound.heard


def test_who_claims_less_time_than_the_bytes_need_is_not_believed() -> None:
    content = note("greeting.ogg") + bytes(5_000_000)
    sound = sound_of(content)

    assert sound is not None
    assert seconds_of(content, sound) > 60


def test_a_recording_that_does_not_tell_its_length_is_judged_by_its_size() -> None:
    content = note("greeting.webm").replace(b"\x44\x89\x88", b"\x44\x88\x88") + bytes(200_000)
    sound = sound_of(content)

    assert sound is not None
    assert seconds_of(content, sound) > 60


@pytest.mark.parametrize("extension", ["ogg", "m4a", "mp3", "webm"])
def test_a_broken_file_is_timed_or_refused_and_nothing_else(extension: str) -> None:
    whole, chance = note(f"greeting.{extension}"), random.Random(7)  # For a test.

    for _ in range(300):
        content = bytearray(whole[: chance.randrange(1, len(whole))])
        for _ in range(chance.randrange(20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        _told(bytes(content))


def _told(content: bytes) -> float:
    sound = sound_of(content)
    try:
        return seconds_of(content, sound) if sound is not None else 0.0
    except UnreadableSoundError:
        return 0.0
