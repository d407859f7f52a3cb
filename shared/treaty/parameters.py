"""Dated numbers of the Convention, each with the article it comes from."""

from __future__ import annotations

from datetime import date
from typing import Final

ADOPTED: Final = date(2008, 5, 30)
"""The day the Convention was adopted at Dublin: nothing was done under it before."""

OPENED_FOR_SIGNATURE: Final = date(2008, 12, 3)
"""Article 15: open for signature at Oslo from 3 December 2008."""

CONVENTION_IN_FORCE: Final = date(2010, 8, 1)
"""Article 17.1: the thirtieth instrument was deposited in February 2010; signature ended that day (Article 15)."""

INSTRUMENTS_NEEDED: Final = 30
"""Article 17.1: the number of instruments that brought the Convention into force."""

ENTRY_INTO_FORCE_MONTHS: Final = 6
"""Article 17: first day of the sixth month after the month of deposit."""

WITHDRAWAL_MONTHS: Final = 6
"""Article 20.3: a withdrawal takes effect six months after its receipt, at the earliest."""

STOCKPILE_YEARS: Final = 8
"""Article 3.2: years from entry into force to the destruction of stockpiles."""

CLEARANCE_YEARS: Final = 10
"""Article 4.1: years from entry into force, or from the end of hostilities, to clearance."""

EXTENSION_MONTHS: Final = {3: 48, 4: 60}
"""Articles 3.3 and 4.5: the longest extension, in months, by article."""

REQUEST_MONTHS_BEFORE_MEETING: Final = 9
"""Articles 3.5 and 4.5: a request comes at least nine months before the meeting that considers it."""

INITIAL_REPORT_DAYS: Final = 180
"""Article 7.1: days from entry into force to the initial report."""

ANNUAL_REPORT_DUE: Final = (4, 30)
"""Article 7.2: month and day, in the year after the one reported on."""

CLARIFICATION_DAYS: Final = 28
"""Article 8.2: days in which a request for clarification is answered."""

LAUSANNE_PLAN: Final = date(2021, 9, 21)
"""The day the Lausanne plan was adopted: the dates it sets are asked of nobody before."""

MEASURES_YEARS: Final = 2
"""Action 47 of the Lausanne plan: years from entry into force to national measures (Article 9)."""

CONTRIBUTION_MONTHS: Final = 3
"""Action 9 of the Lausanne plan: months before a meeting in which its assessed contribution is paid (Article 14)."""

SILENT_YEARS: Final = 2
"""Action 44 of the Lausanne plan: years without a report after which a bound State is silent."""

REVIEW_YEARS: Final = 5
"""Article 12.1: years to the first review conference, and between two of them at the least."""

AMENDMENT_DAYS: Final = 90
"""Article 13.1: days in which States Parties say whether they support considering a proposal."""
