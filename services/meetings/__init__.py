"""What bodies, depositary, finance and the General Assembly record: the meetings service.

It owns the meetings ledger: membership acts, meetings and who attends, offices, votes, payments, decisions, compliance.
It hears the reports stream, for the extension requests it decides on; it tells every fact on `ccm.meetings.>`.
"""
