"""The rules of the Convention as a table: rule, article, what is given in words, how it is asked, the result.

Worked examples, and the days on both sides of every boundary. Numbers are those of `shared.treaty.rules`; a State in
brackets is the case from which an example is taken.
"""
# ruff: noqa: E501 - one line a row, so that the table can be read down its columns

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest

from shared.events.base import FactDate, Interval
from shared.treaty.bounds import between
from shared.treaty.clearance import deadline_after_hostilities
from shared.treaty.compliance import matter_state, may_request, may_submit, reply_due, reply_timeliness
from shared.treaty.conferences import (
    amendment_adopted,
    amendment_binds_from,
    amendment_conference_called,
    amendment_conference_earlier,
    amendment_in_force,
    amendment_views_due,
    attends_as,
    first_meeting_due,
    first_review_conference_due,
    majority,
    next_review_conference_from,
    next_yearly_meeting_due,
    simple_vote,
    two_thirds,
)
from shared.treaty.contributions import contribution_due, shares_costs
from shared.treaty.deadlines import (
    clearance_deadline,
    extension_length,
    last_timely_request,
    request_timeliness,
    stockpile_deadline,
)
from shared.treaty.declarations import next_meeting
from shared.treaty.documentation import stated
from shared.treaty.entry_into_force import (
    convention_entry_into_force,
    entry_into_force,
    may_deposit,
    may_reserve,
    may_sign,
    provisionally_applied,
)
from shared.treaty.national_measures import measures_due
from shared.treaty.reporting import (
    annual_report_due,
    annual_report_owed,
    in_breach,
    initial_report_due,
    report_timeliness,
    silent_for_two_years,
)
from shared.treaty.requests import (
    area_difference,
    before_expiry,
    exceptional_circumstances_stated,
    extended_until,
    granted_against_asked,
    missing_sections,
    renewal_told,
)
from shared.treaty.rules import RULES, rule
from shared.treaty.stockpiles import (
    purpose_allowed,
    retention_report_due,
    retention_report_lacks,
    retention_report_owed,
    transfer_allowed,
)
from shared.treaty.withdrawal import notice_lacks, withdrawal_effect


def on(text: str) -> date:
    return date.fromisoformat(text)


def within(text: str) -> Interval:
    """`2024-07-01..2024-12-16`; a side left out is open."""
    first, last = text.split("..")
    return Interval(not_before=on(first) if first else None, not_after=on(last) if last else None)


def conflict(**found: str) -> list[tuple[date, bool]]:
    return [(on(day), name.startswith("engaged")) for name, day in found.items()]


THIRTY = [on("2009-01-01")] * 29 + [on("2010-02-16")]
MSP13, MSP12, MSP11 = on("2025-09-16"), on("2024-09-10"), on("2023-09-11")
AHEAD = [("13MSP", MSP13), ("12MSP", MSP12)]
ALL_SECTIONS = "abcdefghi"
ASKED = on("2025-09-01")
"""A request for clarification received that day is answered by the 29th."""


def owed_2024(initial: FactDate | None, *, party: bool = True) -> str:
    return annual_report_owed(2024, party_on_due_day=party, initial_received=initial)


def breach_2024() -> int:
    """Print's own numbers: 105 owed, 46 of them timely, seven without an initial report in time."""
    owed = {f"S{number}" for number in range(105)}
    return len(in_breach(owed, {f"S{number}" for number in range(46)}, {f"N{number}" for number in range(7)}))


class Row(NamedTuple):
    """One line of the table; `asked` is called with nothing, so that the line shows everything that goes in."""

    rule: str
    article: str
    given: str
    asked: Callable[[], Any]
    result: Any


