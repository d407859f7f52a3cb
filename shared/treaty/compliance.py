"""Article 8: clarification of a matter of compliance, step by step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from shared.events.base import FactDate
from shared.treaty.deadlines import Timeliness, met
from shared.treaty.parameters import CLARIFICATION_DAYS

MatterState = Literal["requested", "answered", "unanswered", "submitted", "determined"]


def may_request(*, asking_party: bool, asked_party: bool) -> bool:
    """CR-40, Article 8.2: a State Party asks another State Party."""
    return asking_party and asked_party


def reply_due(received: date) -> date:
    """CR-41, Article 8.2: 28 days after the request was received."""
    return received + timedelta(days=CLARIFICATION_DAYS)


def reply_timeliness(answered: FactDate | date | None, received: date) -> Timeliness:
    """CR-41, Article 8.2: whether the reply came by its 28th day."""
    return met(answered, reply_due(received))


def may_submit(received: date, on: date, *, answered: bool, satisfactory: bool | None) -> bool:
    """CR-42, Article 8.3: to the next meeting, when no reply came in time or the reply is not satisfactory."""
    return satisfactory is False if answered else on > reply_due(received)


def matter_state(received: date, on: date, *, answered: bool, submitted: bool, determined: bool) -> MatterState:
    """CR-42 and CR-44, Articles 8.3 and 8.5: how far a matter has come on a day."""
    if determined:
        return "determined"
    if submitted:
        return "submitted"
    if answered:
        return "answered"
    return "requested" if on <= reply_due(received) else "unanswered"
