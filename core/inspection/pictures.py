"""A picture made anew from its pixels: nothing a camera wrote beside them survives. Pillow decodes, within limits."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageOps

from core.inspection.archive import Bad

#: What a phone's camera makes; other formats have no business here.
FORMATS = ("JPEG", "PNG", "WEBP")
#: Pixels that are decoded at most, and the longer side of what is kept.
MAX_PIXELS = 60_000_000
SIDE = 1280
QUALITY = 72


def renew(data: bytes) -> str:
    """The picture as a plain JPEG in base64, upright, at most ``SIDE`` long. Raises Bad for what is no photo."""
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Bad("pixels")
            # A JPEG is decoded at an eighth, a quarter or a half where that is enough.
            opened.draft("RGB", (SIDE, SIDE))
            # Made small before it is turned: turning holds it twice.
            turned = opened.getexif().get(0x0112, 1)
            opened.thumbnail((SIDE, SIDE))
            picture = opened.convert("RGB")
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Bad("picture") from error
    exif = Image.Exif()
    exif[0x0112] = turned
    picture.info.clear()
    picture.info["exif"] = exif.tobytes()
    upright = ImageOps.exif_transpose(picture)
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return base64.b64encode(out.getvalue()).decode()
