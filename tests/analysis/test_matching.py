"""Ranking of providers: who comes first, who is left out, and why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.matching import CaseNeed, ProviderOption, Weights, rank_providers

CASE = CaseNeed(
    "SIB-2026-014", 100001, "maths", "KS2", "T1", 400_000, 100_000, 500_000, linked_tsa="TSA-A", linked_sip="SIP-A"
)
GOOD = ProviderOption(
    "P-GOOD",
    "Good Hub",
    frozenset({"maths"}),
    frozenset({"KS2"}),
    free=3,
    easting=401_000,
    northing=100_000,
    impact_points=6.0,
    evaluated=9,
    on_time=1.0,
    cost_pence=200_000,
)


def _codes(*options: ProviderOption) -> list[str]:
    return [one.code for one in rank_providers(CASE, options).ranked]


def test_the_clusters_own_come_first_then_the_score() -> None:
    tsa = ProviderOption("TSA-A", "Alliance A", free=1)
    sip = ProviderOption("SIP-A", "Partner A", frozenset({"phonics"}), free=1)
    poor = replace(GOOD, code="P-POOR", name="Far Hub", easting=450_000, impact_points=-4.0)
    found = rank_providers(CASE, [poor, GOOD, sip, tsa])
    assert [(one.rank, one.code) for one in found.ranked] == [(1, "TSA-A"), (2, "SIP-A"), (3, "P-GOOD"), (4, "P-POOR")]
    assert found.ranked[0].first_because == "the teaching school alliance linked to the school's own cluster"
    assert found.ranked[1].reasons[0] == "the school improvement partner linked to the school's own cluster"
    assert found.ranked[2].first_because is None
    assert found.ranked[0].score < found.ranked[2].score


def test_every_part_of_the_score_has_its_reason() -> None:
    (one,) = rank_providers(CASE, [GOOD]).ranked
    assert one.reasons == (
        "expertise in maths",
        "work at KS2",
        "free for 3 more cases",
        "1 km away",
        "+6.0 points beyond expectation over 9 evaluated cases, pooled with all providers",
        "100% of its impact updates on time",
        "usually costs £2,000",
    )
    by_hand = (30 + 15 + 10 + 15 * (1 - 1 / 40) + 15 * (0.5 + 6.0 / 16) + 5 + 10 * 0.6) / 100 * 100
    assert one.score == pytest.approx(by_hand, abs=1e-6)


def test_what_is_not_known_counts_half_and_says_so() -> None:
    (one,) = rank_providers(replace(CASE, budget_pence=None), [ProviderOption("P", "New", free=3)]).ranked
    assert one.score == pytest.approx(55.0)
    assert set(one.reasons) >= {
        "distance not known",
        "cost not known",
        "no evaluated cases yet",
        "no impact updates yet",
    }
    (two,) = rank_providers(replace(CASE, budget_pence=None, stage="all"), [replace(GOOD, cost_pence=12_345)]).ranked
    assert "usually costs £123.45" in two.reasons
    assert "the case is not tied to a key stage" in two.reasons


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (replace(GOOD, urn=100001), "Good Hub is the school itself."),
        (replace(GOOD, trust="T1"), "Good Hub and the school belong to the same trust."),
        (replace(GOOD, conflicts=frozenset({100001})), "Good Hub declared an interest in the school."),
        (
            replace(GOOD, unavailable="its designation ended on 31 August 2021"),
            "Good Hub cannot be asked: its designation ended on 31 August 2021.",
        ),
        (replace(GOOD, free=0), "Good Hub has no free capacity."),
        (replace(GOOD, cost_pence=600_000), "Good Hub usually costs £6,000, above the £5,000 set."),
        (replace(GOOD, themes=frozenset({"phonics"})), "Good Hub does not offer maths."),
    ],
)
def test_who_is_left_out_and_why(option: ProviderOption, reason: str) -> None:
    found = rank_providers(CASE, [option])
    assert not found.ranked
    assert [(one.code, one.reason) for one in found.excluded] == [("P-GOOD", reason)]


def test_a_conflict_of_interest_shuts_out_the_clusters_own_too() -> None:
    own = ProviderOption("TSA-A", "Alliance A", free=1, conflicts=frozenset({100001}))
    found = rank_providers(CASE, [own, GOOD])
    assert [one.code for one in found.ranked] == ["P-GOOD"]
    assert found.excluded[0].reason == "Alliance A declared an interest in the school."


def test_no_trust_is_not_the_same_trust() -> None:
    assert rank_providers(replace(CASE, trust=None), [GOOD]).ranked


def test_better_is_never_lower() -> None:
    for better in (
        replace(GOOD, easting=400_000),
        replace(GOOD, impact_points=8.0),
        replace(GOOD, cost_pence=100_000),
    ):
        assert _codes(GOOD, replace(better, code="Z")) == ["Z", "P-GOOD"]
    for worse in (
        replace(GOOD, on_time=0.5),
        replace(GOOD, free=1),
        replace(GOOD, stages=frozenset({"KS4"})),
        replace(GOOD, themes=frozenset()),
    ):
        assert _codes(GOOD, replace(worse, code="A")) == ["P-GOOD", "A"]


@settings(max_examples=30, deadline=None)
@given(st.permutations([replace(GOOD, code=f"P{i}", easting=400_000 + 1000 * (i // 2)) for i in range(6)]))
def test_the_order_given_does_not_matter_and_ties_go_by_code(options: list[ProviderOption]) -> None:
    assert _codes(*options) == ["P0", "P1", "P2", "P3", "P4", "P5"]


def test_weights_of_nothing_leave_the_code() -> None:
    nothing = Weights(0, 0, 0, 0, 0, 0, 0)
    assert rank_providers(CASE, [GOOD], nothing).ranked[0].score == 0.0


def test_a_provider_given_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        rank_providers(CASE, [GOOD, GOOD])
