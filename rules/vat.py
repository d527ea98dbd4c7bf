"""How VAT falls on spending from the Fund, by the status of school and provider; finance has the last word [Budget].

A first treatment, not advice: section 33 of the Value Added Tax Act 1994 lets a council recover VAT on what it buys
for its own, non-business activities, which supporting a maintained school is. The paper flags academies and trusts.
"""

from dataclasses import dataclass

from models.plans import VatTreatment


@dataclass(frozen=True, slots=True)
class VatRuling:
    """A treatment, and why in a sentence."""

    treatment: VatTreatment
    reason: str

    @property
    def is_flagged(self) -> bool:
        return self.treatment is VatTreatment.TO_CHECK


def ruling(
    *, school_is_academy: bool, provider_is_council: bool, provider_is_academy: bool, provider_is_maintained: bool
) -> VatRuling:
    """The treatment of one case. A provider that is none of the three is a business or a person from outside."""
    if school_is_academy:
        return VatRuling(VatTreatment.TO_CHECK, "The school is an academy, so that VAT may arise.")
    if provider_is_academy:
        return VatRuling(VatTreatment.TO_CHECK, "The provider is an academy or a trust, so that VAT may arise.")
    if provider_is_council or provider_is_maintained:
        return VatRuling(
            VatTreatment.OUTSIDE_SCOPE,
            "The council, of which a maintained school is a part, supplies nothing to itself.",
        )
    return VatRuling(VatTreatment.RECOVERABLE, "The council buys for a maintained school, and recovers the VAT.")
