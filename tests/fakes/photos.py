"""Pictures as patients send them, and as they should not: made here, each with what makes it odd."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = "4.6097"
"""What stands in every metadata of `photo`: where it was taken."""


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, orientation: int = 1) -> bytes:
    """Return a photo whose left half is red, with EXIF, GPS and a comment."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = f"Laura Gómez {PLACE}"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = PLACE
    more: dict[str, object] = {"exif": exif.tobytes()}
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", PLACE)
        more["pnginfo"] = notes
    if kind in {"JPEG", "GIF"}:
        more["comment"] = PLACE
    if kind == "GIF":
        more |= {"save_all": True, "append_images": [Image.new("RGB", size, "blue")]}
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return a picture to look at."""
    return Image.open(io.BytesIO(content))


def bomb(side: int = 20_000) -> bytes:
    """Return a small PNG that unpacks to `side` times `side` pixels."""
    packer = zlib.compressobj(9)
    line = bytes(1 + side * 3)
    packed = b"".join(packer.compress(line) for _ in range(side // 50)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
GIF_AND_SCRIPT = b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)//"
PDF_NAMED_JPG = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
