"""Who outside may hear what: the register of subscribers, and what nats-server lets each of them do.

Everything is granted, nothing denied: who is not in the register cannot connect, and whoever is can take messages from
the one durable consumer that we keep for it, acknowledge them, hear heartbeats, and no more.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import nkeys  # type: ignore[import-untyped]  # it ships no types

from shared.bus.connection import stream_name
from shared.bus.heads import heartbeat_subject
from shared.events.registry import EVENT_TYPES

LEDGERS = tuple(dict.fromkeys(kind.ledger for kind in EVENT_TYPES.values()))

EVERYTHING = "ccm.>"

_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_LAST = re.compile(r"[A-Za-z0-9_-]{1,80}|\*")

SERVERS_API = "$JS.API"
API_PREFIX = "STOCKTAKE.API"
"""What a subscriber says instead: under the server's own name it would ask its own account, which has no streams."""

OUR_ACCOUNT = "STOCKTAKE"

CONFIG_HEAD = "# Written by stocktake from the register of subscribers; edits are lost.\n"


class NoSuchGrant(ValueError):
    """A name or a subject that cannot be granted; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One organisation's system. `key` is its public nkey, `subjects` what it may hear, `since` the day (UTC)."""

    name: str
    key: str
    subjects: tuple[str, ...]
    since: str

    @property
    def inbox(self) -> str:
        """The prefix under which it is answered. Our own services are answered elsewhere (`_INBOX_…`)."""
        return f"_SUB.{self.name}"

    @property
    def account(self) -> str:
        """Its account on the server, in which nobody else is."""
        return f"SUB_{self.name}"

    def filters(self, ledger: str) -> list[str]:
        """The subjects of one ledger that it hears; none when it hears nothing of it."""
        return [one for one in self.subjects if one.split(".")[1] == ledger]

    @property
    def ledgers(self) -> list[str]:
        """The ledgers it hears, each on the durable consumer called `name` on that ledger's stream."""
        return [ledger for ledger in LEDGERS if self.filters(ledger)]

    def asks(self) -> list[tuple[str, str]]:
        """(subject at our streams, the same as the subscriber says it): taking messages from its own consumer, looking
        at it, acknowledging to it."""
        return [pair for ledger in self.ledgers for pair in self._asks(stream_name(ledger))]

    def _asks(self, stream: str) -> Iterator[tuple[str, str]]:
        for what in ("MSG.NEXT", "INFO"):
            call = f"CONSUMER.{what}.{stream}.{self.name}"
            yield f"{SERVERS_API}.{call}", f"{API_PREFIX}.{call}"
        acknowledging = f"$JS.ACK.{stream}.{self.name}.>"
        yield acknowledging, acknowledging

    def may_publish(self) -> list[str]:
        """The only subjects it may publish on."""
        return [here for _, here in self.asks()]

    def may_hear(self) -> list[str]:
        """Subjects it may subscribe to: its own inbox, and heartbeats. Events come through its consumer alone."""
        return [f"{self.inbox}.>", *(heartbeat_subject(ledger) for ledger in self.ledgers)]


def utc_day() -> str:
    """The day that a grant made now is dated."""
    return datetime.now(UTC).date().isoformat()


def subscriber(name: str, key: str, subjects: Iterable[str], since: str) -> Subscriber:
    """A subscriber whose name and subjects can be granted. Raises NoSuchGrant."""
    if not _NAME.fullmatch(name):
        raise NoSuchGrant(f"{name!r} is no name: write 2 to 31 small letters, digits and hyphens, such as un-odahq")
    return Subscriber(name, key, tuple(granted(subjects)), since)


def granted(subjects: Iterable[str]) -> list[str]:
    """The subjects in full (`ccm.reports.*.LAO`), per ledger, without those that another one contains.

    Raises NoSuchGrant for what no event is published on, and for two that partly overlap: a consumer takes no such
    pair.
    """
    wanted = list(dict.fromkeys(full for subject in subjects for full in _in_full(subject)))
    kept = [one for one in wanted if not any(_contains(other, one) for other in wanted if other != one)]
    if not kept:
        raise NoSuchGrant(f"no subject: grant {EVERYTHING} for everything, or such as ccm.reports.*.LAO")
    for at, one in enumerate(kept):
        for other in kept[at + 1 :]:
            if _overlap(one, other):
                raise NoSuchGrant(f"{one} and {other} overlap in part: one subscriber each, or a wider subject")
    return sorted(kept)


