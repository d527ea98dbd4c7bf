"""The way out for mail that the settings choose, and whom trial mode lets it go to. Knows no Prefect."""

from collections.abc import Sequence

from config.settings import Settings
from mail.smtp import KeptTransport, SmtpServer, SmtpTransport, Transport


def transport_of(found: Settings, *, connections: int) -> Transport:
    """The mail server, or the folder that messages are kept in while there is none."""
    if found.smtp_url is None:
        return KeptTransport(found.outbox_dir)
    server = SmtpServer.from_url(
        found.smtp_url.get_secret_value(), ca_file=found.smtp_ca_file, timeout=found.smtp_timeout
    )
    return SmtpTransport(server, connections=connections)


def allowed(address: str, recipients: Sequence[str]) -> bool:
    """Whether trial mode lets mail go to an address: itself or its domain (`@example.org`) is on the list."""
    lowered = address.lower()
    return lowered in recipients or f"@{lowered.rpartition('@')[2]}" in recipients
