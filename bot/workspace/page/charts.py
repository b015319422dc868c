"""data_visualization as a picture: bars, lines, areas and pies drawn as SVG, and the same figures as a table."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

JsonObject = dict[str, Any]

WIDTH, HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 16, 56
_PLOT_WIDTH, _PLOT_HEIGHT = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
_LEAST_STEP = 1e-9
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Chart:
    """`names` are what the colours mean, in order; `table` has the heads first."""

    names: list[str]
    table: list[list[str]]
    shapes: Markup
    description: str

    def svg(self, title_id: str) -> Markup:
        return Markup(
            '<svg class="b-plot" role="img" viewBox="0 0 {} {}" aria-labelledby="{}" '
            'preserveAspectRatio="xMidYMid meet"><desc>{}</desc>{}</svg>'
        ).format(WIDTH, HEIGHT, title_id, self.description, self.shapes)


def read(chart: JsonObject) -> Chart:
    """The drawn chart of a checked `chart` object."""
    return _pie(chart["segments"]) if chart["type"] == "pie" else _plotted(chart)


def number(value: float) -> str:
    """As a person writes it: 1,250 or 3.5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


@dataclass(frozen=True)
class _Scale:
    """From values to heights in the picture; `marks` are the values with a line."""

    marks: list[float]

    def y(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return round(_TOP + _PLOT_HEIGHT * (high - value) / (high - low), 1)


def _scale(values: list[float]) -> _Scale:
    """Round values from the lowest (or zero) to the highest (or zero), about five of them."""
    low, high = min([0.0, *values]), max([0.0, *values])
    rough = max((high - low) / 5, _LEAST_STEP) if high > low else 0.2
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * size for factor in _STEPS if factor * size >= rough * 0.999)
    first, last = math.floor(low / step), max(math.ceil(high / step), math.floor(low / step) + 1)
    return _Scale([step * index for index in range(first, last + 1)])


def _plotted(chart: JsonObject) -> Chart:
    categories = [str(category) for category in chart["axis_config"]["categories"]]
    series = [(one["name"], _by_category(one["data"], categories)) for one in chart["series"]]
    scale = _scale([value for _name, values in series for value in values if value is not None])
    draw = {"bar": _bars, "line": _lines, "area": _areas}[chart["type"]]
    rows = [
        [category, *("" if values[at] is None else number(values[at] or 0) for _name, values in series)]
        for at, category in enumerate(categories)
    ]
    return Chart(
        names=[name for name, _values in series],
        table=[["", *(name for name, _values in series)], *rows],
        shapes=Markup("").join([*_axes(chart["axis_config"], categories, scale), *draw(series, scale)]),
        description=f"A {chart['type']} chart of {', '.join(name for name, _values in series)}.",
    )


Series = list[tuple[str, list[float | None]]]


def _by_category(data: list[JsonObject], categories: list[str]) -> list[float | None]:
    """A value for each category, None where the series has none."""
    values = {str(point["label"]): float(point["value"]) for point in data}
    return [values.get(category) for category in categories]


def _axes(config: JsonObject, categories: list[str], scale: _Scale) -> Iterator[Markup]:
    for mark in scale.marks:
        y = scale.y(mark)
        name = "plot-zero" if mark == 0 else "plot-line"
        yield Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
            name, _LEFT, WIDTH - _RIGHT, y, y
        )
        yield _label(_LEFT - 8, y + 4, number(mark), "end")
    every = math.ceil(max(map(len, categories)) * 8 * len(categories) / _PLOT_WIDTH)
    for index, category in enumerate(categories):
        if index % every == 0:
            yield _label(_centre(index, len(categories)), HEIGHT - _BOTTOM + 20, category, "middle")
    if config.get("x_label"):
        yield _label(_LEFT + _PLOT_WIDTH / 2, HEIGHT - 10, config["x_label"], "middle")
    if config.get("y_label"):
        middle = _TOP + _PLOT_HEIGHT / 2
        turned = Markup('<text text-anchor="middle" transform="translate(14 {}) rotate(-90)">{}</text>')
        yield turned.format(middle, config["y_label"])


def _label(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        round(x, 1), round(y, 1), anchor, text
    )


def _centre(index: int, count: int) -> float:
    return round(_LEFT + _PLOT_WIDTH * (index + 0.5) / count, 1)


def _bars(series: Series, scale: _Scale) -> Iterator[Markup]:
    room = _PLOT_WIDTH / len(series[0][1])
    width = room * 0.8 / len(series)
    for number_of, (_name, values) in enumerate(series):
        for index, value in enumerate(values):
            if value is not None:
                x = _LEFT + room * index + room * 0.1 + width * number_of
                top, bottom = sorted((scale.y(value), scale.y(0)))
                yield Markup('<rect class="series-{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                    number_of + 1, round(x, 1), top, round(max(1, width - 1), 1), round(bottom - top, 1)
                )


def _points(values: list[float | None], scale: _Scale) -> list[tuple[float, float]]:
    count = len(values)
    return [
        (_centre(index, count), scale.y(value)) for index, value in enumerate(values) if value is not None
    ]


def _lines(series: Series, scale: _Scale) -> Iterator[Markup]:
    for number_of, (_name, values) in enumerate(series, 1):
        points = _points(values, scale)
        yield Markup('<polyline class="line-{}" points="{}"/>').format(number_of, _joined(points))
        for x, y in points:
            yield Markup('<circle class="series-{}" cx="{}" cy="{}" r="4"/>').format(number_of, x, y)


def _areas(series: Series, scale: _Scale) -> Iterator[Markup]:
    for number_of, (_name, values) in enumerate(series, 1):
        points = _points(values, scale)
        if points:
            floor = [(points[-1][0], scale.y(0)), (points[0][0], scale.y(0))]
            yield Markup('<polygon class="series-{} see-through" points="{}"/>').format(
                number_of, _joined([*points, *floor])
            )
    yield from _lines(series, scale)


def _joined(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _pie(segments: list[JsonObject]) -> Chart:
    names = [str(segment["label"]) for segment in segments]
    values = [max(0.0, float(segment["value"])) for segment in segments]
    whole = sum(values)
    shares = [f"{value / whole:.0%}" if whole else "" for value in values]
    rows = [list(row) for row in zip(names, map(number, values), shares, strict=True)]
    return Chart(
        names=[f"{name}: {share}" if share else name for name, _value, share in rows],
        table=[["", "Value", "Share"], *rows],
        shapes=Markup("").join(_slices(values, whole)),
        description=f"A pie of {', '.join(names)}.",
    )


def _slices(values: list[float], whole: float) -> Iterator[Markup]:
    radius, x, y = HEIGHT / 2 - 12, WIDTH / 2, HEIGHT / 2
    begun = 0.0
    for number_of, value in enumerate(values, 1):
        share = value / whole if whole else 0.0
        if share > 0.9999:
            yield Markup('<circle class="series-{} slice" cx="{}" cy="{}" r="{}"/>').format(
                number_of, x, y, radius
            )
        elif share:
            ends = [_on_circle(x, y, radius, begun), _on_circle(x, y, radius, begun + share)]
            path = f"M{x},{y} L{ends[0]} A{radius},{radius} 0 {int(share > 0.5)} 1 {ends[1]} Z"
            yield Markup('<path class="series-{} slice" d="{}"/>').format(number_of, path)
        begun += share


def _on_circle(x: float, y: float, radius: float, share: float) -> str:
    angle = 2 * math.pi * share
    return f"{round(x + radius * math.sin(angle), 1)},{round(y - radius * math.cos(angle), 1)}"