def _in_full(subject: str) -> list[str]:
    tokens = subject.split(".")
    if tokens[-1] == ">" and 2 <= len(tokens) <= 4:
        tokens = tokens[:-1] + ["*"] * (5 - len(tokens))
    if len(tokens) != 4 or tokens[0] != "ccm" or not _LAST.fullmatch(tokens[3]):
        raise NoSuchGrant(
            f"{subject!r} is no subject of an event: write ccm.<ledger>.<Type>.<State>, with * or > for any"
        )
    _, ledger, kind, last = tokens
    ledgers = [one for one in LEDGERS if ledger in ("*", one) and (kind == "*" or f"ccm.{one}.{kind}" in EVENT_TYPES)]
    if not ledgers:
        raise NoSuchGrant(f"{subject!r}: no ledger has such an event; docs/events.md lists them")
    return [f"ccm.{one}.{kind}.{last}" for one in ledgers]


def _contains(wide: str, narrow: str) -> bool:
    return all(w in ("*", n) for w, n in zip(wide.split("."), narrow.split("."), strict=True))


def _overlap(one: str, other: str) -> bool:
    return all(a == b or "*" in (a, b) for a, b in zip(one.split("."), other.split("."), strict=True))


class BrokenRegister(Exception):
    """The register of subscribers cannot be read; the message names the file."""


class Register:
    """The subscribers in a JSON file: names, public keys and grants, and no secret."""

    def __init__(self, file: Path):
        self.file = file

    def read(self) -> list[Subscriber]:
        """All of them, by name; none while there is no file. Raises BrokenRegister."""
        try:
            rows = json.loads(self.file.read_text(encoding="utf-8"))
            return [Subscriber(**{**row, "subjects": tuple(row["subjects"])}) for row in rows]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenRegister(f"{self.file} is no register of subscribers: {error}") from error

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the register, so that two changes at once do not undo each other."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.with_name(f".{self.file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def write(self, subscribers: Iterable[Subscriber]) -> None:
        """Exactly these."""
        rows = [asdict(one) for one in sorted(subscribers, key=lambda one: one.name)]
        replace(self.file, json.dumps(rows, indent=2) + "\n")


def new_key() -> tuple[str, str]:
    """A seed, which is the subscriber's alone, and the public key that we keep."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode()
    return seed, public_key(seed)


def public_key(seed: str) -> str:
    """The public key of a user's seed. Raises ValueError for what is none."""
    try:
        key: str = nkeys.from_seed(bytearray(seed.strip().encode())).public_key.decode()
    except nkeys.NkeysError as fault:
        raise ValueError("no nkey seed") from fault
    if not key.startswith("U"):
        raise ValueError("an nkey seed, but not a user's")
    return key


def accounts_config(ours: str, subscribers: Sequence[Subscriber]) -> str:
    """The `accounts` block for nats-server: ours with `ours` (a user that may do everything), one per subscriber.

    Permissions alone would not do: the server answers a request on whatever reply subject it names, unchecked, so a
    subscriber could have an answer delivered to another's inbox, or onto a ledger's stream. In an account of its own
    it reaches nobody but itself; what it may ask of us is exported to it, subject by subject.
    """
    own = _block(OUR_ACCOUNT, ["jetstream: enabled", f"users: [{ours}]", _list("exports", _exports())])
    blocks = [own, *(_account(one) for one in subscribers)]
    return f"{CONFIG_HEAD}accounts {{\n{''.join(blocks)}}}\n"


def _exports() -> list[str]:
    """The same whoever there is, open to every account: what an account imports of it is ours to write, not its own."""
    any_ledger = [(stream_name(ledger), heartbeat_subject(ledger)) for ledger in LEDGERS]
    return [
        line
        for stream, heartbeat in any_ledger
        for line in (
            json.dumps({"service": f"{SERVERS_API}.CONSUMER.MSG.NEXT.{stream}.*", "response_type": "stream"}),
            json.dumps({"service": f"{SERVERS_API}.CONSUMER.INFO.{stream}.*"}),
            json.dumps({"service": f"$JS.ACK.{stream}.>"}),
            json.dumps({"stream": heartbeat}),
        )
    ]


def _account(one: Subscriber) -> str:
    permissions = {"publish": {"allow": one.may_publish()}, "subscribe": {"allow": one.may_hear()}}
    user = json.dumps({"nkey": one.key, "permissions": permissions})
    imports = [
        *(
            json.dumps({"service": {"account": OUR_ACCOUNT, "subject": there}, "to": here})
            for there, here in one.asks()
        ),
        *(
            json.dumps({"stream": {"account": OUR_ACCOUNT, "subject": heartbeat_subject(ledger)}})
            for ledger in one.ledgers
        ),
    ]
    return _block(one.account, [f"users: [{user}]", _list("imports", imports)])


def _block(name: str, lines: Iterable[str]) -> str:
    return f"  {name} {{\n" + "".join(f"    {line}\n" for line in lines) + "  }\n"


def _list(name: str, entries: Iterable[str]) -> str:
    return f"{name}: [\n" + "".join(f"      {entry}\n" for entry in entries) + "    ]"


def replace(file: Path, text: str) -> None:
    """Write the file whole or not at all, readable by us alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
