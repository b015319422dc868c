"""What the templates of blocks and elements ask for: texts, ids, choices, what is entered, what is wrong."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from bot.workspace.choices import OfferGroup, offered
from bot.workspace.fields import dispatched_on
from bot.workspace.filling import initial_state, value_field
from bot.workspace.page import charts, dates, emojis, markdown, names
from bot.workspace.page.mrkdwn import Mrkdwn
from bot.workspace.page.pictures import Pictures
from bot.workspace.page.rich_text import RichText, plain_text
from bot.workspace.page.surface import Surface
from bot.workspace.reading import Reading
from bot.workspace.state import User, World
from bot.workspace.suggestions import least_typed

JsonObject = dict[str, Any]

_TEMPLATES = {
    "workflow_button": "button",
    "radio_buttons": "choices",
    "checkboxes": "choices",
    "datepicker": "moment",
    "timepicker": "moment",
    "datetimepicker": "moment",
    "plain_text_input": "typed",
    "email_text_input": "typed",
    "url_text_input": "typed",
    "number_input": "typed",
    "rich_text_input": "typed",
    "multi_external_select": "external_select",
}
_GROUPS = frozenset({"radio_buttons", "checkboxes"})
_UNNAMED = {
    "datepicker": "Date",
    "timepicker": "Time",
    "datetimepicker": "Date and time",
    "rich_text_input": "Text",
    "overflow": "More to choose from",
}
_KEYBOARDS = {"email_text_input": "email", "url_text_input": "url"}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    description: str | None
    chosen: bool


@dataclass(frozen=True)
class ChoiceGroup:
    label: str | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Viewing:
    """Who looks, at what, and what they may see of it."""

    world: World
    viewer: User
    mrkdwn: Mrkdwn
    pictures: Pictures


class Sheet:
    """One surface being drawn."""

    def __init__(self, environment: Environment, viewing: Viewing, surface: Surface) -> None:
        self._environment = environment
        self._viewing = viewing
        self._surface = surface
        self._rich = RichText(viewing.mrkdwn)
        self._plain = Reading(viewing.world)
        self.heading = {"home": "h2", "modal": "h3", "message": "h3"}[surface.kind]

    # Blocks and elements

    def blocks(self, blocks: list[JsonObject]) -> Markup:
        return Markup("\n").join(self._block(block) for block in blocks)

    def attachments(self, attachments: list[JsonObject]) -> Markup:
        template = self._environment.get_template("blocks/attachment.html")
        return Markup("\n").join(Markup(template.render(sheet=self, given=one)) for one in attachments)

    def _block(self, block: JsonObject) -> Markup:
        template = self._environment.get_template(f"blocks/{block['type']}.html")
        return Markup(template.render(sheet=self, block=block))

    def element(self, block: JsonObject, element: JsonObject) -> Markup:
        """The control, and the question that is asked first where it has a `confirm`."""
        kind = element["type"]
        if kind == "image":
            return self.picture(element, "medium")
        one_of_many = kind.startswith("multi_") and kind not in _TEMPLATES
        name = "multi_select" if one_of_many else _TEMPLATES.get(kind, kind)
        name = "select" if kind.endswith("_select") and name == kind and kind != "external_select" else name
        drawn = self._render(f"elements/{name}.html", block, element)
        confirm = element.get("confirm")
        return drawn + (self._render("elements/confirm.html", block, element) if confirm else Markup(""))

    def _render(self, template: str, block: JsonObject, element: JsonObject) -> Markup:
        shown = self._environment.get_template(template).render(
            sheet=self,
            block=block,
            element=element,
            confirm=element.get("confirm"),
            id=self.id(block, element["action_id"]),
            target=self._target(block, element),
            hears=dispatched_on(block, element),
            name=self._name(block, element),
            named=self._named(block, element),
            placeholder=self._words(element.get("placeholder")),
        )
        return Markup(shown)

    def id(self, block: JsonObject, *more: str) -> str:
        return self._surface.element_id(block.get("block_id", ""), *more)

    def _target(self, block: JsonObject, element: JsonObject) -> Markup:
        """The attributes by which the page's script knows what was pressed or changed."""
        shown = Markup(' data-block="{}" data-action="{}" data-type="{}" data-hears="{}"').format(
            block["block_id"],
            element["action_id"],
            element["type"],
            " ".join(sorted(dispatched_on(block, element))),
        )
        if element.get("confirm"):
            shown += Markup(' data-confirm="{}:confirm"').format(self.id(block, element["action_id"]))
        return shown + (Markup(" data-focus") if element.get("focus_on_load") else Markup(""))

    # Names and errors

    def is_group(self, element: JsonObject) -> bool:
        """Whether it is drawn as several controls that stand under a legend together."""
        kind = element["type"]
        return kind in _GROUPS or (kind.startswith("multi_") and kind != "multi_external_select")

    def error(self, block: JsonObject) -> str | None:
        return self._surface.errors.get(block["block_id"])

    def described_by(self, block: JsonObject) -> str:
        """The ids of the error and the hint of an input."""
        return " ".join([self.id(block, "error")] + ([self.id(block, "hint")] if block.get("hint") else []))

    def _named(self, block: JsonObject, element: JsonObject) -> Markup:
        """The attributes that name and describe a control: in an input, its label does the naming."""
        if block["type"] != "input":
            return Markup(' aria-label="{}"').format(self._name(block, element))
        if self.is_group(element):
            return Markup(' aria-label="{}"').format(self._words(block["label"]))
        wrong = Markup(' aria-invalid="true"') if self.error(block) else Markup("")
        required = Markup("") if block.get("optional") else Markup(' aria-required="true"')
        return Markup(' aria-describedby="{}"').format(self.described_by(block)) + wrong + required

    def _name(self, block: JsonObject, element: JsonObject) -> str:
        """Its placeholder, else the text it stands beside, else what it is."""
        beside = block.get("text") if block["type"] == "section" else None
        given = self._words(element.get("placeholder")) or self._words(beside)
        return given or _UNNAMED.get(element["type"].removeprefix("multi_"), "Choose")

    def is_for_viewer(self, element: JsonObject) -> bool:
        """Some buttons are shown to certain people only."""
        meant_for = element.get("visible_to_user_ids")
        return not meant_for or self._viewing.viewer.id in meant_for

    def spoken(self, element: JsonObject) -> Markup:
        """A button's accessibility_label, where it has one."""
        label = element.get("accessibility_label")
        return Markup(' aria-label="{}"').format(label) if label else Markup("")

    # Texts and pictures

    def text(self, text: JsonObject) -> Markup:
        """A plain_text or mrkdwn object."""
        if text["type"] == "mrkdwn":
            return self._viewing.mrkdwn.html(text["text"], bool(text.get("verbatim")))
        lines = text["text"].split("\n")
        return Markup("<br>").join(
            emojis.with_pictures(line) if text.get("emoji", True) else escape(line) for line in lines
        )

    def words(self, mrkdwn: str) -> Markup:
        return self._viewing.mrkdwn.html(mrkdwn)

    def plain_words(self, text: str) -> Markup:
        return emojis.with_pictures(text)

    def _words(self, text: JsonObject | None) -> str:
        """A text object without any markup, for an attribute."""
        if text is None:
            return ""
        return self._plain.mrkdwn(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    def rich(self, rich_text: JsonObject) -> Markup:
        return self._rich.html(rich_text)

    def markdown(self, text: str) -> Markup:
        return markdown.html(text)

    def picture(self, image: JsonObject, size: str) -> Markup:
        return self._viewing.pictures.html(image, size)

    def call_name(self, block: JsonObject) -> str:
        """What a call is called, as far as Slack's own description of it goes."""
        described = block.get("call") if isinstance(block.get("call"), dict) else {}
        first = (described or {}).get("v1")
        return (
            str(first.get("name") or block["call_id"]) if isinstance(first, dict) else str(block["call_id"])
        )

    def link(self, url: str, label: str) -> Markup:
        return names.link(url, escape(label))

    def web_address(self, url: str | None) -> str | None:
        """The address if a person may be led there."""
        return url if url and names.is_link(url) else None

    # Tables and charts

    def cell(self, cell: JsonObject) -> Markup:
        return self._rich.html(cell) if cell["type"] == "rich_text" else escape(cell["text"])

    def align(self, block: JsonObject, column: int) -> Markup:
        settings = block.get("column_settings") or []
        side = (settings[column] or {}).get("align") if column < len(settings) else None
        return Markup(' class="b-{}"').format(side) if side else Markup("")

    def numeric(self, cell: JsonObject) -> Markup:
        return Markup(' class="b-number"') if cell["type"] == "raw_number" else Markup("")

    def chart(self, chart: JsonObject) -> charts.Chart:
        return charts.read(chart)

    # What is entered, and what can be

    def entered(self, block: JsonObject, element: JsonObject) -> Any:
        """The element's value in `state.values`; what it starts with where nothing is known of it."""
        states = self._surface.values.get(block["block_id"], {})
        state = states.get(element["action_id"]) or initial_state(element)
        return state.get(value_field(element["type"]))

    def typed(self, block: JsonObject, element: JsonObject) -> str:
        value = self.entered(block, element)
        return plain_text(value) if element["type"] == "rich_text_input" else str(value or "")

    def moment(self, block: JsonObject, element: JsonObject) -> str:
        """The value as a browser's date and time fields take it; a date and time in the viewer's zone."""
        value = self.entered(block, element)
        if element["type"] != "datetimepicker" or value is None:
            return str(value or "")
        return dates.moment_of(value, self._viewing.viewer.tz).strftime("%Y-%m-%dT%H:%M")

    def menu(self, block: JsonObject, element: JsonObject) -> list[ChoiceGroup]:
        """Everything that this viewer can choose in it, and whether it is chosen."""
        value = self.entered(block, element) if element["type"] != "overflow" else None
        chosen = value if isinstance(value, list) else [value]
        groups = offered(self._viewing.world, self._viewing.viewer, element)
        return [ChoiceGroup(group.label, _choices(group, chosen)) for group in groups]

    def chosen(self, groups: list[ChoiceGroup]) -> list[str]:
        return [choice.label for group in groups for choice in group.choices if choice.chosen]

    def least_typed(self, element: JsonObject) -> int:
        return least_typed(element)

    def extensions(self, element: JsonObject) -> str:
        return ",".join(f".{str(ending).lstrip('.')}" for ending in element["filetypes"])

    def keyboard(self, element: JsonObject) -> Markup:
        """Which keys a phone shows. The field stays a text field: what fits is said in Slack's own sentences."""
        kind = element["type"]
        if kind == "number_input":
            return Markup(' inputmode="{}"').format(
                "decimal" if element.get("is_decimal_allowed") else "numeric"
            )
        return Markup(' inputmode="{}"').format(_KEYBOARDS[kind]) if kind in _KEYBOARDS else Markup("")


def _choices(group: OfferGroup, chosen: list[Any]) -> tuple[Choice, ...]:
    return tuple(
        Choice(offer.value, offer.names[0], offer.description, offer.told in chosen) for offer in group.offers
    )
