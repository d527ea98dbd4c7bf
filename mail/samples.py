"""One invented example of each e-mail, for the golden files, `sib doctor` and whoever changes the words."""

from dataclasses import replace
from datetime import date

from mail import contexts as c
from mail.board_samples import BOARD_EXAMPLES
from mail.rendering import digest_item
from mail.sample_people import HEAD, OWN, URL

_DEPUTY = replace(HEAD, recipient="Jo Lane")
_STANDING_IN = replace(_DEPUTY, instead_of="Alex Marsh")
_CASE = c.Case(school="St Mary’s Primary School", theme="Mathematics")
_PROVIDER = "Blackmore Vale Teaching School Alliance"
_EVIDENCE = (
    "In 2025-26, 48% of 42 pupils reached the expected standard in maths at key stage 2, against 73% nationally. "
    "Three years together lie below what chance would explain in a school of this size."
)
_MEASURES = (
    c.MeasureLine("Maths, expected standard at key stage 2", "percent", 48, 65, date(2027, 7, 9)),
    c.MeasureLine("Lessons seen with secure modelling, of 20", "count", 7, 16, date(2027, 5, 21)),
)
_LINES = (
    c.DigestLine("SIB-2026-014", "St Mary’s Primary School", "has not sent its update, due 20 November 2026: phone."),
    c.DigestLine("SIB-2026-009", "Hazelbury First School", "no provider accepted: the Board has to decide."),
)


def _update(kind: type[c.ImpactUpdateRequest] | type[c.ImpactUpdateNudge] | type[c.ImpactUpdateReminder]) -> c.Context:
    late = kind is c.ImpactUpdateReminder
    return kind(
        head=_DEPUTY if late else HEAD,
        case=_CASE,
        provider=_PROVIDER,
        for_school=kind is not c.ImpactUpdateNudge,
        half_term="autumn 2 of 2026-27",
        due_on=date(2026, 11, 20),
        days_overdue=6 if late else 0,
        copied=late,
        url=URL,
        measures=(replace(_MEASURES[0], latest=58), _MEASURES[1]),
    )


_RECEIVED = c.ImpactUpdateReceived(
    head=HEAD,
    case=_CASE,
    answered_by="Jo Lane",
    party="school",
    half_term="autumn 2 of 2026-27",
    answered_on=date(2026, 11, 18),
    may_change_until=date(2026, 12, 18),
)
_EXAMPLES: tuple[c.Context, ...] = (
    c.SupportOffered(head=HEAD, case=_CASE, evidence=_EVIDENCE, answer_by=date(2026, 10, 2), url=URL),
    c.SupportOfferReminder(head=HEAD, case=_CASE, offered_on=date(2026, 9, 18), answer_by=date(2026, 10, 2), url=URL),
    c.OptOutConfirmed(head=HEAD, case=_CASE, on=date(2026, 9, 24)),
    c.SupportBrokered(head=HEAD, case=_CASE, provider=_PROVIDER, provider_lead="Robin Ash"),
    c.BrokeringOffer(
        head=HEAD,
        case=_CASE,
        provider=_PROVIDER,
        evidence=_EVIDENCE,
        pence=480_000,
        days=10,
        answer_by=date(2026, 10, 9),
        url=URL,
    ),
    c.BrokeringOfferReminder(
        head=HEAD, case=_CASE, provider=_PROVIDER, offered_on=date(2026, 10, 2), answer_by=date(2026, 10, 9), url=URL
    ),
    c.BrokeringOfferExpired(head=HEAD, case=_CASE, provider=_PROVIDER, answer_by=date(2026, 10, 9)),
    c.BrokeringConfirmed(head=HEAD, case=_CASE, provider=_PROVIDER, school_lead="Alex Marsh", pence=480_000),
    c.PlanToAgree(
        head=HEAD,
        case=_CASE,
        provider=_PROVIDER,
        for_school=True,
        measures=_MEASURES,
        starts_on=date(2026, 11, 2),
        ends_on=date(2027, 7, 9),
        answer_by=date(2026, 10, 23),
        url=URL,
    ),
    c.PlanAgreed(
        head=HEAD,
        case=_CASE,
        provider=_PROVIDER,
        for_school=False,
        measures=_MEASURES,
        starts_on=date(2026, 11, 2),
        ends_on=date(2027, 7, 9),
        url=URL,
    ),
    _update(c.ImpactUpdateRequest),
    _update(c.ImpactUpdateNudge),
    _update(c.ImpactUpdateReminder),
    _RECEIVED,
    c.ImpactEvaluated(
        head=HEAD,
        case=_CASE,
        outcome="partly_met",
        sentences=(
            (
                "Key stage 2 maths at the expected standard went from 48% to 61% between 2024-25 and 2025-26, +13.0 "
                "points (95% interval −11.6 to +35.3); the target of 65% was not reached. Schools with such a start "
                "came to about 57% without support: 4 points better than that (−17.2 to +25.2), too few pupils to "
                "tell. An effect of 10 points could not be told from chance within 5 years at a school of this size."
            ),
            "Pupils on track in maths: fewer than 6 pupils, so its figures are for the school alone.",
        ),
        verdict="cannot tell",
    ),
    c.CaseClosed(
        head=HEAD,
        case=_CASE,
        outcome="partly_met",
        closed_on=date(2027, 7, 23),
        lessons="Weekly planning together with the partner school made the difference in years 3 and 4.",
    ),
    c.CasePaused(head=HEAD, case=_CASE, reason="the head is away until February", review_on=date(2027, 2, 22)),
    c.SpendToConfirm(
        head=HEAD,
        case=_CASE,
        pence=160_000,
        what_for="four days of coaching in years 3 and 4",
        spent_on=date(2026, 12, 4),
    ),
    c.VatToCheck(head=OWN, case=_CASE, provider=_PROVIDER, school_type="Academy converter", pence=480_000),
    c.TaskDigest(head=OWN, lines=_LINES, url="https://support.council.example/"),
    c.OverdueDigest(head=OWN, lines=_LINES[:1]),
    *BOARD_EXAMPLES,
    c.Digest(
        head=HEAD,
        day=date(2026, 11, 13),
        items=tuple(digest_item(one) for one in (_update(c.ImpactUpdateRequest), _RECEIVED)),
    ),
)
SAMPLES: dict[str, c.Context] = {context.template: context for context in _EXAMPLES}
