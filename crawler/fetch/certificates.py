"""Until when the certificate holds that a host showed."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy.http import Response

__all__ = ["shown"]


def shown(response: Response) -> tuple[str, datetime] | None:
    """The host that answered and the end of its certificate; None where it showed none, or one without an end."""
    if response.certificate is None:
        return None
    written = response.certificate.original.get_notAfter() or b""
    try:
        ends_at = datetime.strptime(written.decode("ascii", "replace"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return urlsplit(response.url).hostname or "", ends_at
