"""Users who log in by a provider that speaks OpenID Connect, here one on the loopback: whoever it vouches for, and
nobody else."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from archive.home import Home
from tests.archive.web.browsing import Browser
from tests.archive.web.serving import serving
from tests.support import palimpsest

_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
_OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


class Provider:
    """Says who `subject` is to whoever asks by the code flow; `claims` and `key` are what it lies with."""

    def __init__(self) -> None:
        provider = self
        self.subject, self.key, self.claims = "ann@institute", _KEY, dict[str, Any]()
        self.tells_where = False
        self.codes: dict[str, dict[str, str]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, asked: BaseHTTPRequestHandler) -> None:
        at = urlsplit(asked.path)
        given = {name: values[0] for name, values in parse_qs(at.query).items()}
        if at.path == "/authorize":
            code = secrets.token_hex(8)
            self.codes[code] = given
            back = f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"
            if self.tells_where:
                _answer(asked, back)
                return
            asked.send_response(302)
            asked.send_header("Location", back)
            asked.end_headers()
            return
        said: dict[str, Any] = {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/keys",
        }
        _answer(asked, {"keys": [_KEY.as_dict(private=False)]} if at.path == "/keys" else said)

    def post(self, asked: BaseHTTPRequestHandler) -> None:
        body = parse_qs(asked.rfile.read(int(asked.headers["content-length"])).decode())
        errand = self.codes.pop(body["code"][0])
        digest = hashlib.sha256(body["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == errand["code_challenge"]
        assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"archive:hush-hush-hush").decode()
        now = int(time.time())
        claims = {"iss": self.base, "aud": "archive", "sub": self.subject, "iat": now, "exp": now + 60}
        claims |= {"nonce": errand["nonce"], **self.claims}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        _answer(asked, {"access_token": "a", "token_type": "Bearer", "id_token": token})


def _answer(asked: BaseHTTPRequestHandler, data: Any) -> None:
    body = json.dumps(data).encode()
    asked.send_response(200)
    asked.send_header("Content-Type", "application/json")
    asked.send_header("Content-Length", str(len(body)))
    asked.end_headers()
    asked.wfile.write(body)


@pytest.fixture
def provider(sqlite_home: Home) -> Iterator[Provider]:
    made = Provider()
    stated = {"issuer": made.base, "client": "archive", "secret": "hush-hush-hush"}
    lines = (f"oidc_{name} = {json.dumps(value)}\n" for name, value in stated.items())
    sqlite_home.settings_file.write_text("".join(lines), encoding="utf-8")
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_whoever_the_provider_vouches_for_is_let_in_and_nobody_else(sqlite_home: Home, provider: Provider) -> None:
    added = palimpsest("users", "add", "Ann", "--subject", provider.subject, "--role", "annotate", home=sqlite_home)
    assert added.code == 0, added
    with serving(sqlite_home) as made:
        ann = Browser(made.base)
        assert ann.get("/index.json").status == 401
        assert f"Log in by {provider.base}" in ann.get("/login").text
        assert ann.get("/login/by-provider?to=/watchlists").status == 200
        assert ann.submit("/watchlists", "/watchlists", name="hers").status == 200
        lies: list[dict[str, Any]] = [
            {"nonce": "another"},
            {"iss": "https://elsewhere.test"},
            {"aud": "another"},
            {"exp": int(time.time()) - 600},
            {"sub": "eve@institute"},
        ]
        for lie in lies:
            provider.claims = lie
            assert Browser(made.base).get("/login/by-provider").status == 403, lie
        provider.claims, provider.key = {}, _OTHER
        eve = Browser(made.base)
        assert eve.get("/login/by-provider").status == 403
        # A login that was begun in another browser ends in none: Eve's own does not make Ann her.
        provider.key, provider.tells_where = _KEY, True
        back = Browser(made.base).get("/login/by-provider").data.removeprefix(made.base)
        eve.get("/login")
        assert eve.get(back).status == 403
        assert eve.get("/login/back?code=x&state=y").status == 403
        assert eve.get("/index.json").status == 401


def test_a_provider_that_cannot_be_trusted_is_refused_in_words(sqlite_home: Home) -> None:
    for issuer, client in (("http://institute.test", "archive"), ("https://institute.test", "")):
        stated = f'oidc_issuer = "{issuer}"\noidc_client = "{client}"\n'
        sqlite_home.settings_file.write_text(stated, encoding="utf-8")
        answer = palimpsest("serve", "--port", "0", home=sqlite_home)
        assert (answer.code, "oidc_issuer" in answer.stderr) == (2, True), answer
