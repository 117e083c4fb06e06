"""A photo in a form: the field that opens the phone's camera, and the bytes that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from berdaya.files.images import MAX_BYTES
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def photo_field(label: _StrOrPromise) -> forms.FileField:
    """A photo that may stay empty."""
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


def photo_bytes(file: UploadedFile[Any] | None) -> bytes:
    """What was sent, nothing where no photo was chosen; too large a file is not even read.

    Raises `files.too_large`.
    """
    if file is None or not file.size:
        return b""
    if file.size > MAX_BYTES:
        raise Problem("files.too_large", size=file.size, limit=MAX_BYTES)
    return bytes(file.read())
