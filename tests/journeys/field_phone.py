"""A cheap phone in a mentor's hands: 360 px, a profile on disk that outlives the browser, taps that are counted."""

from __future__ import annotations

import io
import random
import re
import time
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from PIL import Image

from tests.journeys import walked
from tests.journeys.field_proxy import Line

PIN = "258036"
KUPANG = "Kupang"
KEY_MS = 280
"""Pause between two keys of a number pad: an unpractised thumb types about 3.5 digits a second."""
TAP_MS = 1_100
"""Pause before each tap: to find the place and decide (Simple's median is 16 s for a whole visit)."""
PATIENCE_MS = 90_000
SETTLE_MS = 180_000


@lru_cache(maxsize=4)
def picture(seed: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG as a camera makes it: noisy, with position and camera inside."""
    noise = random.Random(seed)  # noqa: S311 - a picture of nothing
    small = Image.new("RGB", (80, 60))
    small.putdata([(noise.randrange(256), noise.randrange(256), noise.randrange(256)) for _ in range(4800)])
    image = small.resize(size, Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x010F] = "Kamera Contoh"
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 42.0, 12.0), 3: "E", 4: (114.0, 0.0, 30.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


class Phone:
    """One phone. ``with Phone(...)`` switches it on; `off` and `on` close and open the browser, the profile stays."""

    def __init__(self, browser: Any, line: Line, profile: Path, *, width: int = 360) -> None:
        self.browser_type, self.line, self.profile, self.width = browser.browser_type, line, profile, width
        self.errors: list[str] = []
        self.quiet = ["ERR_INTERNET_DISCONNECTED", "status of 4", "ERR_FAILED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION"]
        self.taps = 0
        self.digits = 0
        self.human = False

    def __enter__(self) -> Self:
        self.on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.off()
        if kind is None:
            assert self.errors == []

    def on(self) -> None:
        """Open the browser with what the profile holds."""
        self.context = self.browser_type.launch_persistent_context(
            str(self.profile),
            executable_path=walked.chromium(),
            base_url=self.line.url,
            viewport={"width": self.width, "height": 740},
            has_touch=True,
            locale="id-ID",
            reduced_motion="reduce",
            timezone_id="Asia/Jakarta",
            geolocation={"latitude": -10.178, "longitude": 123.607, "accuracy": 14},
            permissions=["geolocation", "microphone"],
            # A microphone that hums by itself: nobody is asked and nothing is heard.
            args=["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.set_offline(self.line.cut)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not any(word in message.text for word in self.quiet):
            self.errors.append(message.text)

    def off(self) -> None:
        """Close the browser; nothing is kept but the profile."""
        self.context.close()

    def signal(self, there: bool) -> None:
        """Network on or off, for the page and for its service worker.

        The browser is told, and the line itself is cut: a page that gives way to another is online for its last moment
        as far as the browser goes, hears so, and would send what waits.
        """
        self.line.cut = not there
        self.context.set_offline(not there)

    # What a person does ---------------------------------------------------------------------------------------------

    def enrol(self, who: str = "pendamping", *, role: str = KUPANG, pin: str = PIN) -> None:
        """Sign in once, take a role, choose a PIN, and wait until the day's list is there."""
        self.context.clear_cookies()
        walked.enter(self.page, who)
        if role:
            walked.take_role(self.page, role)
        self.page.goto("/lapangan/?daftar")
        self.pin(pin)
        self.page.get_by_text("Ulangi PIN").wait_for()
        self.pin(pin)
        self.page.locator(".f-tabs").wait_for()
        self.page.locator(".f-pill--sent").wait_for()
        self.settled()
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def pin(self, pin: str = PIN) -> None:
        self.page.locator(".f-pin").wait_for()
        for digit in pin:
            if self.human:
                time.sleep(KEY_MS / 1000)
                self.digits += 1
            self.page.locator(".f-pin .f-key").get_by_text(digit, exact=True).click()

    def unlock(self, name: str = "", pin: str = PIN) -> None:
        """Open the app as from the home screen; ``name`` is chosen where several people share the phone."""
        self.page.goto("about:blank")
        self.page.goto("/lapangan/")
        if name:
            self.page.locator(".f-who", has_text=name).click()
        self.pin(pin)
        self.page.wait_for_selector(".f-tabs, .f-form")

    def tap(self, what: Any) -> None:
        """One tap, counted; with human speed where the test measures time."""
        if self.human:
            time.sleep(TAP_MS / 1000)
        locator = self.page.locator(what) if isinstance(what, str) else what
        locator.first.click()
        self.taps += 1

    def key_in(self, number: int) -> None:
        """Digits on the app's own number pad; each is a key, none is a tap that leads on."""
        for digit in str(number):
            if self.human:
                time.sleep(KEY_MS / 1000)
            self.page.locator(".f-pad .f-key").get_by_text(digit, exact=True).click()
            self.digits += 1

    def photo(self, field: str, seed: int) -> None:
        """A photo from the camera into the field whose path is ``field``."""
        before = self.page.locator(f'[data-path="{field}"] .f-photo').count()
        self.page.locator(f'[data-path="{field}"] input[type=file]').set_input_files(
            {"name": f"foto{seed}.jpg", "mimeType": "image/jpeg", "buffer": picture(seed % 4)}
        )
        self.page.locator(f'[data-path="{field}"] .f-photo').nth(before).wait_for()

    def sign(self, field: str) -> None:
        """A signature drawn with the finger."""
        self.page.locator(f'[data-path="{field}"] button').click()
        pad = self.page.locator(".f-sign__pad")
        box = pad.bounding_box()
        left, top = box["x"] + 30, box["y"] + 60
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        for step in range(1, 12):
            self.page.mouse.move(left + 18 * step, top + (25 if step % 2 else -20))
        self.page.mouse.up()
        self.page.get_by_role("button", name="Pakai tanda tangan").click()
        pad.wait_for(state="detached")

    def save(self) -> None:
        self.tap(".f-foot__go")

    def to(self, place: str) -> None:
        """Go to a page of the app by its address (``kirim``, ``pilih/visit``); it is drawn when this returns."""
        self.page.goto(f"/lapangan/#/{place}")
        self.page.locator(f"[data-page='#/{place}']").wait_for(state="attached")

    def kept(self) -> None:
        """Wait until the last touch of the form is on the disk: only then may the battery be empty."""
        self.page.locator(".f-foot[aria-busy=false]").wait_for(state="attached")

    def visit(self, number: int, turnover: int, *, photos: int = 0, back_days: int = 0) -> None:
        """One visit to the ``number``-th business of the list to choose from."""
        page = self.page
        self.to("pilih/visit")
        page.locator(".f-card").nth(number).click()
        page.locator("[data-path=turnover_idr]").click()
        self.key_in(turnover)
        page.locator(".f-pad__close").click()
        for shot in range(photos):
            self.photo("photos", number * 100 + back_days * 10 + shot)
        if back_days:
            page.locator("#bagian-lain summary").click()
            today = page.locator("#f-on").input_value()
            page.locator("#f-on").fill(_minus(today, back_days))
        self.save()
        page.locator(".f-tabs").wait_for()

    # What the phone says --------------------------------------------------------------------------------------------

    def says(self, words: str) -> None:
        """Wait until the line that is always visible tells ``words`` of what is unsent."""
        self.page.locator(".f-pill", has_text=re.compile(f"^{words}$")).wait_for()

    def send_everything(self) -> None:
        """Until the phone itself says that nothing waits any more."""
        self.to("kirim")
        self.page.get_by_role("button", name="Kirim dan ambil sekarang").click(
            timeout=SETTLE_MS
        )  # it may be sending by itself already
        self.page.locator(".f-pill", has_text=re.compile("terkirim")).wait_for(timeout=SETTLE_MS)
        self.settled()

    def settled(self) -> None:
        """Wait until the turn of sending and fetching is over, and well."""
        self.page.locator("[data-sync=idle]").wait_for(state="attached", timeout=SETTLE_MS)


def _minus(day: str, days: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
