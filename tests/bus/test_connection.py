"""The connection and the streams: ours are made right, others' are refused."""

from __future__ import annotations

import pytest
from nats.js import api
from nats.js.errors import APIError

from shared.bus.connection import Bus, StreamRefused, stream_config, stream_name


async def test_a_stream_takes_nothing_away(bus: Bus) -> None:
    info = await bus.ensure_stream("reports")
    await bus.js.publish("ccm.reports.X.-", b"x")

    assert info.config.subjects == ["ccm.reports.>"]
    with pytest.raises(APIError):
        await bus.js.delete_msg("EVT_REPORTS", 1)
    with pytest.raises(APIError):
        await bus.js.purge_stream("EVT_REPORTS")


async def test_asking_twice_makes_one_stream(bus: Bus) -> None:
    first, second = await bus.ensure_stream("reports"), await bus.ensure_stream("reports")

    assert first.created == second.created


async def test_a_stream_with_other_subjects_is_refused(bus: Bus) -> None:
    await bus.js.add_stream(api.StreamConfig(name=stream_name("reports"), subjects=["something.else"]))

    with pytest.raises(StreamRefused, match=r"something\.else"):
        await bus.ensure_stream("reports")


async def test_subjects_that_another_stream_carries_are_refused(bus: Bus) -> None:
    await bus.js.add_stream(api.StreamConfig(name="OTHER", subjects=["ccm.>"]))

    with pytest.raises(StreamRefused, match="another stream"):
        await bus.ensure_stream("reports")


async def test_a_stream_with_laxer_settings_is_set_right(bus: Bus) -> None:
    lax = stream_config("reports")
    lax.deny_purge, lax.allow_atomic = False, False
    await bus.js.add_stream(lax)

    info = await bus.ensure_stream("reports")

    assert info.config.deny_purge and info.config.allow_atomic


async def test_a_stream_kept_in_memory_is_refused(bus: Bus) -> None:
    memory = stream_config("reports")
    memory.storage = api.StorageType.MEMORY
    await bus.js.add_stream(memory)

    with pytest.raises(StreamRefused, match="cannot be set right"):
        await bus.ensure_stream("reports")


async def test_nobody_listening_is_said_clearly() -> None:
    with pytest.raises(ConnectionError, match="no nats-server answered"):
        await Bus.connect("nats://127.0.0.1:1", name="test", patience=0.5)


async def test_each_connection_has_an_inbox_of_its_own(bus: Bus) -> None:
    assert bus.nc.new_inbox().startswith("_INBOX_test.")
