"""Pictures made harmless: real ones of each kind, and those that were made to do harm."""

import random

import pytest
from PIL import Image

from integrations.pictures import Pictures, UnreadablePictureError, kind_of
from tests.fakes.photos import (
    GIF_AND_SCRIPT,
    HEIC,
    PDF_NAMED_JPG,
    PLACE,
    SVG,
    bomb,
    opened,
    photo,
)


def _is_red(image: Image.Image, at: tuple[int, int]) -> bool:
    red, green, blue = image.convert("RGB").getpixel(at)  # type: ignore[misc] # RGB has three.
    return red > 200 and max(green, blue) < 60


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_every_kind_becomes_a_bare_jpeg_of_its_first_frame(kind: str) -> None:
    made = await Pictures().harmless(photo(kind))

    image = opened(made)
    assert (image.format, image.size) == ("JPEG", (640, 480))
    assert dict(image.getexif()) == {}
    assert set(image.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert PLACE.encode() not in made
    assert _is_red(image, (10, 10))


async def test_a_large_photo_is_made_small_and_stands_upright() -> None:
    made = await Pictures().harmless(photo(size=(4000, 3000), orientation=6))

    image = opened(made)
    assert image.size == (960, 1280)
    assert _is_red(image, (480, 200))
    assert not _is_red(image, (480, 1100))
    assert len(made) < 400_000


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (HEIC, "heic"),
        (SVG, "kind"),
        (GIF_AND_SCRIPT, "two_in_one"),
        (photo()[:2000], "damaged"),
        (b"\xff\xd8\xff" + bytes(500), "damaged"),
    ],
)
async def test_what_cannot_or_should_not_be_read_is_refused(content: bytes, fault: str) -> None:
    with pytest.raises(UnreadablePictureError) as refused:
        await Pictures().harmless(content)

    assert refused.value.fault == fault


async def test_a_picture_of_400_million_pixels_is_refused_by_its_header() -> None:
    with pytest.raises(UnreadablePictureError) as refused:
        await Pictures().harmless(bomb(20_000))

    assert refused.value.fault == "too_many_pixels"


async def test_damaged_pictures_end_in_a_picture_or_a_refusal() -> None:
    chance = random.Random(7)
    whole = photo("PNG", (64, 64))
    ends = set()
    for _ in range(4):
        broken = bytearray(whole)
        for _ in range(20):
            broken[chance.randrange(8, len(broken))] = chance.randrange(256)
        try:
            ends.add((await Pictures().harmless(bytes(broken)))[:3])
        except UnreadablePictureError as error:
            ends.add(error.fault.encode())

    assert ends <= {b"\xff\xd8\xff", b"damaged", b"too_many_pixels"}


async def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(UnreadablePictureError):
        await Pictures(patience=0.001).harmless(photo())


def test_a_name_says_nothing_about_what_a_file_is() -> None:
    assert kind_of(PDF_NAMED_JPG) is None
    assert kind_of(b"RIFF\0\0\0\0WAVEfmt ") is None
    assert kind_of(b"BMW es mi carro") is None
    assert kind_of(b"") is None
