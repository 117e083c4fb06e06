"""What a programme declares (`programme.toml`) and the words of selection.

All sections are frozen pydantic models; a key that is not listed is refused with its path (``configfile``).
Money is whole rupiah, ages are completed years, areas are 10-digit codes, shares lie between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from berdaya.areas.codes import InvalidAreaCodeError, Level, parse_code
from berdaya.kernel.problems import Problem
from berdaya.programmes.config_base import AreaCode, Count, Positive, Section, Share, Text
from berdaya.programmes.config_beside import Partner, PovertyRule

LEVELS: Mapping[str, Level] = {
    "kabupaten": Level.REGENCY,
    "kecamatan": Level.DISTRICT,
    "desa": Level.VILLAGE,
}
"""Levels by the word that programme.toml uses (kabupaten also means kota, desa also kelurahan)."""


class Subject(StrEnum):
    """Who is proposed: a household (keluarga) or an existing group (kelompok)."""

    HOUSEHOLD = "household"
    GROUP = "group"


class Outcome(StrEnum):
    """Result of one criterion. ``UNKNOWN`` never counts as met."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """All criteria together. ``INCOMPLETE`` (belum lengkap) waits for facts; it is neither yes nor no."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    EXCLUDED = "excluded"
    INCOMPLETE = "incomplete"


class ExclusionKind(StrEnum):
    """Lists that keep a person out (daftar pengecualian)."""

    CIVIL_SERVANT = "civil_servant"
    ARMY_POLICE = "army_police"
    PENSIONER = "pensioner"
    DECEASED = "deceased"
    MENTOR = "mentor"
    GRADUATED_UEP = "graduated:uep"


class SelectionUnit(StrEnum):
    """What one place of the quota is: a family or a group."""

    HOUSEHOLD = "household"
    GROUP = "group"


class RemainderMethod(StrEnum):
    """How the places outside the named quotas are shared (sisa kuota); see ``rules.quota``."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    NONE = "none"


class Funding(Section):
    """One source of the money (sumber dana); shares of a programme sum to 1."""

    source: Text
    activity: str = ""
    share: Share = 1.0


class Aid(Section):
    """Bantuan: form, ceiling for each family (or member, or group), package of each kind of business."""

    form: Literal["goods", "cash", "coaching"]
    ceiling_idr: Count | None = None
    per: Literal["household", "member", "group"] = "household"
    packages: Mapping[str, str] = Field(default_factory=dict)


class ProgrammeSection(Section):
    """`[programme]`: what, where, when, who, paid by whom."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    name: str = ""
    area: AreaCode
    year: Annotated[int, Field(ge=2000, le=2100, strict=True)]
    office: Text
    funding: tuple[Funding, ...] = ()
    scheme: Literal["individual", "group"]

    @field_validator("funding")
    @classmethod
    def _shares(cls, value: tuple[Funding, ...]) -> tuple[Funding, ...]:
        if value and abs(sum(item.share for item in value) - 1) > 1e-6:
            raise ValueError("funding_shares")
        return value


class Candidates(Section):
    """`[candidates]`: through which doors a candidate may come.

    One of them is enough, none named means all.
    """

    sources: tuple[Annotated[str, Field(pattern=r"^[a-z_]+(:[a-z0-9_-]+)?$")], ...] = ()


class AgeRule(Section):
    """Age in completed years; ``or_married = true`` takes a married person of any age (Permensos 2/2019).

    ``or_married = "below_min"`` lifts the lower limit only and keeps the ceiling.
    """

    min: Count = 0
    max: Annotated[int, Field(gt=0, le=120, strict=True)] = 120
    or_married: bool | Literal["below_min"] = False
    at: Literal["proposal"] = "proposal"

    @model_validator(mode="after")
    def _order(self) -> AgeRule:
        if self.min > self.max:
            raise ValueError("age_order")
        return self


class Eligibility(Section):
    """`[eligibility]` (syarat). ``incomplete``: what happens where a fact is missing.

    ``hold`` keeps the candidate waiting for the fact; ``take`` lets an existing group in, marked belum
    lengkap.
    """

    age: AgeRule | None = None
    desil_max: Annotated[int, Field(ge=1, le=10, strict=True)] | None = None
    desil_max_age_months: Positive | None = None
    exclude: tuple[ExclusionKind, ...] = ()
    cool_off_years: Mapping[str, Annotated[int, Field(ge=0, le=99, strict=True)]] = Field(default_factory=dict)
    incomplete: Literal["hold", "take"] | None = None


class Remainder(Section):
    """`[quota.remainder]`: how areas of ``level`` share what the named areas leave.

    The level is one below the programme's area unless it is named.
    """

    method: RemainderMethod = RemainderMethod.PROPORTIONAL
    level: Literal["kabupaten", "kecamatan", "desa"] | None = None


