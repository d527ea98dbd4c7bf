"""Conflicts of interest: a member of a school or provider concerned does not vote on it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Interests:
    """The schools (URN), providers (id) and trusts (UID) that a person works for, or has declared."""

    urns: frozenset[int] = frozenset()
    providers: frozenset[int] = frozenset()
    trusts: frozenset[str] = frozenset()

    def together(self, other: "Interests") -> "Interests":
        """The interests of both: of a member and of who stands in."""
        return Interests(self.urns | other.urns, self.providers | other.providers, self.trusts | other.trusts)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case touches: its school and the school's trusts; its provider, and the school and trust behind that."""

    school: str
    urn: int
    trusts: frozenset[str] = field(default=frozenset())
    provider: str = ""
    provider_id: int | None = None
    provider_urn: int | None = None
    provider_trust: str | None = None


def conflict(interests: Interests, matter: Matter) -> str:
    """Why a person with these interests does not vote on a matter; empty when nothing stands against it."""
    if matter.urn in interests.urns:
        return f"is concerned with {matter.school}"
    if matter.trusts & interests.trusts:
        return f"is concerned with the trust of {matter.school}"
    if matter.provider_id in interests.providers or matter.provider_urn in interests.urns:
        return f"is concerned with {matter.provider}"
    if matter.provider_trust in interests.trusts:
        return f"is concerned with the trust of {matter.provider}"
    return ""
