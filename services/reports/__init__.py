"""What States submit: the reports service.

It owns the reports ledger: Article 7 reports, statements, extension requests, declarations, and judgements on them.
It hears nobody else; it tells every fact it records on `ccm.reports.>`, and answers queries from its read models.
"""
