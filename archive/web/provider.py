"""Login by a provider that speaks OpenID Connect (Core 1.0, authorization code flow with PKCE). Authlib makes the
requests and checks the tokens; what is kept of each login on its way there and back stands here."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.masking import hide

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

__all__ = ["Gone", "Provider", "Way"]

_SECONDS = 10
_LONGEST_WAY, _MOST = 600, 1_000
"""Seconds a login may take at the provider, and logins on their way at once; the oldest are forgotten."""


class Gone(Exception):
    """A login cannot be ended; its text says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """A login on its way: the secrets it is known by, whose browser began it, and where it leads."""

    nonce: str
    verifier: str
    browser: str
    to: str
    until: float


@dataclass(slots=True)
class Provider:
    """Who is asked: its issuer (an https address, or one of this machine) and who we are to it."""

    issuer: str
    client: str
    secret: str
    _ways: OrderedDict[str, Way] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        hide(self.secret)
        at = urlsplit(self.issuer)
        if at.scheme != "https" and at.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise UsageError(f"oidc_issuer {self.issuer!r} is no https address: who answers there could not be told")
        if not self.client:
            raise UsageError("oidc_issuer is set, and oidc_client is not: who are we to that provider?")

    def begin(self, callback: str, browser: str, to: str) -> str:
        """Where somebody is sent to log in. Raises Gone where the provider does not answer."""
        way = Way(secrets.token_urlsafe(32), secrets.token_urlsafe(48), browser, to, time.monotonic() + _LONGEST_WAY)
        with self._session(callback) as session:
            where: str
            where, state = session.create_authorization_url(
                self._said(session)["authorization_endpoint"], code_verifier=way.verifier, nonce=way.nonce
            )
        with self._lock:
            self._ways[state] = way
            while len(self._ways) > _MOST:
                self._ways.popitem(last=False)
        return where

    def ended(self, callback: str, here: str, browser: str, state: str) -> tuple[str, str]:
        """Who came back, by the provider's `sub`, and where they are led. Raises Gone where it is not the browser that
        went, or what the provider says cannot be trusted."""
        with self._lock:
            way = self._ways.pop(state, None)
        if way is None or not browser or not secrets.compare_digest(way.browser, browser):
            raise Gone("this login was begun in another browser, or too long ago: begin it again")
        if way.until < time.monotonic():
            raise Gone("this login took too long: begin it again")
        with self._session(callback) as session:
            said = self._said(session)
            token = session.fetch_token(
                said["token_endpoint"], authorization_response=here, state=state, code_verifier=way.verifier
            )
            claims = self._claims(session, said, token, way.nonce)
        return str(claims["sub"]), way.to

    def _session(self, callback: str) -> _Asking:
        return _Asking(self, callback)

    def _said(self, session: OAuth2Session) -> dict[str, Any]:
        """What the provider says of itself. Raises Gone where it is another."""
        found: dict[str, Any] = _json(session, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise Gone(f"the provider says that it is {str(found.get('issuer'))[:80]!r}, not {self.issuer!r}")
        return found

    def _claims(self, session: OAuth2Session, said: dict[str, Any], token: dict[str, Any], nonce: str) -> Any:
        """What the id token says, its signature, issuer, audience, times and nonce checked."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(_json(session, said["jwks_uri"]))
        read = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS)
        wanted = {"iss": {"essential": True, "value": self.issuer}, "sub": {"essential": True}}
        claims = CodeIDToken(read.claims, read.header, wanted, {"nonce": nonce, "client_id": self.client})
        claims.validate(leeway=60)
        return claims


_ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512"]
"""Signatures by keys that only the provider has."""


def _json(session: OAuth2Session, url: str) -> Any:
    answer = session.request("GET", url, withhold_token=True, timeout=_SECONDS, allow_redirects=False)
    answer.raise_for_status()
    return answer.json()


class _Asking:
    """A session with the provider; whatever goes wrong in it is said as `Gone`."""

    def __init__(self, provider: Provider, callback: str) -> None:
        from authlib.integrations.requests_client import OAuth2Session

        self._made = OAuth2Session(
            provider.client,
            provider.secret,
            scope="openid",
            redirect_uri=callback,
            code_challenge_method="S256",
            default_timeout=_SECONDS,
        )

    def __enter__(self) -> OAuth2Session:
        return self._made

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError
        from requests import RequestException

        self._made.close()
        if isinstance(problem, RequestException | AuthlibBaseError | JoseError | KeyError | ValueError):
            raise Gone(f"the provider did not log you in: {type(problem).__name__}: {problem}"[:300]) from None
