"""`python -m services`: all four services in one process, with the settings of the environment."""

import asyncio
import sys

from services.embedded import CannotStart, serve
from shared.settings import Settings


def main() -> None:
    """Serve until stopped; one line on stderr and exit 1 when it cannot start."""
    try:
        asyncio.run(serve(Settings()))
    except CannotStart as reason:
        sys.exit(f"stocktake: {reason}")


if __name__ == "__main__":
    main()
