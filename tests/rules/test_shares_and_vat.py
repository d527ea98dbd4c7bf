"""Shares to the penny by largest remainder; VAT by the status of school and provider."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.plans import VatTreatment
from rules.errors import Refused
from rules.shares import divided, joining
from rules.vat import ruling

weights = st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 10**6), min_size=1, max_size=8)


@given(st.integers(0, 10**9), weights)
def test_the_parts_make_the_whole_and_nobody_is_a_penny_off(pence: int, by: dict[str, int]) -> None:
    found = divided(pence, by)
    assert sum(share.pence for share in found) == pence
    for share in found:
        assert share.exact == Fraction(pence * share.weight, sum(by.values()))
        assert abs(share.pence - share.exact) < 1


@given(st.integers(0, 10**6), weights)
def test_a_left_over_penny_goes_to_the_largest_fraction(pence: int, by: dict[str, int]) -> None:
    found = divided(pence, by)
    raised = [share.exact % 1 for share in found if share.pence > share.exact]
    lowered = [share.exact % 1 for share in found if share.pence < share.exact]
    assert min(raised, default=Fraction(1)) >= max(lowered, default=Fraction(0))


def test_three_councils_join_as_worked_by_hand() -> None:
    """£100,000 for 53,000 pupils is £1.8868 a pupil; 22,000 + 6,500 + 18,300 pupils: £88,301.89."""
    found = joining(10_000_000, 53_000, {"Bournemouth": 22_000, "Christchurch": 6_500, "Poole": 18_300})
    assert {share.name: share.pence for share in found} == {
        "Bournemouth": 4_150_944,
        "Christchurch": 1_226_415,
        "Poole": 3_452_830,
    }
    assert sum(share.pence for share in found) == 8_830_189
    assert (
        found[1].worked_out("pupils", 8_830_189, 46_800).startswith("By pupils: 6,500 of 46,800 pupils, of £88,301.89")
    )


@pytest.mark.parametrize(("own", "others"), [(0, {"A": 1}), (5, {}), (5, {"A": 0}), (5, {"A": -1})])
def test_what_cannot_be_shared_is_refused(own: int, others: dict[str, int]) -> None:
    with pytest.raises(Refused):
        joining(100, own, others)


@pytest.mark.parametrize(
    ("academy", "council", "academy_provider", "maintained", "treatment"),
    [
        (True, False, False, False, VatTreatment.TO_CHECK),
        (True, True, False, False, VatTreatment.TO_CHECK),
        (False, False, True, False, VatTreatment.TO_CHECK),
        (False, True, False, False, VatTreatment.OUTSIDE_SCOPE),
        (False, False, False, True, VatTreatment.OUTSIDE_SCOPE),
        (False, False, False, False, VatTreatment.RECOVERABLE),
    ],
)
def test_vat_by_status(
    academy: bool, council: bool, academy_provider: bool, maintained: bool, treatment: VatTreatment
) -> None:
    found = ruling(
        school_is_academy=academy,
        provider_is_council=council,
        provider_is_academy=academy_provider,
        provider_is_maintained=maintained,
    )
    assert found.treatment is treatment
    assert found.is_flagged is (treatment is VatTreatment.TO_CHECK)
    assert found.reason.endswith(".")
