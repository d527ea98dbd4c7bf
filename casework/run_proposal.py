"""A commissioning run as it would be: whom each case would ask first, why, and who is left out. Changes nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from analysis.assignment import Pairing, Quality, assign_in_run
from analysis.matching import Weights
from casework import commissioning, events
from casework.candidates import case_needs, options
from casework.desk import Desk
from models.commissions import Commission, CommissionState
from queries.due import confirmed_cases
from queries.in_parts import in_parts
from rules.eligibility import pounds


@dataclass(frozen=True, slots=True)
class ProposedCase:
    """One case of a run. `left_out`: why it does not start, None when it does; `pairing`: whom it would ask first."""

    commission_id: int
    reference: str
    urn: int
    school: str
    theme: str
    evidence_rank: int | None
    pairing: Pairing | None
    left_out: str | None

    @property
    def code(self) -> str | None:
        """The code of the provider that is asked first, None for nobody."""
        return self.pairing.choice.code if self.pairing and self.pairing.choice else None

    @property
    def name(self) -> str | None:
        """Its name."""
        return self.pairing.choice.name if self.pairing and self.pairing.choice else None

    @property
    def why(self) -> str:
        """The pairing in one sentence, or why there is none."""
        if self.left_out is not None:
            return self.left_out
        if self.pairing is None or self.pairing.choice is None:
            none = self.pairing.why_none if self.pairing else None
            return none or "No provider can be asked."
        return sentence_of(self.pairing)


@dataclass(frozen=True, slots=True)
class RunProposal:
    """A run as it would be, the worst evidence first; `together` beside what a queue would have come to."""

    cases: tuple[ProposedCase, ...]
    pence_each: int
    free_pence: int
    together: Quality
    first_come: Quality

    def facts(self) -> dict[str, Any]:
        """For other tools."""
        return {
            "cases": [_line(one) for one in self.cases],
            "pounds_each": self.pence_each / 100,
            "pounds_free": self.free_pence / 100,
            "together": asdict(self.together),
            "first_come_first_served": asdict(self.first_come),
        }


def propose_run(desk: Desk, pence: int, commission_ids: Sequence[int] | None = None) -> RunProposal:
    """What a run over these cases would do, the worst evidence first; over all confirmed ones without `commission_ids`.

    Left out, with why: a case that the rules do not let start, and what the Fund has no money left for. A case that no
    provider can be found for starts all the same: the school is asked meanwhile, and providers free themselves.
    """
    wanted = list(confirmed_cases(desk.session)) if commission_ids is None else list(commission_ids)
    cases = _in_order(desk, wanted)
    free = commissioning.free_pence(desk)
    left, out, runs = free, dict[int, str](), list[Commission]()
    for case in cases:
        said = commissioning.objections_to(desk, case, pence, left)
        if said:
            out[case.id] = (
                " ".join(said).replace(" free, and", " left after worse evidence, and")
                if left < free
                else " ".join(said)
            )
        else:
            runs.append(case)
            left -= pence
    found = assign_in_run(
        case_needs(desk.session, runs, desk.as_of),
        options(desk.session, desk.as_of, usual_days=desk.policy.usual_days),
        Weights(usual_pence=desk.policy.usual_pence),
    )
    pairings = {one.reference: one for one in found.pairings}
    return RunProposal(
        cases=tuple(
            ProposedCase(
                commission_id=case.id,
                reference=case.reference,
                urn=case.urn,
                school=case.school.name,
                theme=case.theme,
                evidence_rank=case.priority.rank if case.priority else None,
                pairing=pairings.get(case.reference),
                left_out=out.get(case.id),
            )
            for case in cases
        ),
        pence_each=pence,
        free_pence=free,
        together=found.together,
        first_come=found.first_come,
    )


def keep(desk: Desk, commission: Commission, proposed: ProposedCase) -> None:
    """Keep with a case how the run chose for it, for its page and for whoever asks later."""
    if proposed.pairing is not None:
        events.record(desk, commission, "provider-proposed", proposed.why, _pairing(proposed.pairing))


def sentence_of(pairing: Pairing) -> str:
    """Whom a case asks first and what the next best would have cost, in words."""
    choice, second = pairing.choice, pairing.second
    assert choice is not None
    told = f"{choice.name} is asked first: {', '.join(choice.reasons)}."
    if choice.rank > 1 and pairing.lost > 0:
        told += (
            f" By itself the case ranks it number {choice.rank}, {pairing.lost:.1f} points behind its first: "
            "that place does more good for another case of the run."
        )
    if second is None:
        return f"{told} There is no second choice that would leave every other case its place."
    return f"{told} The second choice, {second.name}, would cost the run {pairing.second_costs_run:.1f} points."


def _in_order(desk: Desk, ids: Sequence[int]) -> list[Commission]:
    found: dict[int, Commission] = {}
    for some in in_parts(ids):
        for case in desk.session.scalars(sa.select(Commission).where(Commission.id.in_(some))):
            found[case.id] = case
    return [found[one] for one in ids if found[one].state is CommissionState.CONFIRMED]


def _line(one: ProposedCase) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "urn": one.urn,
        "school": one.school,
        "theme": one.theme,
        "evidence_rank": one.evidence_rank,
        "starts": one.left_out is None,
        "why": one.why,
        **(_pairing(one.pairing) if one.pairing else {"provider": None, "second": None}),
    }


def _pairing(pairing: Pairing) -> dict[str, Any]:
    second = pairing.second
    return {
        "provider": asdict(pairing.choice) if pairing.choice else None,
        "second": asdict(second) if second else None,
        "second_costs_case": pairing.second_costs_case,
        "second_costs_run": pairing.second_costs_run,
        "lost": pairing.lost,
    }


def money_words(proposal: RunProposal) -> str:
    """How many cases start, what that takes, and how much better together is than one after the other."""
    start = [one for one in proposal.cases if one.left_out is None]
    better = proposal.together.worth - proposal.first_come.worth
    told = (
        f"{len(start)} of {len(proposal.cases)} cases would start at {pounds(proposal.pence_each)} each, "
        f"{pounds(len(start) * proposal.pence_each)} of the {pounds(proposal.free_pence)} that is free. "
        f"{proposal.together.placed} have a provider to ask first"
    )
    if proposal.together.placed > proposal.first_come.placed:
        return f"{told}, where a queue would place {proposal.first_come.placed}."
    if better < 0.05:
        return f"{told}; asked one after the other they would do as well."
    return f"{told}; solved together they are {better:.1f} points better off than in a queue."