class Quota(Section):
    """`[quota]`: ``total`` and any number of quoted area codes at any level; all of them bind."""

    total: Positive
    unit: SelectionUnit = SelectionUnit.HOUSEHOLD
    areas: Mapping[int, Count] = Field(default_factory=dict)
    remainder: Remainder = Remainder(method=RemainderMethod.NONE)

    @model_validator(mode="before")
    @classmethod
    def _collect_areas(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or "areas" in raw:
            return raw
        plain: dict[str, Any] = {}
        areas: dict[int, Any] = {}
        for key, value in raw.items():
            if not str(key)[:1].isdigit():
                plain[key] = value
                continue
            if isinstance(value, dict):
                raise Problem("programme_area_unquoted", path=f"quota.{key}")
            code = _quota_area(key)
            if code in areas:
                raise Problem("quota_twice", path=f"quota.{key}")
            areas[code] = value
        return {**plain, "areas": areas}


def _quota_area(key: str) -> int:
    try:
        return parse_code(key)
    except InvalidAreaCodeError:
        raise Problem("programme_area_unknown", path=f"quota.{key}", value=key) from None


class Lottery(Section):
    """Undian: each of two parties commits to SHA-256 of a secret seed.

    The seeds are opened after the freeze.
    """

    commitments: Annotated[
        tuple[Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")], ...], Field(min_length=2, max_length=2)
    ]


class Ranking(Section):
    """`[ranking]`: whole-number weights by criterion (scales in ``rules.ranking``), lottery for ties."""

    weights: Mapping[str, Annotated[int, Field(ge=0, le=1000, strict=True)]] = Field(default_factory=dict)
    lottery: Lottery | None = None


class Size(Section):
    """Members of a group, both ends included."""

    min: Positive = 5
    max: Positive = 20

    @model_validator(mode="after")
    def _order(self) -> Size:
        if self.min > self.max:
            raise ValueError("size_order")
        return self


class GroupRule(Section):
    """`[group]`: size, the area that all members share, the youngest age of an officer."""

    size: Size = Size()
    same: Literal["desa", "kecamatan", "kabupaten"] = "kecamatan"
    officer_min_age: Count = 18


class Reserved(Section):
    """Shares of the seats kept for women and for people with disabilities."""

    women: Share = 0.0
    disability: Share = 0.0


class TrainingWeights(Section):
    """How much interest, talent, village resource, distance, hours, market and needs met count in matching."""

    interest: Annotated[float, Field(ge=0)] = 4
    talent: Annotated[float, Field(ge=0)] = 3
    resource: Annotated[float, Field(ge=0)] = 3
    distance: Annotated[float, Field(ge=0)] = 1
    hours: Annotated[float, Field(ge=0)] = 0
    market: Annotated[float, Field(ge=0)] = 0
    access: Annotated[float, Field(ge=0)] = 0


class TrainingRule(Section):
    """`[training]`: farthest class in kilometres, reserved seats, weights of the matching.

    ``per_group`` names the officers of an existing group who attend; empty sends every member. ``budget_idr`` limits
    what the classes held may cost together. ``attendance_percent`` is the share of sessions a certificate asks for,
    ``pass_mark`` the least mark of the test after the class.
    """

    max_km: Annotated[float, Field(gt=0)] = 15
    reserved: Reserved = Reserved()
    weights: TrainingWeights = TrainingWeights()
    budget_idr: Annotated[int, Field(ge=0)] | None = None
    attendance_percent: Annotated[int, Field(ge=1, le=100)] = 80
    pass_mark: Annotated[int, Field(ge=0, le=100)] = 60
    per_group: tuple[Literal["ketua", "sekretaris", "bendahara", "anggota"], ...] = ()


class StatusRule(Section):
    """`[status]`: figures that replace defaults of the status of a business (``enterprises`` has their meaning).

    ``given()`` holds those that the office set, by name.
    """

    dormant_days: Positive | None = None
    unknown_days: Positive | None = None
    weak_production_days: Positive | None = None
    weak_turnover_share: Share | None = None
    holiday_before_days: Positive | None = None
    holiday_after_days: Positive | None = None
    holiday_months: Positive | None = None
    holiday_window_months: Positive | None = None
    holiday_quiet_months: Positive | None = None

    def given(self) -> dict[str, Any]:
        """Threshold name -> figure, only where the file names one."""
        return self.model_dump(exclude_none=True)


class GraduationRule(Section):
    """`[graduation]`: pathway code, months after the handover, thresholds that the place sets."""

    pathway: str = "berdaya-2026"
    months: Positive = 24
    income_growth: Annotated[float, Field(ge=0)] | None = None
    income_min_idr: Count | None = None


GrowthCode = Literal["age_months", "members", "meetings_6m", "turnover_idr", "arrears_share", "savings_idr"]
"""What a growth class is measured by (``governance/growth.toml`` has names and units)."""


class GrowthPair(Section):
    """What one criterion asks of the two higher classes, in its own unit."""

    berkembang: Annotated[float, Field(ge=0)]
    mandiri: Annotated[float, Field(ge=0)]


class GrowthRule(Section):
    """`[growth]`: what this programme's groups need to be called berkembang or mandiri, where it differs.

    A criterion that is not named asks what the office or Berdaya's own file asks; ``without`` names those that are not
    asked at all. ``mandiri`` is never easier than ``berkembang``; of ``arrears_share`` (percent) less is better.
    """

    age_months: GrowthPair | None = None
    members: GrowthPair | None = None
    meetings_6m: GrowthPair | None = None
    turnover_idr: GrowthPair | None = None
    arrears_share: GrowthPair | None = None
    savings_idr: GrowthPair | None = None
    without: tuple[GrowthCode, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> GrowthRule:
        for code, pair in self.pairs().items():
            if pair[0] > pair[1] if code != "arrears_share" else pair[0] < pair[1]:
                raise ValueError("growth_order")
        if len(set(self.without)) == len(type(self).model_fields) - 1:
            raise ValueError("growth_none")
        return self

    def pairs(self) -> dict[str, tuple[float, float]]:
        """Criterion -> what berkembang and mandiri ask, only where the file names it."""
        found = {name: getattr(self, name) for name in type(self).model_fields if name != "without"}
        return {name: (pair.berkembang, pair.mandiri) for name, pair in found.items() if pair is not None}


class Letter(Section):
    """`[letter]`: the signatory of the decree and its considerations (menimbang, mengingat)."""

    name: str = ""
    nip: str = ""
    rank: str = ""
    position: str = ""
    capacity: Literal["", "Plt.", "Plh.", "a.n."] = ""
    city: str = ""
    decree_number: str = ""
    decree_date: date | None = None
    menimbang: tuple[str, ...] = ()
    mengingat: tuple[str, ...] = ()


class Dates(Section):
    """`[dates]`: the steps of the programme year."""

    proposal: date
    verification: date | None = None
    decree: date | None = None
    training: date | None = None
    handover: date | None = None
    followup_start: date | None = None

    @model_validator(mode="after")
    def _order(self) -> Dates:
        if self.decree and self.decree < self.proposal:
            raise ValueError("dates_order")
        return self


class ObjectionRule(Section):
    """`[objection]` (masa sanggah): days for which the provisional list hangs in the villages before the decree.

    0, and a file without the table, ask for no such period; an objection that was taken down is decided all the same.
    """

    days: Annotated[int, Field(ge=0, le=60, strict=True)] = 0


class FundRule(Section):
    """`[fund]`: revolving capital of a group (perguliran): turns, instalments, fixed service fee."""

    kind: Literal["cash_turns"] = "cash_turns"
    capital_idr: Count = 0
    turn_idr: Count = 0
    instalments: Positive = 10
    fee_idr: Count = 0
    first_turns: Count = 0


class Example(Section):
    """`[example]`: marks a folder of synthetic families; ``lottery_seeds`` are revealed in a demo only."""

    synthetic: Literal[True] = True
    seed: int | str = 0
    lottery_seeds: Annotated[tuple[Text, ...], Field(max_length=2)] = ()


class ProgrammeConfig(Section):
    """A whole `programme.toml`. Made by ``configfile.parse_config``.

    Kept as a version with every decision.
    """

    programme: ProgrammeSection
    aid: Aid
    candidates: Candidates = Candidates()
    eligibility: Eligibility = Eligibility()
    quota: Quota
    ranking: Ranking = Ranking()
    group: GroupRule = GroupRule()
    training: TrainingRule = TrainingRule()
    status: StatusRule = StatusRule()
    graduation: GraduationRule = GraduationRule()
    letter: Letter = Letter()
    dates: Dates
    objection: ObjectionRule | None = None
    fund: FundRule | None = None
    growth: GrowthRule | None = None
    partners: tuple[Partner, ...] = ()
    poverty: PovertyRule | None = None
    example: Example | None = None
    notes: Mapping[str, str] = Field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """Groups that exist already are proposed as groups, everybody else as a household."""
        return Subject.GROUP if self.quota.unit is SelectionUnit.GROUP else Subject.HOUSEHOLD

    @property
    def objection_days(self) -> int:
        """Days of the objection period; 0 where the rules ask for none."""
        return self.objection.days if self.objection else 0

    @property
    def when_incomplete(self) -> Literal["hold", "take"]:
        """``eligibility.incomplete``; unless named, groups are taken and marked, households are held."""
        named = self.eligibility.incomplete
        return named or ("take" if self.subject is Subject.GROUP else "hold")
