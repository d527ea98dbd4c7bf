"""Who may what, when a session is over, and which paths are our own."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contacts import Role
from models.staff import StaffRole
from rules.staff import is_over, own_path, staff_roles

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDLE = timedelta(minutes=60)


def test_roles_of_schools_and_providers_are_none_of_the_pages() -> None:
    assert staff_roles([Role.HEAD, Role.DEPUTY, Role.PROVIDER_LEAD, Role.PROVIDER_DEPUTY]) == frozenset()
    assert staff_roles([Role.OFFICER, Role.MEMBER, Role.HEAD]) == {StaffRole.OFFICER, StaffRole.BOARD}


@pytest.mark.parametrize(
    ("seen_ago", "left", "revoked", "over"),
    [
        (timedelta(), timedelta(hours=1), None, False),
        (IDLE - timedelta(seconds=1), timedelta(hours=1), None, False),
        (IDLE, timedelta(hours=1), None, True),
        (timedelta(), timedelta(0), None, True),
        (timedelta(), timedelta(hours=1), NOW, True),
    ],
)
def test_when_a_session_is_over(seen_ago: timedelta, left: timedelta, revoked: datetime | None, over: bool) -> None:
    assert is_over(NOW, last_seen_at=NOW - seen_ago, expires_at=NOW + left, revoked_at=revoked, idle=IDLE) is over


@pytest.mark.parametrize("path", ["/", "/cases?state=active&search=St%20Mary", "/cases/SIB-2025-001#timeline"])
def test_our_own_paths_are_kept(path: str) -> None:
    assert own_path(path) == path


@given(st.text() | st.from_regex(r"[/\\:]{0,3}(https?:)?[/\\]{0,3}evil\.example(/|\\|\t)?.*", fullmatch=True))
def test_no_path_leads_to_another_site(asked: str) -> None:
    found = own_path(asked)
    assert urlsplit(urljoin("https://ours.example/sign-in", found)).netloc == "ours.example"
    assert found.startswith("/")
    assert not any(sign in found for sign in "\\\r\n\t ")
