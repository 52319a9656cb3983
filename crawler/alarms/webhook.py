"""A message to a webhook: one POST of JSON."""

from __future__ import annotations

from crawler.fetch import post as sent

__all__ = ["post"]


def post(url: str, body: bytes) -> None:
    """POST a JSON document. Raises as `crawler.fetch.post` does."""
    sent.post(url, body, "application/json", "PALIMPSEST_ALARM_WEBHOOK")
