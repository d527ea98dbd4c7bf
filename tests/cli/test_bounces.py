"""`sib bounces` from outside."""

import mailbox

import pytest

from tests.cli.conftest import Sib
from tests.mail.returned_samples import FOLDER, sample


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_bounces_are_read_from_files_and_mailboxes_and_listed(sib: Sib) -> None:
    assert "Nothing has come back" in sib.done("bounces").out
    assert "SIB_RETURNS_URL" in sib.refused("bounces", "read")
    file = FOLDER / "gmail-vacation.eml"
    assert "1 new: 1 absence" in sib.done("bounces", "read", file).out
    assert "0 new; 1 known before" in sib.done("bounces", "read", file).out
    mailbox.Maildir(sib.folder / "box", create=True).add(sample("qmail-expired"))
    read = sib.done("bounces", "read", "--json", SIB_RETURNS_URL=f"maildir://{sib.folder / 'box'}").json
    assert (read["read"], read["soft"]) == (1, 1)
    listed = sib.done("bounces", "--json").json
    assert [(line["kind"], line["person"], line["back_on"]) for line in listed] == [
        ("soft", "", None),
        ("absence", "", "2027-09-01"),
    ]
    assert sib.done("bounces", "--kind", "soft", "--json").json == listed[:1]
    assert "no Maildir" in sib.refused("bounces", "read", SIB_RETURNS_URL="maildir:///nowhere")
    assert "Nobody has that address" in sib.refused("bounces", "revive", "nobody@nowhere.example")
