from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now

from berdaya.audit.tracking import tracked
from berdaya.kernel.policies import Ladder, Open, Own, Policy


class Office(models.Model):
    """Kantor: a Dinas Sosial, or another office (OPD) that runs programmes; letterhead and paper are its own."""

    policy: ClassVar[Policy] = Ladder()

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    area = models.BigIntegerField()
    kind = models.CharField(max_length=20, default="dinsos")
    letterhead = models.JSONField(default=dict)
    paper = models.CharField(max_length=2, default="A4")
    brand = models.CharField(max_length=7, default="#1F3F6B")
    time_zone = models.CharField(max_length=4, default="WIB")

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=(username or "").lower())


class Account(AbstractBaseUser):
    """Akun: one person who signs in; what the person may do stands in roles."""

    policy: ClassVar[Policy] = Open(
        reason="sign-in reads the account before any role is active; holds no personal data of families",
        insert=True,
        update=True,
    )

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    code_expires_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=2, default="id")
    demo = models.BooleanField(default=False)
    factor_since = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "username"
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.username


@tracked()
class Role(models.Model):
    """Peran: what one account may do, where, and for which office; one role is active at a time."""

    policy: ClassVar[Policy] = Own(process=True)

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    all_offices = models.BooleanField(default=False)
    area = models.BigIntegerField()
    ranges = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class RoleSubject(models.Model):
    """Lingkup perorangan: a group, business, household or class that opens to a role (caseload, own group)."""

    policy: ClassVar[Policy] = Own(process=True)

    id = models.BigAutoField(primary_key=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="subjects")
    account_id = models.BigIntegerField()
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.BigIntegerField()
    list = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "list", "subject_id"], name="access_role_subject_once")
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.subject_id}"


class SignInAttempt(models.Model):
    """Percobaan masuk: keyed marks of name and address, to slow guessing without locking the victim out."""

    policy: ClassVar[Policy] = Open(reason="written before any role is active; keyed marks only", insert=True)

    id = models.BigAutoField(primary_key=True)
    name_mark = models.BinaryField()
    address_mark = models.BinaryField()
    succeeded = models.BooleanField()
    attempted_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name_mark", "attempted_at"]),
            models.Index(fields=["address_mark", "attempted_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.attempted_at}"


class ApiToken(models.Model):
    """Token API: one role of one account, lent to another system until a day; only its SHA-256 is kept."""

    policy: ClassVar[Policy] = Own(process=True)

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_tokens")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="api_tokens")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.BigIntegerField()
    label = models.CharField(max_length=80, blank=True)
    hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"token {self.pk}"


class ApiUse(models.Model):
    """Pemakaian API: calls of one caller (``token:12``, ``account:5``) in the minute that began at ``window``."""

    policy: ClassVar[Policy] = Open(
        reason="counted before any role is active; numbers of tokens and accounts only", insert=True, update=True
    )

    caller = models.CharField(max_length=40, primary_key=True)
    window = models.DateTimeField()
    calls = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.caller


class SavedView(models.Model):
    """Tampilan tersimpan: filter, order and columns of one list under the account's own name for them.

    ``listing`` is the class of the list's filter, ``query`` the address after the question mark.
    """

    policy: ClassVar[Policy] = Own(delete=True)

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="views", db_index=False)
    listing = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "listing", "name"], name="access_view_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """Sesi masuk: one browser that is signed in (or about to be), under a hash of its cookie.

    ``browser`` and ``address`` are shortened: enough for the holder to know the own desk. A session without requests
    for ``idle_seconds`` opens nothing any more.
    """

    policy: ClassVar[Policy] = Open(
        reason="read before any role is active, by the hash of a secret cookie; browser and address are shortened",
        insert=True,
        update=True,
        delete=True,
    )

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    browser = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)
    since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    idle_seconds = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.browser


class SecondFactor(models.Model):
    """Faktor kedua: the key that an authenticator on the holder's phone shares with us (RFC 6238), sealed.

    ``last_step`` is the half minute of the last code that was taken: none is taken twice. ``wrong`` counts wrong codes
    since the last right one.
    """

    policy: ClassVar[Policy] = Own(delete=True)

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="factors", db_index=False)
    secret_cipher = models.BinaryField()
    secret_key = models.SmallIntegerField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(confirmed_at__isnull=False), name="access_factor_once"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(confirmed_at__isnull=True), name="access_factor_begun_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RecoveryCode(models.Model):
    """Kode pemulihan: one of ten codes on paper that opens the account once without the phone; keyed hash only."""

    policy: ClassVar[Policy] = Own(delete=True)

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recovery_codes", db_index=False)
    code_hash = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "code_hash"], name="access_recovery_code_once")
        ]

    def __str__(self) -> str:
        return str(self.pk)


@tracked()
class SignInRules(models.Model):
    """Aturan masuk: what one office asks of who signs in to its roles.

    ``factor_from`` names kinds of roles, each with the ISO day from which a second factor is asked.
    ``idle_minutes`` without a request end a session. ``composition`` asks for letters of both cases, a digit and
    another character in a password (BSSN 4/2021); the length is asked of everybody.
    """

    policy: ClassVar[Policy] = Ladder()

    id = models.BigAutoField(primary_key=True)
    office = models.OneToOneField(Office, on_delete=models.PROTECT, related_name="+")
    area = models.BigIntegerField()
    factor_from = models.JSONField(default=dict)
    idle_minutes = models.PositiveSmallIntegerField()
    composition = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.office_id}"
