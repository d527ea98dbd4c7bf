"""The progress of a round: a bar a party, of who has answered, who may still, who is late and who missed it."""

from queries.round import Counted
from web.drawing import GREEN, GRID, INK, PURPLE, RED, Canvas, Chart, Drawing, both

PARTS = (
    ("answered", GREEN, "Answered", "#ffffff"),
    ("waiting", GRID, "Not yet due", INK),
    ("overdue", RED, "Overdue", "#ffffff"),
    ("missed", PURPLE, "Missed", "#ffffff"),
)


def round_chart(name: str, counted: list[Counted]) -> Chart:
    """The chart of one round."""

    def draw(width: int, height: int) -> Drawing:
        canvas = Canvas(width, height, (0, 1), (0, 1), left=8, right=8, top=4, bottom=4)
        bar, room = 38, height / max(len(counted), 1)
        for row, one in enumerate(counted):
            top = row * room
            label = f"{one.party.capitalize()}s: {one.counts['answered']} of {one.total} answered"
            canvas.add("text", label, x=8, y=round(top + 20, 1), fill=INK)
            left = 8.0
            for part, colour, _, ink in PARTS:
                share = one.counts[part] / one.total if one.total else 0
                wide = round(share * (width - 16), 1)
                if wide:
                    canvas.add("rect", x=left, y=round(top + 30, 1), width=wide, height=bar, fill=colour, stroke="#fff")
                    if wide > 30:
                        canvas.add(
                            "text",
                            str(one.counts[part]),
                            x=round(left + wide / 2, 1),
                            y=round(top + 55, 1),
                            text_anchor="middle",
                            fill=ink,
                            font_weight="bold",
                        )
                left += wide
        return canvas.done()

    said = [
        f"of {one.total} {one.party}{'' if one.total == 1 else 's'} {one.counts['answered']} answered, "
        f"{one.counts['overdue']} {'is' if one.counts['overdue'] == 1 else 'are'} overdue and "
        f"{one.counts['missed']} missed it"
        for one in counted
    ]
    return Chart(
        name=f"Answers in {name}",
        words=f"{name}: {'; '.join(said)}.",
        drawn=both(draw, height=180, narrow_height=180),
        headings=("", *(text for _, _, text, _ in PARTS)),
        rows=tuple(
            (f"{one.party.capitalize()}s", *(str(one.counts[part]) for part, _, _, _ in PARTS)) for one in counted
        ),
        legend=tuple(("box", colour, text) for _, colour, text, _ in PARTS),
    )