# fmt: off
MEMBERSHIP = [
    Row("CR-01", "17.1", "30th instrument in February 2010", lambda: convention_entry_into_force(THIRTY), on("2010-08-01")),
    Row("CR-01", "17.1", "a 31st instrument changes nothing", lambda: convention_entry_into_force([*THIRTY, on("2010-05-01")]), on("2010-08-01")),
    Row("CR-01", "17.1", "29 instruments", lambda: convention_entry_into_force(THIRTY[:29]), None),
    Row("CR-02", "17.2", "accession of 3 August 2023", lambda: entry_into_force(on("2023-08-03")), on("2024-02-01")),
    Row("CR-02", "17.2", "deposit on the 1st of a month", lambda: entry_into_force(on("2023-08-01")), on("2024-02-01")),
    Row("CR-02", "17.2", "deposit on 31 August", lambda: entry_into_force(on("2023-08-31")), on("2024-02-01")),
    Row("CR-02", "17.2", "deposit the day after, 1 September", lambda: entry_into_force(on("2023-09-01")), on("2024-03-01")),
    Row("CR-02", "17.2", "deposit on 29 February", lambda: entry_into_force(on("2012-02-29")), on("2012-08-01")),
    Row("CR-02", "17.2", "among the first thirty: with the Convention", lambda: entry_into_force(on("2008-12-03")), on("2010-08-01")),
    Row("CR-02", "17.2", "deposit in the month of the 30th", lambda: entry_into_force(on("2010-02-28")), on("2010-08-01")),
    Row("CR-02", "17.2", "deposit in the month after the 30th", lambda: entry_into_force(on("2010-03-01")), on("2010-09-01")),
    Row("CR-02", "17.2", "deposit in March 2020 (last in force on 28 September 2020)", lambda: between(entry_into_force, "2020-03"), (on("2020-09-01"), on("2020-09-01"))),
    Row("CR-02", "17.2", "deposit in April 2020 (Niue, St. Lucia: not yet in force then)", lambda: between(entry_into_force, "2020-04"), (on("2020-10-01"), on("2020-10-01"))),
    Row("CR-02", "17.2", "deposit some day of 2020", lambda: between(entry_into_force, "2020"), (on("2020-07-01"), on("2021-06-01"))),
    Row("CR-02", "17.2", "deposit not before 15 April 2020, end unknown", lambda: between(entry_into_force, within("2020-04-15..")), (on("2020-10-01"), None)),
    Row("CR-03", "15", "signature on 2 December 2008", lambda: may_sign(on("2008-12-02")), False),
    Row("CR-03", "15", "signature on 3 December 2008", lambda: may_sign(on("2008-12-03")), True),
    Row("CR-03", "15", "signature on 31 July 2010", lambda: may_sign(on("2010-07-31")), True),
    Row("CR-03", "15", "signature on 1 August 2010", lambda: may_sign(on("2010-08-01")), False),
    Row("CR-03", "16", "a signatory ratifies", lambda: may_deposit("ratification", signed=True), True),
    Row("CR-03", "16", "a signatory accepts", lambda: may_deposit("acceptance", signed=True), True),
    Row("CR-03", "16", "a signatory approves", lambda: may_deposit("approval", signed=True), True),
    Row("CR-03", "16", "a signatory accedes", lambda: may_deposit("accession", signed=True), False),
    Row("CR-03", "16", "one that did not sign accedes", lambda: may_deposit("accession", signed=False), True),
    Row("CR-03", "16", "one that did not sign ratifies", lambda: may_deposit("ratification", signed=False), False),
    Row("CR-03", "16", "one that did not sign accepts", lambda: may_deposit("acceptance", signed=False), False),
    Row("CR-03", "16", "one that did not sign approves", lambda: may_deposit("approval", signed=False), False),
    Row("CR-04", "18", "declared; the day before the deposit", lambda: provisionally_applied(on("2023-08-03"), declared=True, on=on("2023-08-02")), False),
    Row("CR-04", "18", "declared; the day of the deposit", lambda: provisionally_applied(on("2023-08-03"), declared=True, on=on("2023-08-03")), True),
    Row("CR-04", "18", "declared; the day before entry into force", lambda: provisionally_applied(on("2023-08-03"), declared=True, on=on("2024-01-31")), True),
    Row("CR-04", "18", "declared; the day of entry into force", lambda: provisionally_applied(on("2023-08-03"), declared=True, on=on("2024-02-01")), False),
    Row("CR-04", "18", "not declared", lambda: provisionally_applied(on("2023-08-03"), declared=False, on=on("2023-08-03")), False),
    Row("CR-05", "19", "a reservation to any article", may_reserve, False),
    Row("CR-06", "20.2", "sent to all three, with reasons", lambda: notice_lacks(["states_parties", "depositary", "security_council"], True), ()),
    Row("CR-06", "20.2", "sent to the depositary only, without reasons", lambda: notice_lacks(["depositary"], False), ("states_parties", "security_council", "reasons")),
    Row("CR-06", "20.2", "the source does not say whom it went to", lambda: notice_lacks(None, True), None),
    Row("CR-07", "20.3", "notice received 6 September 2024, no conflict (Lithuania)", lambda: withdrawal_effect(on("2024-09-06")), on("2025-03-06")),
    Row("CR-07", "20.3", "the same, in a conflict that ends 1 June 2025", lambda: withdrawal_effect(on("2024-09-06"), conflict(engaged="2025-01-01", over="2025-06-01")), on("2025-06-01")),
    Row("CR-07", "20.3", "the same, told in the other order", lambda: withdrawal_effect(on("2024-09-06"), conflict(over="2025-06-01", engaged="2025-01-01")), on("2025-06-01")),
    Row("CR-07", "20.3", "the conflict ends on the day of the six months", lambda: withdrawal_effect(on("2024-09-06"), conflict(engaged="2025-01-01", over="2025-03-06")), on("2025-03-06")),
    Row("CR-07", "20.3", "the conflict begins on that day", lambda: withdrawal_effect(on("2024-09-06"), conflict(engaged="2025-03-06", over="2025-03-07")), on("2025-03-07")),
    Row("CR-07", "20.3", "the conflict begins the day after", lambda: withdrawal_effect(on("2024-09-06"), conflict(engaged="2025-03-07")), on("2025-03-06")),
    Row("CR-07", "20.3", "a conflict whose end is not known", lambda: withdrawal_effect(on("2024-09-06"), conflict(engaged="2025-01-01")), None),
    Row("CR-07", "20.3", "a second conflict whose end is not known", lambda: withdrawal_effect(on("2024-09-06"), conflict(engaged="2025-01-01", over="2025-02-01", engaged_again="2025-03-01")), None),
    Row("CR-07", "20.3", "notice of 31 August: the last day of February", lambda: withdrawal_effect(on("2024-08-31")), on("2025-02-28")),
    Row("CR-07", "20.3", "notice of 31 August before a leap year", lambda: withdrawal_effect(on("2023-08-31")), on("2024-02-29")),
]
ARTICLE_3 = [
    Row("CR-10", "3.2", "in force 1 February 2024", lambda: stockpile_deadline(on("2024-02-01")), on("2032-02-01")),
    Row("CR-10", "3.2", "in force in 2011 (Bulgaria)", lambda: between(stockpile_deadline, "2011"), (on("2019-01-01"), on("2019-12-31"))),
    Row("CR-10", "3.2", "in force in 2013 (Peru)", lambda: between(stockpile_deadline, "2013"), (on("2021-01-01"), on("2021-12-31"))),
    Row("CR-10", "3.2", "in force in 2015 (South Africa)", lambda: between(stockpile_deadline, "2015"), (on("2023-01-01"), on("2023-12-31"))),
    Row("CR-10", "3.2", "in force in 2016 (Slovakia)", lambda: between(stockpile_deadline, "2016"), (on("2024-01-01"), on("2024-12-31"))),
    Row("CR-10", "3.2", "in force with the Convention", lambda: stockpile_deadline(on("2010-08-01")), on("2018-08-01")),
    Row("CR-11", "3.3", "12 months, then 24 asked (Bulgaria)", lambda: [extension_length(3, months) for months in (12, 24)], ["within", "within"]),
    Row("CR-11", "3.3", "37 months asked (Peru)", lambda: extension_length(3, 37), "within"),
    Row("CR-11", "3.3", "48 months asked", lambda: extension_length(3, 48), "within"),
    Row("CR-11", "3.3", "49 months asked", lambda: extension_length(3, 49), "beyond"),
    Row("CR-11", "3.3", "the months are not known", lambda: extension_length(3, None), "cannotTell"),
    Row("CR-11", "3.3", "37 months from 1 March 2021", lambda: extended_until(on("2021-03-01"), 37), on("2024-04-01")),
    Row("CR-11", "3.3", "sections (a) to (f) are there", lambda: missing_sections(3, "fedcba"), ()),
    Row("CR-11", "3.3", "sections (b) and (f) are not", lambda: missing_sections(3, "acde"), ("b", "f")),
    Row("CR-12", "3.3", "a first request", lambda: exceptional_circumstances_stated(1, None), "notAsked"),
    Row("CR-12", "3.3", "a second request states them", lambda: exceptional_circumstances_stated(2, True), "yes"),
    Row("CR-12", "3.3", "a second request does not", lambda: exceptional_circumstances_stated(2, False), "no"),
    Row("CR-12", "3.3", "nobody says what the second request states", lambda: exceptional_circumstances_stated(2, None), "cannotTell"),
    Row("CR-13", "3.5", "a meeting opens on 30 November of a leap year", lambda: last_timely_request(on("2024-11-30")), on("2024-02-29")),
    Row("CR-13", "3.5", "a meeting opens on 30 November", lambda: last_timely_request(on("2025-11-30")), on("2025-02-28")),
    Row("CR-14", "3.5", "asked for 18 months, granted 12 (Bulgaria)", lambda: granted_against_asked(18, 12), "shorter"),
    Row("CR-14", "3.5", "granted as asked", lambda: granted_against_asked(37, 37), "asRequested"),
    Row("CR-14", "3.5", "granted more than asked", lambda: granted_against_asked(12, 13), "longer"),
    Row("CR-14", "3.5", "the months granted are not recorded", lambda: granted_against_asked(12, None), "cannotTell"),
    Row("CR-14", "3.5", "40 for, 39 against", lambda: simple_vote(40, 39), "carried"),
    Row("CR-14", "3.5", "40 for, 40 against", lambda: simple_vote(40, 40), "lost"),
    Row("CR-14", "3.5", "the vote is not recorded", lambda: simple_vote(None, None), "cannotTell"),
    Row("CR-15", "3.6", "retained for training", lambda: purpose_allowed("training"), True),
    Row("CR-15", "3.6", "retained for sale", lambda: purpose_allowed("sale"), False),
    Row("CR-16", "3.7", "transferred to a State Party for destruction", lambda: transfer_allowed("destruction", to_party=True), True),
    Row("CR-16", "3.7", "transferred to a State Party for training", lambda: transfer_allowed("training", to_party=True), True),
    Row("CR-16", "3.7", "transferred to a State not party for destruction", lambda: transfer_allowed("destruction", to_party=False), False),
    Row("CR-16", "3.7", "transferred to a State Party for sale", lambda: transfer_allowed("sale", to_party=True), False),
    Row("CR-17", "3.8", "something acquired in a year", lambda: retention_report_owed(retained=False, acquired=True, transferred=False), True),
    Row("CR-17", "3.8", "nothing retained, acquired or transferred", lambda: retention_report_owed(retained=False, acquired=False, transferred=False), False),
    Row("CR-17", "3.8", "something retained in 2024", lambda: retention_report_due(2024), on("2025-04-30")),
    Row("CR-17", "3.8", "type and quantity only", lambda: retention_report_lacks(["type", "quantity"], transferred=False), ("planned_use", "actual_use", "lot_numbers")),
    Row("CR-17", "3.8", "all but who received the transfer", lambda: retention_report_lacks(["planned_use", "actual_use", "type", "quantity", "lot_numbers"], transferred=True), ("receiving_party",)),
]
ARTICLE_4 = [
    Row("CR-20", "4.1 a", "in force 1 August 2010 (Germany, Lao PDR)", lambda: clearance_deadline(on("2010-08-01")), on("2020-08-01")),
    Row("CR-20", "4.1 a", "in force 1 February 2024", lambda: clearance_deadline(on("2024-02-01")), on("2034-02-01")),
    Row("CR-20", "4.1 a", "in force in 2011: the deadlines of 2021", lambda: between(clearance_deadline, "2011"), (on("2021-01-01"), on("2021-12-31"))),
    Row("CR-20", "4.1 a", "counted from 29 February", lambda: clearance_deadline(on("2012-02-29")), on("2022-02-28")),
    Row("CR-21", "4.1 b", "hostilities ended on 29 February 2024", lambda: deadline_after_hostilities(on("2024-02-29")), on("2034-02-28")),
    Row("CR-21", "4.1 b", "hostilities ended some day of March 2024", lambda: between(deadline_after_hostilities, "2024-03"), (on("2034-03-01"), on("2034-03-31"))),
    Row("CR-22", "4.1 c", "finished on 1 October 2024", lambda: next_meeting(on("2024-10-01"), AHEAD), ("13MSP", MSP13)),
    Row("CR-22", "4.1 c", "finished the day before a meeting opens", lambda: next_meeting(on("2024-09-09"), AHEAD), ("12MSP", MSP12)),
    Row("CR-22", "4.1 c", "finished on the day it opens: the next one", lambda: next_meeting(MSP12, AHEAD), ("13MSP", MSP13)),
    Row("CR-22", "4.1 c", "no later meeting has a date", lambda: next_meeting(MSP13, AHEAD), None),
    Row("CR-23", "4.5", "the 13th meeting opens 16 September 2025", lambda: last_timely_request(MSP13), on("2024-12-16")),
    Row("CR-23", "4.5", "the 12th meeting opens 10 September 2024", lambda: last_timely_request(MSP12), on("2023-12-10")),
    Row("CR-23", "4.5", "the 11th meeting opens 11 September 2023", lambda: last_timely_request(MSP11), on("2022-12-11")),
    Row("CR-23", "4.5", "received on the last day", lambda: request_timeliness("2024-12-16", MSP13), "timely"),
    Row("CR-23", "4.5", "received the day after", lambda: request_timeliness("2024-12-17", MSP13), "late"),
    Row("CR-23", "4.5", "received in the month of the last day", lambda: request_timeliness("2024-12", MSP13), "cannotTell"),
    Row("CR-23", "4.5", "received the month before", lambda: request_timeliness("2024-11", MSP13), "timely"),
    Row("CR-23", "4.5", "received in 2025", lambda: request_timeliness("2025", MSP13), "late"),
    Row("CR-23", "4.5", "received in 2024", lambda: request_timeliness("2024", MSP13), "cannotTell"),
    Row("CR-23", "4.5", "between July and the last day (AFG, CHL, LBN, SOM)", lambda: request_timeliness(within("2024-07-01..2024-12-16"), MSP13), "timely"),
    Row("CR-23", "4.5", "between the day after and June (MRT)", lambda: request_timeliness(within("2024-12-17..2025-06-30"), MSP13), "late"),
    Row("CR-23", "4.5", "the last day or the day after", lambda: request_timeliness(within("2024-12-16..2024-12-17"), MSP13), "cannotTell"),
    Row("CR-23", "4.5", "not after the last day", lambda: request_timeliness(within("..2024-12-16"), MSP13), "timely"),
    Row("CR-23", "4.5", "not before the day after", lambda: request_timeliness(within("2024-12-17.."), MSP13), "late"),
    Row("CR-23", "4.5", "the opening moves a month later (MRT)", lambda: request_timeliness(within("2024-12-17..2025-06-30"), on("2025-10-16")), "cannotTell"),
    Row("CR-23", "4.5", "the opening moves a month earlier (the four)", lambda: request_timeliness(within("2024-07-01..2024-12-16"), on("2025-08-16")), "cannotTell"),
    Row("CR-23", "4.5", "the meeting has no date", lambda: request_timeliness("2024-12-16", None), "cannotTell"),
    Row("CR-23", "4.5", "nobody says when it was received", lambda: request_timeliness(None, MSP13), "cannotTell"),
    Row("CR-23", "4.5", "received on the day the period expires", lambda: before_expiry("2025-08-01", on("2025-08-01")), "timely"),
    Row("CR-23", "4.5", "received the day after it expired", lambda: before_expiry("2025-08-02", on("2025-08-01")), "late"),
    Row("CR-23", "4.5", "by June 2024, running until August 2025 (DEU, LAO)", lambda: before_expiry(within("..2024-06-30"), on("2025-08-01")), "timely"),
    Row("CR-23", "4.5", "the running deadline is not known", lambda: before_expiry("2025-08-01", None), "cannotTell"),
    Row("CR-23", "4.5", "all nine sections", lambda: missing_sections(4, ALL_SECTIONS), ()),
    Row("CR-23", "4.5", "without (g) and (h)", lambda: missing_sections(4, "abcdefi"), ("g", "h")),
    Row("CR-23", "4.5", "100 at entry, 60 cleared, 30 left, 10 cancelled", lambda: area_difference(100, 60, 30, 10), 0),
    Row("CR-23", "4.5", "the same, cancellation not told: a question", lambda: area_difference(100, 60, 30), 10),
    Row("CR-24", "4.5", "18 months (BIH), 12 (CHL), 60 (LBN)", lambda: [extension_length(4, months) for months in (18, 12, 60)], ["within"] * 3),
    Row("CR-24", "4.5", "61 months", lambda: extension_length(4, 61), "beyond"),
    Row("CR-24", "4.5", "the months are not known", lambda: extension_length(4, None), "cannotTell"),
    Row("CR-24", "4.5", "five years from 1 August 2020 (Germany, Lao PDR)", lambda: extended_until(on("2020-08-01"), 60), on("2025-08-01")),
    Row("CR-25", "4.8", "a renewal tells of the time before", lambda: renewal_told(2, True), "yes"),
    Row("CR-25", "4.8", "a renewal does not", lambda: renewal_told(2, False), "no"),
    Row("CR-25", "4.8", "nobody says what the renewal tells", lambda: renewal_told(2, None), "cannotTell"),
    Row("CR-25", "4.8", "a first request", lambda: renewal_told(1, None), "notAsked"),
    Row("CR-25", "4.8", "another five years from 1 August 2025", lambda: (extension_length(4, 60), extended_until(on("2025-08-01"), 60)), ("within", on("2030-08-01"))),
    Row("CR-26", "4.7", "80 present, 9 abstain, 36 for and 35 against", lambda: simple_vote(36, 35), "carried"),
    Row("CR-26", "4.7", "35 for, 36 against", lambda: simple_vote(35, 36), "lost"),
    Row("CR-26", "4.7", "asked for 60 months, granted 24", lambda: granted_against_asked(60, 24), "shorter"),
]
REPORTS = [
    Row("CR-30", "7.1", "in force 1 February 2024", lambda: initial_report_due(on("2024-02-01")), on("2024-07-30")),
    Row("CR-30", "7.1", "in force with the Convention", lambda: initial_report_due(on("2010-08-01")), on("2011-01-28")),
    Row("CR-30", "7.1", "in force 1 February of a common year", lambda: initial_report_due(on("2023-02-01")), on("2023-07-31")),
    Row("CR-30", "7.1", "deposit in January 2020 (Sao Tome and Principe: not due by 28 September)", lambda: between(lambda day: initial_report_due(entry_into_force(day)), "2020-01"), (on("2020-12-28"), on("2020-12-28"))),
    Row("CR-30", "7.1", "received on the 180th day", lambda: report_timeliness("2024-07-30", initial_report_due(on("2024-02-01"))), "timely"),
    Row("CR-30", "7.1", "received the day after", lambda: report_timeliness("2024-07-31", initial_report_due(on("2024-02-01"))), "late"),
    Row("CR-31", "7.2", "the report on 2024", lambda: annual_report_due(2024), on("2025-04-30")),
    Row("CR-31", "7.2", "received on 30 April", lambda: report_timeliness("2025-04-30", annual_report_due(2024)), "timely"),
    Row("CR-31", "7.2", "received on 1 May", lambda: report_timeliness("2025-05-01", annual_report_due(2024)), "late"),
    Row("CR-31", "7.2", "received some day of April", lambda: report_timeliness("2025-04", annual_report_due(2024)), "timely"),
    Row("CR-31", "7.2", "received some day of May", lambda: report_timeliness("2025-05", annual_report_due(2024)), "late"),
    Row("CR-31", "7.2", "received some day of 2025", lambda: report_timeliness("2025", annual_report_due(2024)), "cannotTell"),
    Row("CR-31", "7.2", "received by 30 April", lambda: report_timeliness(within("..2025-04-30"), annual_report_due(2024)), "timely"),
    Row("CR-31", "7.2", "received between 1 May and 30 June", lambda: report_timeliness(within("2025-05-01..2025-06-30"), annual_report_due(2024)), "late"),
    Row("CR-31", "7.2", "received by 30 June", lambda: report_timeliness(within("..2025-06-30"), annual_report_due(2024)), "cannotTell"),
    Row("CR-31", "7.2", "no longer party on 30 April 2025 (Lithuania)", lambda: owed_2024("2011-01-28", party=False), "no"),
    Row("CR-31", "7.2", "(105 - 46) + 7 in breach, by print's numbers", breach_2024, 66),
    Row("CR-32", "7.2", "party, initial report long in", lambda: owed_2024("2011-01-28"), "yes"),
    Row("CR-32", "7.2", "the initial report is not in", lambda: owed_2024(None), "no"),
    Row("CR-32", "7.2", "initial report the day before the cycle of 2024 opens", lambda: owed_2024("2024-06-30"), "yes"),
    Row("CR-32", "7.2", "initial report on the day it opens: first annual for 2025", lambda: owed_2024("2024-07-01"), "no"),
    Row("CR-32", "7.2", "initial report some day of March 2025", lambda: owed_2024("2025-03"), "no"),
    Row("CR-32", "7.2", "initial report some day of 2024", lambda: owed_2024("2024"), "cannotTell"),
    Row("CR-32", "7.2", "initial report by 30 June 2025", lambda: owed_2024(within("..2025-06-30")), "cannotTell"),
    Row("Action 44", "7", "a report in the two years up to 30 June 2025", lambda: silent_for_two_years(["2023-07-01"], on("2025-06-30")), "no"),
    Row("Action 44", "7", "the last report on the day two years before", lambda: silent_for_two_years(["2023-06-30"], on("2025-06-30")), "yes"),
    Row("Action 44", "7", "a report some day of 2023", lambda: silent_for_two_years(["2023"], on("2025-06-30")), "cannotTell"),
    Row("Action 47", "9", "in force 1 February 2024", lambda: measures_due(on("2024-02-01")), on("2026-02-01")),
]
COMPLIANCE = [
    Row("CR-40", "8.2", "a State Party asks a State Party", lambda: may_request(asking_party=True, asked_party=True), True),
    Row("CR-40", "8.2", "a State Party asks a State not party", lambda: may_request(asking_party=True, asked_party=False), False),
    Row("CR-40", "8.2", "a State not party asks", lambda: may_request(asking_party=False, asked_party=True), False),
    Row("CR-41", "8.2", "request received 1 September 2025", lambda: reply_due(ASKED), on("2025-09-29")),
    Row("CR-41", "8.2", "request received 1 February of a leap year", lambda: reply_due(on("2024-02-01")), on("2024-02-29")),
    Row("CR-41", "8.2", "answered on the 28th day", lambda: reply_timeliness(on("2025-09-29"), ASKED), "timely"),
    Row("CR-41", "8.2", "answered the day after", lambda: reply_timeliness(on("2025-09-30"), ASKED), "late"),
    Row("CR-42", "8.3", "no answer, on the 28th day", lambda: may_submit(ASKED, on("2025-09-29"), answered=False, satisfactory=None), False),
    Row("CR-42", "8.3", "no answer, the day after", lambda: may_submit(ASKED, on("2025-09-30"), answered=False, satisfactory=None), True),
    Row("CR-42", "8.3", "an answer that does not satisfy, before the 28th day", lambda: may_submit(ASKED, on("2025-09-15"), answered=True, satisfactory=False), True),
    Row("CR-42", "8.3", "an answer that satisfies", lambda: may_submit(ASKED, on("2025-12-01"), answered=True, satisfactory=True), False),
    Row("CR-42", "8.3", "the 28th day, nothing answered", lambda: matter_state(ASKED, on("2025-09-29"), answered=False, submitted=False, determined=False), "requested"),
    Row("CR-42", "8.3", "the day after, nothing answered", lambda: matter_state(ASKED, on("2025-09-30"), answered=False, submitted=False, determined=False), "unanswered"),
    Row("CR-42", "8.3", "answered", lambda: matter_state(ASKED, on("2025-12-01"), answered=True, submitted=False, determined=False), "answered"),
    Row("CR-44", "8.5", "before the meeting", lambda: matter_state(ASKED, on("2025-12-01"), answered=True, submitted=True, determined=False), "submitted"),
    Row("CR-44", "8.5", "the meeting has determined it", lambda: matter_state(ASKED, on("2025-12-01"), answered=True, submitted=True, determined=True), "determined"),
]
MEETINGS = [
    Row("CR-50", "11.2", "the first meeting", first_meeting_due, on("2011-08-01")),
    Row("CR-50", "11.2", "after the first meeting, 9 November 2010", lambda: next_yearly_meeting_due(on("2010-11-09")), on("2011-12-31")),
    Row("CR-50", "11.2", "after a meeting in 2013", lambda: next_yearly_meeting_due(on("2013-09-10")), on("2014-12-31")),
    Row("CR-50", "11.2", "after one in 2014: the first review conference comes before", lambda: next_yearly_meeting_due(on("2014-09-02")), None),
    Row("CR-51", "12.1", "the first review conference", first_review_conference_due, on("2015-08-01")),
    Row("CR-51", "12.1", "after one that ended on 21 September 2021", lambda: next_review_conference_from(on("2021-09-21")), on("2026-09-21")),
    Row("CR-51", "12.1", "after one that opened on 25 November 2020", lambda: next_review_conference_from(on("2020-11-25")), on("2025-11-25")),
    Row("CR-52", "11.3", "a State not party", lambda: attends_as(party=False), "observer"),
    Row("CR-52", "11.3", "a State Party", lambda: attends_as(party=True), "party"),
    Row("CR-53", "13.1", "proposal circulated 1 July 2026", lambda: amendment_views_due(on("2026-07-01")), on("2026-09-29")),
    Row("CR-53", "13.1", "a majority of 111 States Parties", lambda: majority(111), 56),
    Row("CR-53", "13.1", "a majority of 112", lambda: majority(112), 57),
    Row("CR-53", "13.1", "56 of 111 support it", lambda: amendment_conference_called(56, 111), True),
    Row("CR-53", "13.1", "55 of 111 support it", lambda: amendment_conference_called(55, 111), False),
    Row("CR-54", "13.3", "56 of 111 ask for an earlier conference", lambda: amendment_conference_earlier(56, 111), True),
    Row("CR-54", "13.3", "55 of 111 ask for an earlier conference", lambda: amendment_conference_earlier(55, 111), False),
    Row("CR-55", "13.4", "two thirds of 60 and of 61 votes cast", lambda: (two_thirds(60), two_thirds(61)), (40, 41)),
    Row("CR-55", "13.4", "40 for, 20 against", lambda: amendment_adopted(40, 20), True),
    Row("CR-55", "13.4", "39 for, 20 against", lambda: amendment_adopted(39, 20), False),
    Row("CR-55", "13.4", "nobody votes", lambda: amendment_adopted(0, 0), False),
    Row("CR-55", "13.5", "2 of 3 parties at adoption accepted", lambda: amendment_in_force([on("2030-05-01"), on("2030-03-01")], 3), on("2030-05-01")),
    Row("CR-55", "13.5", "1 of 3 accepted", lambda: amendment_in_force([on("2030-03-01")], 3), None),
    Row("CR-55", "13.5", "accepted before it was in force", lambda: amendment_binds_from(on("2030-03-01"), on("2030-05-01")), on("2030-05-01")),
    Row("CR-55", "13.5", "accepted the year after", lambda: amendment_binds_from(on("2031-03-01"), on("2030-05-01")), on("2031-03-01")),
    Row("CR-55", "13.5", "did not accept", lambda: amendment_binds_from(None, on("2030-05-01")), None),
    Row("CR-56", "14.1", "a State not party that takes part", lambda: shares_costs(party=False, takes_part=True), True),
    Row("CR-56", "14.1", "a State not party that stays away", lambda: shares_costs(party=False, takes_part=False), False),
    Row("CR-56", "14.1", "a State Party that stays away", lambda: shares_costs(party=True, takes_part=False), True),
    Row("Action 9", "14", "the 13th meeting opens 16 September 2025", lambda: contribution_due(MSP13), on("2025-06-16")),
    Row("Action 9", "14", "the 12th meeting opens 10 September 2024", lambda: contribution_due(MSP12), on("2024-06-10")),
]
# fmt: on

