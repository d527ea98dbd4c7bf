"""Buckets of the rate limits: ten seconds' worth at once, then one at a time, whatever clocks do."""

from datetime import UTC, datetime, timedelta

from rules.pace import ALL, LOOKED_AT_AGAIN, Bucket, Limits, share_out

NINE = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def buckets(limits: Limits, *names: str, full_at: datetime = NINE, now: datetime = NINE) -> dict[str, Bucket]:
    return {name: limits.bucket(name, full_at, now) for name in names}


def test_no_limit_is_no_bucket() -> None:
    assert not Limits()
    assert Limits().names("a@x.example") == []
    assert Limits(60).names("a@X.example") == [ALL]
    assert Limits(60, 30).names("a@X.example") == [ALL, "x.example"]


def test_ten_seconds_worth_goes_at_once_and_then_one_by_one() -> None:
    limits = Limits(per_minute=60)
    found = buckets(limits, ALL)
    waits = share_out(dict.fromkeys(range(15), "a@x.example"), limits, found, {}, NINE)
    assert waits == {10 + n: NINE + (n + 1) * SECOND for n in range(5)}
    later = NINE + 3 * SECOND
    found = {ALL: limits.bucket(ALL, found[ALL].full_at, later)}
    assert len(share_out(dict.fromkeys(range(15), "a@x.example"), limits, found, {}, later)) == 12


def test_less_than_one_in_ten_seconds_is_one_at_a_time() -> None:
    limits = Limits(per_minute=2)
    waits = share_out({1: "a@x.example", 2: "a@x.example"}, limits, buckets(limits, ALL), {}, NINE)
    assert waits == {2: NINE + 30 * SECOND}


def test_a_domain_that_is_full_takes_nothing_from_the_others() -> None:
    limits = Limits(per_minute=60, per_minute_per_domain=6)
    found = buckets(limits, ALL, "x.example", "y.example")
    to = {1: "a@x.example", 2: "b@x.example", 3: "c@x.example", 4: "d@y.example"}
    waits = share_out(to, limits, found, {}, NINE)
    assert waits == {2: NINE + 10 * SECOND, 3: NINE + 20 * SECOND}
    assert found[ALL].full_at == NINE + 2 * SECOND


def test_times_promised_before_are_not_promised_again_and_none_is_far_away() -> None:
    limits = Limits(per_minute=6)
    promised: dict[str, datetime] = {}
    found = buckets(limits, ALL)
    first = share_out(dict.fromkeys(range(3), "a@x.example"), limits, found, promised, NINE)
    again = share_out(dict.fromkeys(range(3, 200), "a@x.example"), limits, found, promised, NINE)
    assert list(first.values()) == [NINE + 10 * SECOND, NINE + 20 * SECOND]
    assert again[3] == NINE + 30 * SECOND
    assert max(again.values()) == NINE + LOOKED_AT_AGAIN


def test_a_clock_that_went_wrong_stops_no_mail_for_long() -> None:
    limits = Limits(per_minute=60)
    bucket = limits.bucket(ALL, NINE + timedelta(days=365), NINE)
    assert bucket.next_at == NINE + SECOND
    assert limits.bucket(ALL, NINE - timedelta(days=365), NINE).next_at < NINE
