"""What the environment says: read once, in server.py, and handed on as values."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ORIGIN = r"https?://[a-z0-9.-]+(:\d+)?"
_HOST = r"(\*\.)?[a-z0-9.-]+"

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class Settings(BaseSettings):
    """Settings of the deployment. What a company may override (`NAME_COMPANY`) is read by tenants."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True
    )

    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    host: str = ""
    """Empty: every address when API_KEY is set, loopback otherwise."""
    public_url: str = ""
    """The address by which Chatwoot reaches us, for the webhook addresses that are shown."""
    api_key: SecretStr | None = None
    cors_origins: Annotated[str, Field(pattern=rf"^({_ORIGIN}(\s*,\s*{_ORIGIN})*)?$")] = ""
    """Whose pages may call, by commas, each exact: a page that may is not named by a sign for all."""
    allowed_hosts: Annotated[str, Field(pattern=rf"^({_HOST}(\s*,\s*{_HOST})*)?$")] = ""
    """For which names we answer, by commas; empty: for all."""
    data_dir: Path = Path(".data")
    redis_url: SecretStr | None = None
    database_url: SecretStr | None = None
    """Where companies are kept; None: in files below DATA_DIR."""
    migrate_at_start: bool = True
    """False: tables are brought up to date by `server.py migrate` only."""
    secret_key: SecretStr | None = None
    """Seals companies' secrets; several by commas, the newest first."""
    companies_dir: Path | None = None
    """Empty: the companies that ship."""
    companies_config_file: Path | None = None
    extended_config_file: Path | None = None
    extended_config_enabled: bool = True
    model_prices_file: Path | None = None
    """Laid over the prices that ship."""
    vectorstore_auto_recovery: bool = True
    """False: a lost or partial search index is told and left as it is."""
    webhook_unsigned: bool = False
    log_level: LogLevel = "INFO"
    log_format: Literal["auto", "json", "console"] = "auto"
    otel_exporter_otlp_endpoint: str = ""
    """Where traces go, by OpenTelemetry's own variables; empty: none are made."""
    otel_service_name: str = "clinicdesk"
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Where a worker of its own tells its numbers, to whoever reaches the port; None: nowhere."""
    media_allowed_hosts: str = ""
    """Hosts besides a company's Chatwoot where patients' files may be, by comma; they may be private."""
    site_allowed_hosts: str = ""
    """Hosts of companies' sites that may be on a private network, by comma."""
    on_call_allowed_hosts: str = ""
    """Hosts of companies' on-call webhooks that may be on a private network, by comma."""
    worker_in_server: bool = True
    """False when workers run as processes of their own."""
    worker_concurrency: Annotated[int, Field(ge=1, le=4096)] = 256
    """Conversations one worker holds at once; most of them wait for a patient or a model."""

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def origins(self) -> list[str]:
        """CORS_ORIGINS as a list."""
        return [one.strip() for one in self.cors_origins.split(",") if one.strip()]

    @property
    def hosts(self) -> list[str]:
        """ALLOWED_HOSTS as a list."""
        return [one.strip() for one in self.allowed_hosts.split(",") if one.strip()]

    @property
    def media_hosts(self) -> list[str]:
        """MEDIA_ALLOWED_HOSTS as a list."""
        return [one.strip() for one in self.media_allowed_hosts.split(",") if one.strip()]

    @property
    def site_hosts(self) -> list[str]:
        """SITE_ALLOWED_HOSTS as a list."""
        return [one.strip() for one in self.site_allowed_hosts.split(",") if one.strip()]

    @property
    def on_call_hosts(self) -> list[str]:
        """ON_CALL_ALLOWED_HOSTS as a list."""
        return [one.strip() for one in self.on_call_allowed_hosts.split(",") if one.strip()]

    @property
    def address(self) -> str:
        """Where to listen: never beyond loopback without an API_KEY."""
        if self.api_key is None:
            return "127.0.0.1"
        return self.host or "0.0.0.0"  # noqa: S104 # A key guards it.

    @property
    def shown_url(self) -> str:
        """How a person or Chatwoot reaches this server."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")
