"""What every table of `programme.toml` is made of: the base of its sections and the kinds of its values."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from berdaya.areas.codes import InvalidAreaCodeError, parse_code


def _area(value: object) -> int:
    """An area code in any notation, as text: an unquoted 36.10 would lose its zero and is refused."""
    if isinstance(value, float) or not isinstance(value, str | int):
        raise ValueError("area")
    try:
        return parse_code(value)
    except InvalidAreaCodeError:
        raise ValueError("area") from None


AreaCode = Annotated[int, BeforeValidator(_area)]
Count = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(gt=0, strict=True)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
