"""A browser without scripts, for what has to be quick: cookies, redirections, forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.archive.web.serving import Got

__all__ = ["Browser"]


@dataclass
class Browser:
    """A browser without scripts: it keeps cookies, follows what it is led to, sends forms as pages have them."""

    base: str
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def get(self, path: str) -> Got:
        """A page."""
        return self._asked(Request(self.base + path))

    def send(self, path: str, fields: Mapping[str, str], *, origin: str | None = None) -> Got:
        """A form."""
        headers = {"Origin": self.base if origin is None else origin}
        return self._asked(Request(self.base + path, urlencode(fields).encode(), headers, method="POST"))

    def token(self, path: str) -> str:
        """What the forms of a page carry."""
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.get(path).text)
        assert found, self.get(path).text
        return found[1]

    def submit(self, page: str, action: str, **fields: str) -> Got:
        """Send a form of a page."""
        return self.send(action, {"token": self.token(page), **fields})

    def enter(self, name: str, password: str = "") -> Got:
        """Say who one is."""
        return self.submit("/login", "/login", name=name, password=password)

    def _asked(self, request: Request) -> Got:
        try:
            answer = self.opener.open(request, timeout=60)
        except HTTPError as problem:
            answer = problem
        with answer:
            return Got(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())
