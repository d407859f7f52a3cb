"""What can be listened to: events as they are recorded, and figures that are not what they were."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from services.gateway.asking.cuts import LedgerName
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import StateArg, described
from services.gateway.graph.types.change import FigureChange, change_of
from services.gateway.graph.types.event import Event, event_of
from services.gateway.graph.types.event_kinds import EventType
from services.gateway.graph.types.nodes import code_of, state_code
from shared.events.envelope import Recorded

FIGURE_CHANGED = "ccm.indicators.FigureChanged"


@strawberry.type(description="What can be listened to, over graphql-transport-ws, from now on; nothing is repeated.")
class Subscription:
    """At most once and in order; positions have no gap, and `events(orderBy: newestFirst)` fills one."""

    @strawberry.subscription(description="Events of a ledger as they are recorded.")  # type: ignore[untyped-decorator]  # so declared
    async def event_recorded(
        self,
        info: Info,
        ledger: Annotated[LedgerName, described("The ledger to listen to.")],
        type: Annotated[EventType | None, described("Events of this type.")] = None,
        state: StateArg = None,
    ) -> AsyncGenerator[Event, None]:
        """Each event that is wanted, as it comes."""
        about, kind = state_code(state), f"ccm.{ledger.name}.{type.name}" if type else None

        def wanted(event: Recorded) -> bool:
            return kind in (None, event.type) and about in (None, event.subject)

        async with info.context.live.listening(ledger.name, wanted) as listener:
            async for event in listener.events():
                info.context.renew()
                yield event_of(event.fields, ledger.name)

    @strawberry.subscription(description="Figures of the defined cycles that are not what they were.")  # type: ignore[untyped-decorator]  # so declared
    async def figure_changed(
        self,
        info: Info,
        indicator: Annotated[strawberry.ID | None, described("Its code or id: LAP-40.1; all if not given.")] = None,
        cycle: Annotated[str | None, described("A cycle: 13MSP; all if not given.")] = None,
    ) -> AsyncGenerator[FigureChange, None]:
        """Each notice that is wanted, as it comes."""
        code = code_of(indicator, "indicator") if indicator else None

        def wanted(event: Recorded) -> bool:
            if event.type != FIGURE_CHANGED:
                return False
            return code in (None, event.data["indicator"]) and cycle in (None, event.data["cycle"])

        async with info.context.live.listening("indicators", wanted) as listener:
            async for event in listener.events():
                info.context.renew()
                yield change_of(event.data, event_of(event.fields, "indicators"))
