"""The council's own files: right as a whole, or refused as a whole in one sentence."""

from datetime import date

import pytest

from feeds.reading import read_feed
from feeds.rows import BoardPersonRow, ClusterMembershipRow, ContactRow, ProviderRow
from rules.errors import Refused
from tests.feeds import samples
from tests.feeds.conftest import Given


def refusal(given: Given, kind: str, old: str, new: str) -> str:
    name, text = samples.TEXT_SAMPLES[kind]
    assert old in text
    with pytest.raises(Refused) as caught:
        read_feed(given(name, text.replace(old, new, 1)), kind)
    return str(caught.value)


def test_clusters(given: Given) -> None:
    feed = read_feed(given("clusters.csv", "\ufeff" + samples.CLUSTERS))
    assert feed.rows[1] == ClusterMembershipRow(
        "PUR", "Purbeck", "SOUTH", "South", "Zone 1", 100002, date(2025, 9, 1), date(2026, 8, 31)
    )
    assert feed.rows[2] == ClusterMembershipRow(
        "SWA", "Swanage", "SOUTH", "South", None, 100002, date(2026, 9, 1), None
    )


def test_providers(given: Given) -> None:
    tsa, trust = read_feed(given("providers.csv", samples.PROVIDERS)).rows
    assert tsa == ProviderRow(
        code="TSA-1",
        name="Coast TSA",
        type="tsa",
        urn=100001,
        trust_uid=None,
        reach="local",
        themes=("reading", "maths"),
        key_stages=("KS2", "KS4"),
        capacity=3,
        day_rate_pence=45050,
        postcode="BH20 7LP",
        easting=400000,
        northing=90000,
        linked_clusters=("PUR", "SWA"),
        conflicts=(100002,),
        starts_on=date(2016, 9, 1),
        ends_on=date(2021, 8, 31),
    )
    assert isinstance(trust, ProviderRow)
    assert (trust.trust_uid, trust.key_stages, trust.ends_on) == ("2128", (), None)


def test_contacts(given: Given) -> None:
    head = read_feed(given("contacts.csv", samples.CONTACTS)).rows[0]
    assert head == ContactRow(
        email="head@school.example.org",
        title="Dr",
        first_name="Zoë",
        surname="O’Neill",
        phone="01305 1",
        role="head",
        urn=100001,
        provider_code=None,
        starts_on=date(2025, 9, 1),
        ends_on=None,
        substitute_email="deputy@school.example.org",
    )


def test_board(given: Given) -> None:
    chair, member, substitute = read_feed(given("board.csv", samples.BOARD)).rows
    assert isinstance(chair, BoardPersonRow)
    assert (chair.kind, chair.group_code) == ("chair", None)
    assert isinstance(member, BoardPersonRow)
    assert (member.kind, member.group_name, member.key_stages) == ("member", "Primary heads", ("KS1", "KS2"))
    assert isinstance(substitute, BoardPersonRow)
    assert substitute.substitute_for_email == member.email


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("clusters", "100001", "abc", 'row 2: urn "abc" is not a URN'),
        ("clusters", "2025-09-01,\n", "01/09/2025,\n", 'row 2: from "01/09/2025" is not a date like 2025-09-01'),
        ("clusters", "2026-08-31", "2024-08-31", "row 3: to (2024-08-31) is before from (2025-09-01)"),
        ("clusters", "2026-08-31", "", "row 4: URN 100002 is in a cluster at the same time in row 3"),
        ("clusters", "PUR,Purbeck", "PUR,Isle of Purbeck", "row 3: cluster PUR is described otherwise in row 2"),
        ("clusters", "South,Zone 1,100001", "West,Zone 1,100001", "alliance SOUTH is described otherwise in row 2"),
        ("clusters", "SOUTH,South,,", "SOUTH,,,", "alliance_code and alliance_name go together"),
        ("clusters", "Zone 1", '"Zone\n1"', 'family_partnership_zone "Zone�1" holds a line break'),
        ("clusters", "SWA,Swanage", "SWA", "row 4: the row has 7 cells under 8 headings"),
        ("clusters", "PUR,Purbeck", "P R,Purbeck", 'cluster_code "P R" is not a code'),
        ("clusters", "cluster_name", "cluster", "has no column cluster_name"),
        ("providers", "tsa,100001", "alliance,100001", 'provider_type "alliance" is not one of tsa, sip'),
        ("providers", "tsa,100001", "school,", "urn is empty, so that conflicts"),
        ("providers", "mat,,2128", "mat,,", "trust_uid is empty, so that conflicts"),
        ("providers", "tsa,100001,", "tsa,100001,2128", "are both filled"),
        ("providers", "local", "near", 'reach "near" is not one of local, regional, national'),
        ("providers", "ks2;KS4", "ks2;KS9", 'key_stages "KS9" is not one of'),
        ("providers", "450.50", "£450", 'day_rate_pounds "£450" is not an amount'),
        ("providers", ",3,", ",-3,", 'capacity "-3" is not a whole number'),
        ("providers", "400000,90000", "400000,", "easting and northing go together"),
        ("providers", "MAT-1", "TSA-1", "row 3: provider TSA-1 is in row 2 already"),
        ("providers", ",100002,", ",100002;x,", 'conflicts "x" is not a URN'),
        ("contacts", "lead@tsa.example.org", "lead@tsa", "row 3: email is not an e-mail address"),
        ("contacts", "head,100001", "head,", "row 2: urn is empty, which this role needs"),
        ("contacts", "officer,,", "officer,100001,", "row 4: urn is filled, which this role does not go with"),
        ("contacts", "provider-lead,,TSA-1", "provider-lead,,", "provider_code is empty"),
        ("contacts", ",officer,", ",boss,", "row 4: role is not one of head, deputy"),
        ("contacts", "deputy@school", "head@school", "substitute_email is the person's own address"),
        ("contacts", "officer@council", "head@school", "row 4: the person with the address of row 2 has another name"),
        ("contacts", "Ann", '"An\rn"', "first_name holds a line break"),
        ("board", "member,,", "governor,,", "kind is not one of chair, member, co-opted, substitute"),
        ("board", "member,,", "chair,,", "there is a chair at the same time in row 2"),
        ("board", "substitute,head@school", "substitute,nobody@school", "is the address of no member"),
        ("board", "substitute,head@school.example.org", "substitute,", "substitute_for_email is for a substitute"),
        ("board", "PRI,Primary heads,other", "SEC,Secondary heads,other", "is of another group than the member"),
        ("board", "PRI,Primary heads,other", "PRI,Primary,other", "group PRI has another name in row 3"),
        ("board", "PRI,Primary heads,head", ",,head", "a group nominates its members"),
    ],
)
def test_refused(given: Given, kind: str, old: str, new: str, said: str) -> None:
    sentence = refusal(given, kind, old, new)
    assert said in sentence
    assert "\n" not in sentence
    if kind in {"contacts", "board"}:
        assert "example.org" not in sentence
        assert "O’Neill" not in sentence


