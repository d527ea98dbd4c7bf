"""Reading the forms of link pages: what a person filled in, or what is missing, field by field."""

from collections.abc import Mapping
from typing import Any

from rules.figure_words import typed
from web.link_views import LinkView


class FormErrors(Exception):
    """What is wrong with a form: for each field's name one sentence that says what to do."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__("; ".join(errors.values()))


def read_offer(view: LinkView, given: Mapping[str, str]) -> dict[str, Any]:
    """The answer to an offer, as `casework.answers` takes it."""
    errors: dict[str, str] = {}
    choice = given.get("choice", "")
    if choice not in ("yes", "no"):
        errors["choice"] = (
            "Select yes if you accept this support" if view.for_school else "Select yes if you accept this work"
        )
    conflict = given.get("conflict") == "yes"
    if not view.for_school and choice == "yes" and given.get("conflict") not in ("yes", "no"):
        errors["conflict"] = "Select yes if you have a conflict of interest with the school"
    name = _name(given, errors)
    if errors:
        raise FormErrors(errors)
    return {"accept": choice == "yes", "name": name, "note": given.get("note", ""), "conflict": conflict}


def read_plan(_view: LinkView, given: Mapping[str, str]) -> dict[str, Any]:
    """The answer to a plan."""
    errors: dict[str, str] = {}
    choice = given.get("choice", "")
    if choice not in ("yes", "no"):
        errors["choice"] = "Select yes if you agree to this plan"
    if choice == "no" and not given.get("note", "").strip():
        errors["note"] = "Enter what should change"
    name = _name(given, errors)
    if errors:
        raise FormErrors(errors)
    return {"agree": choice == "yes", "name": name, "note": given.get("note", "")}


def read_update(view: LinkView, given: Mapping[str, str]) -> dict[str, Any]:
    """An impact update: a figure for each measure, or no change, with a colour and its reason."""
    errors: dict[str, str] = {}
    measures = []
    for measure in view.measures:
        prefix = f"m{measure.id}"
        no_change = given.get(f"{prefix}-no-change") == "yes"
        value = _number(given, f"{prefix}-value", "figure", errors, needed=not no_change)
        cohort = _number(given, f"{prefix}-cohort", "number of pupils", errors, whole=True)
        rag = given.get(f"{prefix}-rag", "")
        if rag not in ("red", "amber", "green"):
            errors[f"{prefix}-rag"] = "Select red, amber or green"
        reason = given.get(f"{prefix}-reason", "").strip()
        if not reason:
            errors[f"{prefix}-reason"] = "Enter why"
        measures.append(
            {
                "measure": measure.id,
                "value": value,
                "cohort": cohort,
                "rag": rag,
                "reason": reason,
                "changed": given.get(f"{prefix}-changed", ""),
                "next": given.get(f"{prefix}-next", ""),
                "no_change": no_change,
            }
        )
    name = _name(given, errors)
    if errors:
        raise FormErrors(errors)
    return {"name": name, "measures": measures}


def _name(given: Mapping[str, str], errors: dict[str, str]) -> str:
    name = " ".join(given.get("name", "").split())
    if not name:
        errors["name"] = "Enter your full name"
    elif len(name) > 200:
        errors["name"] = "Enter a name of 200 characters at most"
    return name


def _number(
    given: Mapping[str, str],
    field: str,
    what: str,
    errors: dict[str, str],
    *,
    needed: bool = False,
    whole: bool = False,
) -> float | int | None:
    text = typed(given.get(field, ""))
    if not text:
        if needed:
            errors[field] = f"Enter the {what}, or select that there is no change"
        return None
    try:
        return int(text) if whole else float(text)
    except ValueError:
        errors[field] = f"Enter the {what} as a number, like {'28' if whole else '58.5'}"
        return None
