"""An extension request in its State's hands: announced, submitted, updated, withdrawn; late and over-long recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.reports.extension_request import extension_request
from shared.events.base import Interval
from shared.events.reports import ExtensionAnnounced, ExtensionRequested, ExtensionWithdrawn
from tests.given_when_then import Given

request = Given(extension_request)


def announced(**changed: Any) -> ExtensionAnnounced:
    return ExtensionAnnounced(
        **({"request_id": "TCD-4-3", "state": "TCD", "article": 4, "received": "2025-06-30"} | changed)
    )


def submitted(**changed: Any) -> ExtensionRequested:
    fact = {"request_id": "TCD-4-3", "state": "TCD", "article": 4, "received": "2025-07-01", "for_meeting": "3RC"}
    return ExtensionRequested(**(fact | changed))


def updated(received: str = "2025-08-01") -> ExtensionRequested:
    return submitted(received=received, updates="TCD-4-3")


def withdrawn(day: date = date(2025, 9, 1)) -> ExtensionWithdrawn:
    return ExtensionWithdrawn(request_id="TCD-4-3", state="TCD", received=day.isoformat(), date=day)


def test_a_request_goes_its_way() -> None:
    request.given().when(announced()).then_recorded()
    request.given(announced()).when(submitted()).then_recorded()
    request.given(announced(), submitted()).when(updated()).then_recorded()
    request.given(announced(), submitted(), updated()).when(updated("2025-08-15")).then_recorded()
    request.given(announced(), submitted(), updated()).when(withdrawn()).then_recorded()


def test_a_request_need_not_be_announced() -> None:
    request.given().when(submitted()).then_recorded()


def test_an_announced_request_can_be_given_up() -> None:
    request.given(announced()).when(withdrawn()).then_recorded()


def test_a_request_long_past_its_deadline_and_for_twenty_years_is_recorded() -> None:
    request.given().when(submitted(received="2025-12-31", for_meeting="13MSP", months_asked=240)).then_recorded()


def test_a_request_known_only_by_an_interval_is_recorded() -> None:
    between = Interval(not_before=date(2024, 7, 1), not_after=date(2024, 12, 16))

    request.given().when(submitted(received=between)).then_recorded()


def test_a_second_submission_is_refused() -> None:
    request.given(submitted()).when(submitted(received="2025-07-02")).then_refused("already-recorded", "/fact")


def test_a_second_announcement_is_refused() -> None:
    request.given(announced()).when(announced()).then_refused("already-recorded", "/fact")


def test_the_same_update_twice_is_refused() -> None:
    request.given(submitted(), updated()).when(updated()).then_refused("already-recorded", "/fact")


def test_what_is_submitted_is_no_longer_announced() -> None:
    request.given(submitted()).when(announced()).then_refused("sequence", "/fact/request_id", "4.5")


def test_what_is_not_submitted_is_not_updated() -> None:
    request.given(announced()).when(updated()).then_refused("sequence", "/fact/updates", "4.5")


def test_what_was_never_asked_is_not_withdrawn() -> None:
    request.given().when(withdrawn()).then_refused("sequence", "/fact/request_id", "4.5")


def test_no_update_or_withdrawal_comes_before_the_text() -> None:
    held = request.given(submitted())

    held.when(updated("2025-07-01")).then_recorded()
    held.when(updated("2025-06-30")).then_refused("sequence", "/fact/received", "4.5")
    held.when(withdrawn(date(2025, 7, 1))).then_recorded()
    held.when(withdrawn(date(2025, 6, 30))).then_refused("sequence", "/fact/date", "4.5")
    request.given(submitted(received="2025-07")).when(updated("2025-07")).then_recorded()


def test_a_request_has_the_sections_of_its_article() -> None:
    short = submitted(request_id="TCD-3-1", article=3, sections=("a", "f"))

    request.given().when(short).then_recorded()
    long = submitted(request_id="TCD-3-1", article=3, sections=("a", "g"))
    request.given().when(long).then_refused("invalid", "/fact/sections/1", "3.4")


def test_nothing_follows_a_withdrawal() -> None:
    gone = request.given(submitted(), withdrawn())

    gone.when(updated()).then_refused("sequence", "/fact/request_id", "4.5")
    gone.when(withdrawn(date(2025, 9, 2))).then_refused("already-recorded")


def test_the_request_id_names_its_state_and_article() -> None:
    request.given().when(submitted(state="LAO")).then_refused("identity", "/fact/request_id")
    request.given().when(submitted(article=3)).then_refused("identity", "/fact/request_id")
    request.given().when(submitted(request_id="TCD-3-1", article=3)).then_recorded()


def test_an_update_names_its_own_request() -> None:
    other = submitted(updates="TCD-4-2")

    request.given(submitted()).when(other).then_refused("identity", "/fact/updates")


def test_an_article_3_request_is_refused_under_article_3() -> None:
    early = ExtensionWithdrawn(request_id="PER-3-1", state="PER", received="2025-01-01", date=date(2025, 1, 1))

    request.given().when(early).then_refused("sequence", article="3.3")
