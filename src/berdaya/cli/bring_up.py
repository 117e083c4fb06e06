"""Tables, policies and areas of one database; a process of its own because it connects as the owner."""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command


def main() -> int:
    """Migrate and load the areas; needs ``BERDAYA_AS_OWNER=1`` and ``BERDAYA_OWNER_URL``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if os.environ.get("BERDAYA_NO_AREAS") != "1":
        from berdaya.areas.services import load_areas

        load_areas()
    return 0


if __name__ == "__main__":
    sys.exit(main())
