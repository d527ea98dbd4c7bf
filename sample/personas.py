"""How the invented people of the demo behave: who accepts, who declines, who is late, who never answers."""

from dataclasses import dataclass, replace
from enum import StrEnum


class SchoolHabit(StrEnum):
    ACCEPTS = "accepts"
    OPTS_OUT = "opts-out"
    SILENT_AT_FIRST = "silent-at-first"


class ProviderHabit(StrEnum):
    ACCEPTS = "accepts"
    DECLINES = "declines"
    SILENT = "silent"
    CONFLICTED = "conflicted"


class Progress(StrEnum):
    """What the figures will show in the end."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NEVER_REPORTED = "never-reported"


SHARE_OF_THE_WAY = {Progress.MET: 1.1, Progress.PARTLY_MET: 0.6, Progress.NOT_MET: 0.05, Progress.NEVER_REPORTED: 0.0}


@dataclass(frozen=True, slots=True)
class Persona:
    """One case's story. `answers_after` are the school days from an e-mail about an update to the answer, a round
    each. A school that `wants_longer` sends the plan back: the support is to go on into the next school year.
    """

    school: SchoolHabit = SchoolHabit.ACCEPTS
    first_provider: ProviderHabit = ProviderHabit.ACCEPTS
    wants_longer: bool = False
    is_paused: bool = False
    progress: Progress = Progress.MET
    school_answers_after: tuple[int, ...] = (2,)
    provider_answers_after: tuple[int, ...] = (4,)


# Never answers an update: more school days than a half term has.
NEVER = 99


@dataclass(frozen=True, slots=True)
class Offered:
    """What is known of a case when its story is chosen."""

    commission_id: int
    is_academy: bool
    is_concern: bool


def cast(cases: list[Offered]) -> dict[int, Persona]:
    """Give each case of a run its story: at least one of everything that can happen, the rest ordinary.

    The academy that refuses is one with a concern when there is one, since only then is a referral opened.
    """
    habits = (
        Persona(progress=Progress.MET, school_answers_after=(1,), provider_answers_after=(2,)),
        Persona(progress=Progress.PARTLY_MET, school_answers_after=(9, 3), provider_answers_after=(6,)),
        Persona(progress=Progress.NOT_MET, school_answers_after=(12, 2), provider_answers_after=(3, NEVER)),
        Persona(progress=Progress.MET, school_answers_after=(3,), provider_answers_after=(8, 12)),
        Persona(progress=Progress.PARTLY_MET, school_answers_after=(NEVER, 2), provider_answers_after=(2,)),
    )
    stories = {case.commission_id: habits[place % len(habits)] for place, case in enumerate(cases)}
    left = list(cases)
    refusing = next((c for c in left if c.is_academy and c.is_concern), None) or next(
        (c for c in left if c.is_academy), None
    )
    if refusing is not None:
        stories[refusing.commission_id] = Persona(school=SchoolHabit.OPTS_OUT)
        left.remove(refusing)
    special = (
        {"school": SchoolHabit.OPTS_OUT},
        {"first_provider": ProviderHabit.DECLINES},
        {"is_paused": True, "progress": Progress.MET},
        {
            "progress": Progress.NEVER_REPORTED,
            "school_answers_after": (NEVER,),
            "provider_answers_after": (NEVER,),
        },
        {"first_provider": ProviderHabit.SILENT},
        {"first_provider": ProviderHabit.CONFLICTED},
        {"wants_longer": True},
        {"school": SchoolHabit.SILENT_AT_FIRST},
    )
    ordinary = [case for case in left if not (case.is_academy and case.is_concern)] or left
    for changes, case in zip(special, ordinary, strict=False):
        stories[case.commission_id] = replace(stories[case.commission_id], **changes)  # type: ignore[arg-type]
    for progress in (Progress.MET, Progress.PARTLY_MET, Progress.NOT_MET):
        plain = [c for c in ordinary[len(special) :] if stories[c.commission_id].progress is progress]
        if not plain and len(ordinary) > len(special):
            last = ordinary[len(special) :][-1]
            stories[last.commission_id] = replace(stories[last.commission_id], progress=progress)
    for progress in (Progress.PARTLY_MET, Progress.NOT_MET):
        alike = [story for story in habits if story.progress is progress]
        plain = [c for c in left if stories[c.commission_id] in alike]
        if len(plain) > 1:
            first = plain[0].commission_id
            stories[first] = replace(stories[first], wants_longer=True)
    return stories
