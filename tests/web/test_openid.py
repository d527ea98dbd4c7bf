"""Signing in with OpenID Connect at a real provider, and what is refused of what a provider could send."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from cli.prefect_server import a_free_port
from config import clock
from config.settings import settings
from tests.web.conftest import Site
from web.openid import NotSignedIn, checked

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PROVIDER = Path(__file__).with_name("openid_provider.mjs")
SAM = "sam.hallett@council.example"


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """npm's `oidc-provider`, a certified one."""
    if shutil.which("npm") is None:
        pytest.skip("There is no Node here: install nodejs and npm to test against a real OpenID provider")
    folder = tmp_path_factory.mktemp("provider")
    words = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), "oidc-provider@9"]
    if subprocess.run(words, capture_output=True, check=False, timeout=110).returncode:
        pytest.skip("npm could not fetch oidc-provider: there is no way to its registry from here")
    shutil.copy(PROVIDER, folder / PROVIDER.name)
    return folder


@pytest.fixture
def issuer(site: Site, node_modules: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The provider running, and the pages set to it."""
    port = a_free_port()
    process = subprocess.Popen(
        ["node", PROVIDER.name, str(port), f"{site.base}/openid/back"], cwd=node_modules, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    _set(monkeypatch, f"http://127.0.0.1:{port}", site.base)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def _set(monkeypatch: pytest.MonkeyPatch, issuer: str, base: str) -> None:
    monkeypatch.setenv("SIB_OPENID_ISSUER", issuer)
    monkeypatch.setenv("SIB_OPENID_CLIENT_ID", "sib")
    monkeypatch.setenv("SIB_OPENID_CLIENT_SECRET", "s" * 32)
    monkeypatch.setenv("SIB_BASE_URL", base)
    settings.cache_clear()


def there(browser: httpx.Client, onward: str = "") -> str:
    """Where the sign-in page sends the browser."""
    page = browser.post("/openid/start", params={"next": onward} if onward else None)
    assert page.status_code == 200, page.text
    found = re.findall(r'href="(http[^"]+/auth\?[^"]+)"', page.text)[0]
    return str(found).replace("&amp;", "&")


def at_the_provider(address: str, who: str) -> str:
    """Sign in and consent at the provider, as a person would; the address that it sends the browser back to."""
    with httpx.Client(follow_redirects=False, timeout=30) as client:
        answered = client.get(address)
        for _ in range(12):
            if answered.is_redirect:
                onward = str(httpx.URL(str(answered.url)).join(answered.headers["location"]))
                if "/openid/back" in onward:
                    return onward
                answered = client.get(onward)
                continue
            (prompt,) = re.findall(r'name="prompt" value="(\w+)"', answered.text)
            (action,) = re.findall(r'<form[^>]* action="([^"]+)"', answered.text)
            typed = {"prompt": prompt, "login": who, "password": "any"}
            answered = client.post(str(httpx.URL(str(answered.url)).join(action)), data=typed)
    raise AssertionError(answered.text)


def test_an_officer_signs_in_at_a_real_provider_once_and_in_one_browser(site: Site, issuer: str) -> None:
    with site.as_role(None) as browser, site.as_role(None) as other:
        asked = there(browser, "/cases?state=active")
        given = parse_qs(urlsplit(asked).query)
        assert given["code_challenge_method"] == ["S256"]
        assert {"state", "nonce", "code_challenge"} <= set(given)
        back = at_the_provider(asked, SAM)
        there(other)
        assert other.get(back).status_code == 403, "somebody else's browser"
        signed = browser.get(back)
        assert signed.status_code == 303, signed.text
        assert signed.headers["location"] == "/cases?state=active"
        assert site.cases["active"] in browser.get("/cases?state=active").text
        assert browser.get(back).status_code == 403, "once"


@pytest.mark.parametrize("who", ["nobody@council.example", "unproved@council.example", "head@school.example"])
def test_an_account_that_is_none_of_ours_is_told_so(site: Site, issuer: str, who: str) -> None:
    with site.as_role(None) as browser:
        answered = browser.get(at_the_provider(there(browser), who))
    assert answered.status_code == 403
    assert "You are not signed in" in answered.text
    assert "sib=" not in str(answered.headers.get_list("set-cookie"))


def test_an_issuer_that_is_away_or_another_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.as_role(None) as browser:
        assert browser.post("/openid/start").status_code == 404
        _set(monkeypatch, "http://127.0.0.1:9", site.base)
        assert browser.post("/openid/start").status_code == 503
        assert browser.get("/openid/back?state=x&code=y").status_code == 403


GOOD = {"iss": "https://issuer.example", "aud": "sib", "sub": "1", "nonce": "n", "email": SAM}
WRONG: dict[str, Callable[[dict[str, object]], dict[str, object]]] = {
    "issuer": lambda c: {**c, "iss": "https://evil.example"},
    "audience": lambda c: {**c, "aud": "another"},
    "several audiences without a party": lambda c: {**c, "aud": ["sib", "another"]},
    "another party": lambda c: {**c, "azp": "another"},
    "nonce": lambda c: {**c, "nonce": "other"},
    "no nonce": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "time": lambda c: {**c, "exp": 1_700_000_000},
    "no end": lambda c: {k: v for k, v in c.items() if k != "exp"},
}


def test_a_token_that_does_not_hold_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, "https://issuer.example", "http://127.0.0.1:8000")
    key, stranger = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
    keys = KeySet([key]).as_dict(private=False)
    now = int(clock.now().timestamp())
    claims: dict[str, object] = {**GOOD, "iat": now, "exp": now + 300}
    assert checked(jwt.encode({"alg": "RS256", "kid": "1"}, claims, key), keys, "n")["email"] == SAM
    for name, change in WRONG.items():
        with pytest.raises(NotSignedIn):
            checked(jwt.encode({"alg": "RS256", "kid": "1"}, change(claims), key), keys, "n")
            pytest.fail(name)
    shared = OctKey.import_key("s" * 32)
    for forged in (
        jwt.encode({"alg": "RS256", "kid": "1"}, claims, stranger),
        jwt.encode({"alg": "HS256", "kid": "1"}, claims, shared),
        "eyJhbGciOiJub25lIn0." + jwt.encode({"alg": "HS256"}, claims, shared).split(".")[1] + ".",
        "",
        "a.b.c",
    ):
        with pytest.raises(NotSignedIn):
            checked(forged, keys, "n")
