"""The process that draws one picture anew: `python -m integrations.pictures_child`, bounded in time and memory."""

import io
import sys
from typing import Final

from PIL import Image, ImageCms, ImageOps

from integrations.bounded_process import bound

MEMORY = 900_000_000  # bytes of address space
PROCESSOR = 15  # seconds
MOST_PIXELS = 50_000_000  # of what comes in; a phone's best photo has them
LONGEST_SIDE = 1280  # pixels of what goes out
QUALITY = 85
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


class TooManyPixelsError(Exception):
    """The header promises a picture that nobody should unpack."""


def drawn_anew(content: bytes) -> bytes:
    """Return the first frame of a picture as a bare JPEG; raises whatever Pillow does on damaged ones."""
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise TooManyPixelsError from error
    # The header alone has been read so far.
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixelsError
    profile = image.info.get("icc_profile")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image = _plain(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    image = _upright(image)
    # On a fresh sheet: nothing but pixels goes along.
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    sheet = _true_colours(sheet, profile)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in colours that can be made smaller."""
    if image.mode.startswith("I"):
        # 16 bits of grey, as X-rays have; Pillow would cut them off instead of dividing.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "RGB":
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 # Broken notes about a photo are no broken photo.
        return image


def _true_colours(sheet: Image.Image, profile: object) -> Image.Image:
    """Return the colours as a screen shows them: red skin must not turn pale with its profile."""
    if not isinstance(profile, bytes):
        return sheet
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(sheet, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return sheet
    if turned is None:
        return sheet
    turned.info.clear()
    return turned


def main() -> None:
    """Read a picture from standard input, write the new one or a refusal to standard output."""
    bound(memory=MEMORY, processor=PROCESSOR)
    try:
        answer = drawn_anew(sys.stdin.buffer.read())
    except TooManyPixelsError:
        answer = b"refused:too_many_pixels"
    except Exception:  # noqa: BLE001 # Decoders raise anything on damaged files.
        answer = b"refused:damaged"
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