TABLE = [*MEMBERSHIP, *ARTICLE_3, *ARTICLE_4, *REPORTS, *COMPLIANCE, *MEETINGS]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.rule}, Article {row.article}: {row.given}")
def test_the_rule_gives_the_result(row: Row) -> None:
    assert row.asked() == row.result


def test_every_line_is_there_once_and_names_an_article_of_its_rule() -> None:
    numbered = [row for row in TABLE if row.rule.startswith("CR-")]

    assert len({(row.rule, row.given) for row in TABLE}) == len(TABLE)
    assert [row for row in numbered if row.article not in rule(row.rule).articles] == []


def test_every_rule_with_a_function_has_a_line() -> None:
    evaluated = {number for one in stated() for number in one.rules if number.startswith("CR-")}

    assert {row.rule for row in TABLE if row.rule.startswith("CR-")} == evaluated


def test_a_rule_is_evaluated_or_says_why_it_is_not() -> None:
    evaluated = {number for one in stated() for number in one.rules}

    assert [one.number for one in RULES if one.number not in evaluated and one.open is None] == []


def test_a_function_names_the_articles_of_its_rules() -> None:
    for one in stated():
        named = set(re.findall(r"\d+(?:\.\d+)?(?: \([a-z]\))?", one.articles))
        for number in one.rules:
            if number.startswith("CR-"):
                own = {re.sub(r" ([a-z])$", r" (\1)", article) for article in rule(number).articles}
                assert named & own, f"{one.name} states {number} and not its Article {own}"


MONOTONE = [
    entry_into_force,
    withdrawal_effect,
    stockpile_deadline,
    clearance_deadline,
    deadline_after_hostilities,
    last_timely_request,
    initial_report_due,
    measures_due,
    reply_due,
    amendment_views_due,
    contribution_due,
    next_review_conference_from,
]


@pytest.mark.parametrize("dated", MONOTONE, ids=lambda dated: str(dated.__name__))
def test_a_later_act_never_gives_an_earlier_day_so_that_bounds_give_bounds(dated: Callable[[date], date]) -> None:
    days = [date.fromordinal(on("2011-01-01").toordinal() + number) for number in range(1500)]
    given = [dated(day) for day in days]

    assert given == sorted(given)
