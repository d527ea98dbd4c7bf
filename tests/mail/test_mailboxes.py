"""Mailboxes for bounces: a Maildir, an mbox, a real IMAP server; read once, marked, never deleted."""

import imaplib
import mailbox
import ssl
from pathlib import Path

import pytest
import trustme

from mail.mailboxes import FAULTS, ImapFolder, opened
from mail.returned import LONGEST
from rules.errors import Refused
from tests.mail.imap_server import PASSWORD, USER, deliver, imap_server
from tests.mail.returned_samples import sample

MAILS = tuple(sample(name) for name in ("postfix-unknown-user", "gmail-vacation", "qmail-unknown-user"))


def words(data: bytes) -> bytes:
    """A mail as it is read, whichever way its lines end."""
    return data.replace(b"\r\n", b"\n").rstrip(b"\n")


def maildir(folder: Path, *mails: bytes) -> Path:
    box = mailbox.Maildir(folder, create=True)
    for mail in mails:
        box.add(mail)
    return folder


def test_a_maildir_is_read_once_and_nothing_is_lost(tmp_path: Path) -> None:
    box = opened(f"maildir://{maildir(tmp_path / 'box', *MAILS)}")
    found = dict(box.unread())
    assert sorted(map(words, found.values())) == sorted(map(words, MAILS))
    first, *rest = found
    box.mark_read([first])
    assert set(dict(box.unread())) == set(rest)
    box.mark_read([first])  # somebody else was first
    box.mark_read(rest)
    assert list(box.unread()) == []
    assert len(mailbox.Maildir(tmp_path / "box")) == 3


def test_a_maildir_that_another_program_looked_at_is_read_too(tmp_path: Path) -> None:
    box = opened(f"maildir://{maildir(tmp_path / 'box', MAILS[0])}")
    ((name, _),) = box.unread()
    (tmp_path / "box" / name).rename(tmp_path / "box" / "cur" / f"{Path(name).name}:2,F")
    ((name, _),) = box.unread()
    box.mark_read([name])
    assert [file.name.partition(":2,")[2] for file in (tmp_path / "box" / "cur").iterdir()] == ["FS"]


def test_an_mbox_is_read_once_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "bounces"
    made = mailbox.mbox(file)
    for mail in MAILS:
        made.add(mail)
    made.close()
    box = opened(f"mbox://{file}")
    found = list(box.unread())
    assert [words(data) for _, data in found] == [words(mail) for mail in MAILS]
    box.mark_read([found[1][0]])
    assert [name for name, _ in box.unread()] == [found[0][0], found[2][0]]
    box.mark_read([name for name, _ in found])
    assert list(box.unread()) == []
    assert len(mailbox.mbox(file)) == 3


def test_a_mail_without_end_is_cut(tmp_path: Path) -> None:
    box = opened(f"maildir://{maildir(tmp_path / 'box', MAILS[0] + b'x' * (2 * LONGEST))}")
    ((_, data),) = box.unread()
    assert len(data) == LONGEST


def test_a_real_imap_server_is_read_once() -> None:
    with imap_server() as port:
        deliver(imaplib.IMAP4("127.0.0.1", port), *MAILS)
        box = opened(f"imap://{USER}:{PASSWORD.replace(' ', '%20').replace('@', '%40')}@127.0.0.1:{port}/INBOX")
        found = list(box.unread())
        assert [words(data) for _, data in found] == [words(mail) for mail in MAILS]
        assert [name for name, _ in box.unread()] == [name for name, _ in found]  # looking is not reading
        box.mark_read([found[0][0], found[2][0]])
        assert [name for name, _ in box.unread()] == [found[1][0]]
        with pytest.raises(Refused, match="no folder"):
            list(ImapFolder("imap", "127.0.0.1", port, USER, PASSWORD, "nowhere").unread())
        with pytest.raises(FAULTS):
            list(ImapFolder("imap", "127.0.0.1", port, USER, "wrong", "INBOX").unread())


def test_over_tls_the_certificate_is_checked(tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    made = authority.issue_cert("localhost")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    other.cert_pem.write_to_path(tmp_path / "other.pem")
    with imap_server(tmp_path / "cert.pem", tmp_path / "key.pem") as port:
        good = ImapFolder("imap+starttls", "localhost", port, USER, PASSWORD, "INBOX", tmp_path / "ca.pem")
        assert len(list(good.unread())) > 0
        wrong = ImapFolder("imap+starttls", "localhost", port, USER, PASSWORD, "INBOX", tmp_path / "other.pem")
        with pytest.raises(ssl.SSLError):
            list(wrong.unread())


@pytest.mark.parametrize("address", ["maildir:///nowhere", "mbox:///nowhere", 'imaps://a"b@mail.example/INBOX'])
def test_what_is_no_mailbox_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(Refused):
        opened(address)


def test_a_server_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(FAULTS):
        list(opened("imap://a:b@127.0.0.1:9/INBOX").unread())
