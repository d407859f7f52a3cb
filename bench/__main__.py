"""Every measurement, one after the other: `make bench`, or `python -m bench append` for one of them."""

import importlib
import sys

BENCHES = (
    "append",
    "commands",
    "coldstart",
    "replay",
    "asof",
    "rebuild",
    "table",
    "visible",
    "relay",
    "consume",
    "fanout",
)


def main(names: list[str]) -> None:
    """Run the named ones, or all; each prints its own table."""
    for name in names or BENCHES:
        importlib.import_module(f"bench.{name}").main()
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
