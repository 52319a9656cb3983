"""E-mail by SMTP: encrypted wherever the server can; a password is told to no server on the way that is not."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from archive.errors import UsageError
from archive.home import Home
from archive.text import printable

__all__ = ["send"]

_SECONDS = 20
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST = 200_000
"""Characters of a message: what is open besides is said by `palimpsest alarms`."""


def _sender(home: Home) -> str:
    named = home.contact.removeprefix("mailto:")
    return named if "@" in named and "/" not in named else f"palimpsest@{socket.getfqdn()}"


def send(home: Home, subject: str, words: str) -> None:
    """Hand a message to the server of PALIMPSEST_SMTP for those of PALIMPSEST_ALARM_MAIL. Raises OSError (all errors of
    smtplib are) or UsageError."""
    message = EmailMessage()
    message["Subject"] = " ".join(printable(subject).split())[:200]
    message["From"] = _sender(home)
    message["To"] = home.alarm_mail
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="palimpsest.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words[:_LONGEST])
    with _server(urlsplit(home.smtp or "smtp://localhost")) as server:
        server.send_message(message)


def _server(at: SplitResult) -> smtplib.SMTP:
    if at.scheme not in {"smtp", "smtps"} or not at.hostname:
        raise UsageError("PALIMPSEST_SMTP is smtp://HOST:PORT or smtps://…, with NAME:PASSWORD@ where the server asks")
    secure, context = at.scheme == "smtps", ssl.create_default_context()
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(at.hostname, at.port or 465, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(at.hostname, at.port or 25, timeout=_SECONDS)
        server.ehlo()
        if server.has_extn("starttls") and at.hostname not in _HERE:
            server.starttls(context=context)
            secure = True
    if at.username:
        if not secure and at.hostname not in _HERE:
            server.close()
            raise UsageError(f"{at.hostname} offers no encryption: no password is told to it")
        server.login(unquote(at.username), unquote(at.password or ""))
    return server
