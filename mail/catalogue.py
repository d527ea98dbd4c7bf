"""Every e-mail by its template's name; contexts to and from the JSON that the outbox keeps."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from mail import board_contexts as b
from mail import contexts as c

KINDS: dict[str, type[c.Context]] = {
    kind.template: kind
    for kind in (
        c.SupportOffered,
        c.SupportOfferReminder,
        c.OptOutConfirmed,
        c.SupportBrokered,
        c.BrokeringOffer,
        c.BrokeringOfferReminder,
        c.BrokeringOfferExpired,
        c.BrokeringConfirmed,
        c.PlanToAgree,
        c.PlanAgreed,
        c.ImpactUpdateRequest,
        c.ImpactUpdateNudge,
        c.ImpactUpdateReminder,
        c.ImpactUpdateReceived,
        c.ImpactEvaluated,
        c.CaseClosed,
        c.CasePaused,
        c.SpendToConfirm,
        c.VatToCheck,
        c.TaskDigest,
        c.OverdueDigest,
        b.BoardInvitation,
        b.BoardPackReady,
        b.MissedTwoMeetings,
        b.LetterToSend,
        b.MinutesPublished,
        b.DecisionRecorded,
        b.DeliveryProblems,
        b.SignInLink,
        b.ReferralToRegionalDirector,
        c.Digest,
    )
}
LISTS = (c.TaskDigest, c.OverdueDigest, b.DeliveryProblems)
LINES = tuple(kind.template for kind in LISTS)
"""Templates that are themselves lists: several of one to one person become one with all the lines."""

DRAFTS = frozenset({b.ReferralToRegionalDirector.template})
"""Letters that a person sends, never the outbox."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a person is to be told, as the outbox keeps it."""

    template: str
    context: dict[str, Any]


def letter_of(context: c.Context) -> tuple[str, dict[str, Any]]:
    """A context as its template's name and JSON."""
    values: dict[str, Any] = _adapter(context.template).dump_python(context, mode="json")
    return context.template, values


def context_of(template: str, values: dict[str, Any]) -> c.Context:
    """The context that JSON stands for; a KeyError names a template that there is not."""
    found: c.Context = _adapter(template).validate_python(values)
    return found


def with_links(values: Any, urls: dict[str, str]) -> Any:
    """The same JSON with every `link:ID` replaced by its address; a KeyError names a link that is not there."""
    if isinstance(values, str):
        return urls[values] if values.startswith("link:") else values
    if isinstance(values, dict):
        return {key: with_links(one, urls) for key, one in values.items()}
    if isinstance(values, list):
        return [with_links(one, urls) for one in values]
    return values


def links_in(values: Any) -> set[str]:
    """The `link:ID` placeholders in a stored context."""
    if isinstance(values, str):
        return {values} if values.startswith("link:") else set()
    if isinstance(values, dict):
        return set().union(*(links_in(one) for one in values.values()))
    if isinstance(values, list):
        return set().union(*(links_in(one) for one in values))
    return set()


def for_reading(template: str, values: dict[str, Any], base_url: str) -> c.Context:
    """What somebody else than its reader may see of a stored e-mail: no link opens, and figures that are for the school
    alone are withheld."""
    masked = dict.fromkeys(links_in(values), f"{base_url}/•••")
    return context_of(template, _withheld(with_links(values, masked)))


def _withheld(values: Any) -> Any:
    if isinstance(values, dict):
        hidden: dict[str, Any] = {"baseline": None, "latest": None} if values.get("few") else {}
        if values.get("to_others"):
            hidden = {"said": values["to_others"]}
        return {key: _withheld(one) for key, one in values.items()} | hidden
    if isinstance(values, list):
        return [_withheld(one) for one in values]
    return values


def merged(told: list[Told]) -> list[Told]:
    """Several lists of one kind made into one list with all their lines; everything else stays, in order."""
    first: dict[str, int] = {}
    out: list[Told] = []
    for one in told:
        if one.template in LINES and one.template in first:
            place = first[one.template]
            before = context_of(one.template, out[place].context)
            more = context_of(one.template, one.context)
            assert isinstance(before, LISTS)
            assert isinstance(more, LISTS)
            head = replace(before.head, reference="")
            lines: Any = (*before.lines, *more.lines)
            out[place] = Told(*letter_of(replace(before, head=head, lines=lines)))
        else:
            first[one.template] = len(out)
            out.append(one)
    return out


@cache
def _adapter(template: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[template])
