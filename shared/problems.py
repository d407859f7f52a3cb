"""RFC 9457 problem details: one stable type per kind of refusal, the field at fault, and what would be right."""

from __future__ import annotations

from typing import Any

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is no success. `type` is a stable name; `field` a JSON pointer into the body, if one applies."""

    def __init__(self, status: int, type: str, title: str, detail: str = "", *, field: str | None = None, **more: Any):
        super().__init__(detail or title)
        self.status, self.type, self.title, self.detail, self.field, self.more = (
            status,
            type,
            title,
            detail,
            field,
            more,
        )

    def body(self) -> dict[str, Any]:
        """The members of RFC 9457, plus `field` and whatever the problem adds."""
        members = {
            "type": f"https://stocktake.invalid/problems/{self.type}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "field": self.field,
            **self.more,
        }
        return {name: value for name, value in members.items() if value not in (None, "")}
