"""Processes that append and tell what was acknowledged: `python -m tests.contracts.writing URL NAME PROCESSES COUNT`.

Each writes to streams of its own and, every third time, to one that all writers contend for. Each acknowledgement is
one line of standard output: the position and the id. A lost race is no acknowledgement and gets no line.
"""

from __future__ import annotations

import asyncio
import os
import sys

from shared.ledger.port import Ledger, VersionConflict
from tests.contracts.builders import command, ledger_on


async def contend(ledger: Ledger, writer: str, count: int) -> list[tuple[int, str]]:
    """(position, id) of all that was acknowledged to one writer of `count` commands of one or two events."""
    acknowledged: list[tuple[int, str]] = []
    for turn in range(count):
        shared = turn % 3 == 2
        code = "contended" if shared else f"{writer}-{turn}"
        expected = len(await ledger.read_stream(command(code).stream)) if shared else 0
        asked = command(code, expected=expected, events=1 + turn % 2, key=f"{writer}-{turn}")
        try:
            appended = await ledger.append(asked)
        except VersionConflict:
            continue
        acknowledged += zip(range(appended.first, appended.last + 1), appended.ids, strict=True)
    return acknowledged


async def main(database: str, writer: str, count: int) -> None:
    """Append until done or killed, a line for each acknowledged event as soon as it is."""
    ledger = ledger_on(database)
    await ledger.start()
    for part in range(0, count, 3):
        for position, id in await contend(ledger, f"{writer}-{part}", min(3, count - part)):
            os.write(1, f"{position} {id}\n".encode())  # in one piece, whatever the others write
    await ledger.stop()


def fork(database: str, name: str, processes: int, count: int) -> int:
    """Run so many processes, forked before there is any thread or connection; 0 when all ended well."""
    children = []
    for number in range(processes):
        child = os.fork()
        if not child:
            asyncio.run(main(database, f"{name}{number}", count))
            return 0
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


if __name__ == "__main__":
    sys.exit(fork(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
