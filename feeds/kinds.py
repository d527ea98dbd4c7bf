"""Which kind of file it is, by its headings: the kinds that are imported, and those that are known and not used."""

from collections.abc import Iterable

from feeds.values import printable
from rules.errors import Refused

KINDS: dict[str, str] = {
    "schools": "a list of schools",
    "groups": "a list of trusts and federations or of their schools",
    "links": "a list of predecessors and successors of schools",
    "ks2": "a key stage 2 performance table",
    "ks4": "a key stage 4 performance table",
    "absence": "an absence table",
    "census": "a pupil census table",
    "ofsted": "Ofsted's management information",
    "clusters": "the council's list of clusters",
    "providers": "the council's list of providers",
    "contacts": "the council's list of contacts",
    "board": "the list of the Board's people",
    "calendar": "term dates",
    "bank-holidays": "GOV.UK's bank holidays",
}

# A file is of the first kind all of whose columns it has, so that the more particular come first.
_SIGNATURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("clusters", ("cluster_code", "cluster_name", "urn")),
    ("providers", ("provider_code", "provider_name", "provider_type")),
    ("contacts", ("email", "role", "surname")),
    ("board", ("email", "kind", "group_code")),
    ("calendar", ("academic_year", "term", "event", "start")),
    ("groups", ("urn", "linked uid")),
    ("groups", ("group uid", "group name")),
    ("links", ("urn", "linkurn", "linktype")),
    ("schools", ("urn", "establishmentname", "establishmentstatus (name)")),
    ("schools", ("urn", "schname", "schstatus")),
    ("ks2", ("rectype", "urn", "ptrwm_exp")),
    ("ks4", ("rectype", "urn", "att8scr")),
    ("absence", ("urn", "perctot", "ppersabs10")),
    ("census", ("urn", "nor", "pnumeal")),
    ("ofsted", ("urn", "overall effectiveness: how good is the school")),
    ("ofsted", ("urn", "overall effectiveness", "inspection date")),
    ("ofsted", ("urn", "latest oeif overall effectiveness")),
    ("ofsted", ("urn", "safeguarding standards", "inclusion")),
)

_UNUSED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "DfE's table of destinations after key stage 4, which is not a measure of this system",
        ("rectype", "overall_dest"),
    ),
    ("DfE's key stage 2 table by trust; results are taken by school", ("trust_uid", "prwm_exp_wgtavg")),
    (
        "DfE's information about schools from Explore Education Statistics, which describes pupils without results",
        ("school_urn", "t_pupils"),
    ),
    (
        "the pupil premium allocations, which are funding and not a measure of this system",
        ("urn", "laestab", "total allocation for the deprivation pupil premium"),
    ),
    ("DfE's list of local authority and region codes, which has no schools in it", ("lea", "la name", "region name")),
    ("a dictionary of columns, which describes a table and has no figures in it", ("column", "fieldname")),
    ("a dictionary of columns, which describes a table and has no figures in it", ("column", "field name")),
    ("a dictionary of columns, which describes a table and has no figures in it", ("metafile heading",)),
    ("a dictionary of columns, which describes a table and has no figures in it", ("column", "variable", "label")),
    ("a dictionary of columns, which describes a table and has no figures in it", ("field number", "field reference")),
)


def guess_kind(headings: Iterable[str]) -> str | None:
    """The kind of file that has these headings, in any order and case, or None."""
    return _first(_SIGNATURES, headings)


def known_but_unused(headings: Iterable[str]) -> str | None:
    """What a file with these headings is, when it is known and nothing here uses it."""
    return _first(_UNUSED, headings)


def decide_kind(filename: str, headings: list[str], asked: str | None) -> str:
    """The kind to read a table as: what its headings say, which has to agree with what was asked for.

    Refuses a table of another kind, one that is known and not used, and one that nothing is known of.
    """
    guessed = guess_kind(headings)
    if guessed and asked and guessed != asked:
        raise Refused(f"{filename} is {KINDS[guessed]} ({guessed}), not {KINDS[asked]} ({asked}).")
    if guessed:
        return guessed
    unused = known_but_unused(headings)
    if unused:
        raise Refused(f"{filename} is {unused}.")
    if asked is None:
        seen = ", ".join(printable(" ".join(heading.split()), 30) for heading in headings[:5])
        raise Refused(f"{filename} is of no kind that is known by its headings ({seen} …): say which kind it is.")
    return asked


def check_kind(kind: str | None) -> None:
    """Refuse a kind that does not exist."""
    if kind is not None and kind not in KINDS:
        raise Refused(f'"{printable(kind, 30)}" is not a kind of file: the kinds are {", ".join(KINDS)}.')


def _first(signatures: tuple[tuple[str, tuple[str, ...]], ...], headings: Iterable[str]) -> str | None:
    seen = {" ".join(heading.split()).casefold() for heading in headings}
    return next((name for name, columns in signatures if seen.issuperset(columns)), None)
