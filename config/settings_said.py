"""How settings are spoken of: what is wrong with them, and an address without its password."""

from urllib.parse import urlsplit, urlunsplit

from pydantic import ValidationError


def complaints(error: ValidationError) -> list[str]:
    """What is wrong with each setting, by its name and without its value."""
    told = []
    for problem in error.errors(include_input=False, include_url=False):
        where = str(problem["loc"][0]) if problem["loc"] else ""
        name = where if where.isupper() or not where else f"SIB_{where.upper()}"
        said = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
        told.append(f"{name} {said}".strip().removesuffix("."))
    return told


def without_password(url: str) -> str:
    """A web address as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    who, _, where = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{who.partition(':')[0]}:•••@{where}"))
