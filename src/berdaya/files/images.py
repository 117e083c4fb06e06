"""Photos are taken apart and made anew: what comes out holds pixels only, no position, no camera, no hidden program."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from berdaya.kernel.problems import Problem

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_EDGE = 1_600
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")


def reencode(content: bytes) -> bytes:
    """A JPEG of at most 1,600 pixels on its longest edge, turned upright, without EXIF.

    Raises `files.too_large` (12 MB), `files.too_many_pixels` (50 million, before anything is decoded) and
    `files.not_an_image` (another format, truncated, or a script in disguise).
    """
    if len(content) > MAX_BYTES:
        raise Problem("files.too_large", size=len(content), limit=MAX_BYTES)
    try:
        with warnings.catch_warnings():
            # Our own limit is checked from the header below, before Pillow decodes.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _check_size(image)
                image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
                upright = ImageOps.exif_transpose(image)
                flat = _flatten(upright)
    except Image.DecompressionBombError as error:
        raise Problem("files.too_many_pixels", pixels=str(error), limit=MAX_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Problem("files.not_an_image") from error
    flat.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise Problem("files.too_many_pixels", pixels=pixels, limit=MAX_PIXELS)


def _flatten(image: Image.Image) -> Image.Image:
    """RGB on white; a new image, so that nothing of the old file's metadata comes along."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
        return flat
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat
