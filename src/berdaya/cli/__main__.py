"""``python -m berdaya.cli``: what the launcher calls."""

import sys

from berdaya.cli.main import main

sys.exit(main())
