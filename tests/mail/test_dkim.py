"""Signatures, verified by another library; a message that was changed is not ours any more."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mail.dkim import Signer
from mail.message import Envelope, build
from mail.rendering import render
from mail.samples import SAMPLES
from rules.errors import Refused

AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
Key = Ed25519PrivateKey | RSAPrivateKey
KEYS: dict[str, Callable[[], Key]] = {
    "ed25519": Ed25519PrivateKey.generate,
    "rsa": lambda: generate_private_key(public_exponent=65537, key_size=2048),
}


def kept(key: Key, folder: Path) -> Path:
    file = folder / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


def record(key: Key) -> bytes:
    """The TXT record that stands in DNS."""
    if isinstance(key, Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(raw)
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def message(template: str, name: str = "Priya Shah") -> bytes:
    envelope = Envelope(
        header_id="<sib.1.20261112@sib.example>",
        sender="board@sib.example",
        sender_name="School Improvement Board",
        recipient="head@school.example",
        recipient_name=name,
        reply_to="school.improvement@sib.example",
        date=AT,
        references="<case.1@sib.example>",
    )
    return build(render(SAMPLES[template]), envelope)


@pytest.mark.parametrize("kind", KEYS)
def test_every_e_mail_is_verified_and_a_changed_one_is_not(kind: str, tmp_path: Path) -> None:
    key = KEYS[kind]()
    signer = Signer.read("sib.example", "winter", kept(key, tmp_path))
    assert signer is not None
    asked: list[bytes] = []

    def dns(name: bytes, **_: object) -> bytes:
        asked.append(name)
        return record(key)

    for template in SAMPLES:
        assert dkim.verify(signer.sign(message(template), AT), dnsfunc=dns), template
    assert set(asked) == {b"winter._domainkey.sib.example."}
    signed = signer.sign(message("plan-agreed", "Zoë 😀 שָׁלוֹם " + "long " * 40), AT)
    assert dkim.verify(signed, dnsfunc=dns)
    assert max(map(len, signed.split(b"\r\n"))) <= 998
    for before, after in (
        (b"board@sib.example", b"someone@else.example"),
        (b"\r\nSubject:", b"\r\nFrom: x@evil.example\r\nSubject:"),
        (b"\r\n\r\n--", b"\r\n\r\nmore\r\n--"),
    ):
        assert before in signed
        assert not dkim.verify(signed.replace(before, after, 1), dnsfunc=dns)


def test_off_unless_domain_and_key_are_set(tmp_path: Path) -> None:
    assert Signer.read("", "sib", None) is None
    file = kept(Ed25519PrivateKey.generate(), tmp_path)
    for domain, key in (("sib.example", None), ("", file)):
        with pytest.raises(Refused, match="both SIB_DKIM_DOMAIN and SIB_DKIM_KEY"):
            Signer.read(domain, "sib", key)


def test_a_file_that_is_no_key_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no key")
    for file in (tmp_path / "no.pem", tmp_path / "missing.pem"):
        with pytest.raises(Refused, match="names no private key"):
            Signer.read("sib.example", "sib", file)
    weak = generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(Refused, match="2048 bits"):
        Signer.read("sib.example", "sib", kept(weak, tmp_path))
