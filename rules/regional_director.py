"""Who acts for the Secretary of State in a region: the name that the office had on a day.

Until 31 August 2022 the Regional Schools Commissioner (RSC), as the cabinet paper has it [1.6, 4.7]; since
1 September 2022 a regional director in the Department for Education's Regions Group.
"""

from datetime import date

SINCE = date(2022, 9, 1)


def title_on(day: date) -> str:
    """The office's title on a day."""
    return "Regional Director" if day >= SINCE else "Regional Schools Commissioner"