def test_the_same_role_or_place_twice(given: Given) -> None:
    twice = samples.CONTACTS + samples.CONTACTS.splitlines()[3] + "\n"
    with pytest.raises(Refused, match="row 5: repeats the role of row 4"):
        read_feed(given("contacts.csv", twice))
    twice = samples.BOARD + samples.BOARD.splitlines()[2] + "\n"
    with pytest.raises(Refused, match="row 5: repeats the place of row 3"):
        read_feed(given("board.csv", twice))


def test_all_bad_rows_are_told_in_one_sentence(given: Given) -> None:
    rows = "".join(f"PUR,Purbeck,SOUTH,South,,{n},2025-09-01,\n" for n in range(9))
    with pytest.raises(Refused) as caught:
        read_feed(given("clusters.csv", samples.CLUSTERS + rows))
    sentence = str(caught.value)
    assert sentence.startswith('Nothing was taken from clusters.csv: row 5: urn "0" is not a URN; row 6: ')
    assert sentence.endswith("; and 4 more.")


def test_names_are_not_guessed_from_another_encoding(given: Given) -> None:
    with pytest.raises(Refused, match=r"contacts\.csv is not UTF-8: save it as CSV UTF-8"):
        read_feed(given("contacts.csv", samples.CONTACTS.encode("cp1252")))


def test_headings_as_people_type_them_and_empty_rows(given: Given) -> None:
    text = samples.CLUSTERS.replace("cluster_code", "Cluster Code", 1) + ",,,,,,,\n"
    report = read_feed(given("clusters.csv", text), "clusters").report
    assert (report.taken, report.skipped[0].reason) == (3, "is empty")


def test_a_column_of_their_own_is_ignored_and_reported(given: Given) -> None:
    text = "\n".join(
        line + (",remarks" if number == 0 else ",x") for number, line in enumerate(samples.CLUSTERS.splitlines())
    )
    assert read_feed(given("clusters.csv", text + "\n")).report.ignored == ("remarks",)


def test_a_list_kept_as_a_workbook(given: Given) -> None:
    rows: list[list[object]] = [list(line.split(",")) for line in samples.CLUSTERS.splitlines()]
    rows[1] = ["PUR", "Purbeck", "SOUTH", "South", "Zone 1", 100001, date(2025, 9, 1)]
    book = given("clusters.xlsx", samples.workbook(("Sheet1", rows)))
    assert read_feed(book).rows == read_feed(given("clusters.csv", samples.CLUSTERS)).rows
