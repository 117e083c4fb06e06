"""``python -m berdaya.cli``: what the launcher calls."""

import sys

from berdaya.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
