"""The map of support as a picture: a row a theme, and a bar of the schools in need by what has come of it."""

from queries.support_map import SupportMap, total
from web.drawing import BLUE, INK, QUIET, Canvas, Chart, Drawing, both

ROW = 44


def map_chart(found: SupportMap) -> Chart:
    """Filled: supported; pale: being arranged; empty and dashed: without support; grey and dotted: support without
    need."""
    rows = [(theme, total(one for one in found.cells if one.theme == theme)) for theme in found.themes]
    most = max(1, *(need + without for _, (need, _, _, _, without) in rows))

    def draw(width: int, height: int) -> Drawing:
        narrow = width < 500
        canvas = Canvas(
            width, height, (0.0, float(most)), (0.0, float(len(rows))), left=16 if narrow else 236, bottom=8
        )
        for number, (theme, (_, met, coming, unmet, without)) in enumerate(rows):
            top = canvas.y(len(rows) - number) + (24 if narrow else 8)
            name = theme if len(theme) <= (34 if narrow else 24) else f"{theme[: 33 if narrow else 23]}…"
            if narrow:
                canvas.add("text", name, x=16, y=top - 6, fill=INK)
            else:
                canvas.add("text", name, x=224, y=top + 17, text_anchor="end", fill=INK)
            at = 0.0
            for count, fill, stroke, dash in (
                (met, BLUE, BLUE, ""),
                (coming, "#d2e2f1", BLUE, ""),
                (unmet, "#ffffff", INK, "5 3"),
                (without, "#f3f2f1", QUIET, "1 3"),
            ):
                if count:
                    left, right = canvas.x(at), canvas.x(at + count)
                    more = {"stroke_dasharray": dash} if dash else {}
                    canvas.add("rect", x=left, y=top, width=right - left, height=24, fill=fill, stroke=stroke, **more)
                    ink = "#ffffff" if fill == BLUE else INK
                    if right - left >= 18:
                        canvas.add("text", str(count), x=(left + right) / 2, y=top + 18, text_anchor="middle", fill=ink)
                at += count
        return canvas.done()

    told = "; ".join(
        f"{theme}: {need} in need, {met} supported, {coming} being arranged, {unmet} without support, "
        f"{without} supported without need in the figures"
        for theme, (need, met, coming, unmet, without) in rows
    )
    return Chart(
        name="Need and support by theme",
        words=f"Schools by theme. {told}.",
        drawn=both(draw, height=30 + ROW * len(rows), narrow_height=40 + 60 * len(rows)),
        headings=("Theme", "In need", "Supported", "Being arranged", "Without support", "Support without need"),
        rows=tuple((theme, *(str(value) for value in values)) for theme, values in rows),
        legend=(
            ("box", BLUE, "supported"),
            ("hatch", BLUE, "being arranged"),
            ("dashed", INK, "without support"),
            ("dotted", QUIET, "support without need"),
        ),
    )
