"""Two validators that are not ours: the models of Slack's own SDK, and slackblocks. They judge messages and views."""

import inspect
import logging
from collections.abc import Callable
from enum import Enum
from typing import Any

import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.attachments import Attachment as SdkAttachment
from slack_sdk.models.attachments import BlockAttachment
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView
from slackblocks import elements, objects
from slackblocks.rich_text import elements as runs
from slackblocks.rich_text import objects as paragraphs

from bot.workspace.checks.blocks import BLOCKS
from bot.workspace.checks.elements import ELEMENTS
from bot.workspace.checks.rich_text import INLINE
from tests.workspace.builders import JsonObject

logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)


class Verdict(Enum):
    """`SILENT`: it has no word for something in it, and so says nothing about the rest."""

    TAKES = "takes"
    REFUSES = "refuses"
    SILENT = "cannot say"


class Unknown(Exception):
    """The validator has no word for this."""


# Neither was made for what is of another type altogether: they stumble over it, which refuses it as well.
_STUMBLES = (AttributeError, TypeError, KeyError, ValueError, AssertionError)


def _judged(judge: Callable[[JsonObject], None], whole: JsonObject, refusal: type[Exception]) -> Verdict:
    try:
        judge(whole)
    except Unknown:
        return Verdict.SILENT
    except (refusal, *_STUMBLES):
        return Verdict.REFUSES
    return Verdict.TAKES


def slack_sdk_says(whole: JsonObject) -> Verdict:
    return _judged(_by_slack_sdk, whole, SlackObjectFormationError)


def slackblocks_says(whole: JsonObject) -> Verdict:
    return _judged(_by_slackblocks, whole, slackblocks.InvalidUsageError)


def _by_slack_sdk(whole: JsonObject) -> None:
    if "type" in whole:
        view = SdkView(**whole)
        if None in (view.blocks or []):
            raise Unknown
        view.to_dict()
        return
    _sdk_blocks(whole.get("blocks") or [])
    for attachment in whole.get("attachments") or []:
        _sdk_blocks(attachment.get("blocks") or [])
        if "blocks" in attachment:
            BlockAttachment(blocks=_sdk_blocks(attachment["blocks"])).to_dict()
        else:
            SdkAttachment(**{"text": "", **attachment}).to_dict()


def _sdk_blocks(blocks: list[JsonObject]) -> list[SdkBlock]:
    parsed = SdkBlock.parse_all(blocks)
    if None in parsed:
        raise Unknown
    for block in parsed:
        block.to_dict()
    return parsed


_CLASSES: dict[str, type] = {
    "actions": slackblocks.ActionsBlock,
    "alert": slackblocks.AlertBlock,
    "card": slackblocks.CardBlock,
    "carousel": slackblocks.CarouselBlock,
    "container": slackblocks.ContainerBlock,
    "context": slackblocks.ContextBlock,
    "context_actions": slackblocks.ContextActionsBlock,
    "data_table": slackblocks.DataTableBlock,
    "data_visualization": slackblocks.DataVisualizationBlock,
    "divider": slackblocks.DividerBlock,
    "file": slackblocks.FileBlock,
    "header": slackblocks.HeaderBlock,
    "input": slackblocks.InputBlock,
    "markdown": slackblocks.MarkdownBlock,
    "plan": slackblocks.PlanBlock,
    "rich_text": slackblocks.RichTextBlock,
    "section": slackblocks.SectionBlock,
    "table": slackblocks.TableBlock,
    "task_card": slackblocks.TaskCardBlock,
    "video": slackblocks.VideoBlock,
    "button": elements.Button,
    "checkboxes": elements.CheckboxGroup,
    "datepicker": elements.DatePicker,
    "datetimepicker": elements.DateTimePicker,
    "email_text_input": elements.EmailInput,
    "feedback_buttons": elements.FeedbackButtons,
    "file_input": elements.FileInput,
    "icon_button": elements.IconButton,
    "multi_channels_select": elements.ChannelMultiSelectMenu,
    "multi_conversations_select": elements.ConversationMultiSelectMenu,
    "multi_external_select": elements.ExternalMultiSelectMenu,
    "multi_static_select": elements.StaticMultiSelectMenu,
    "multi_users_select": elements.UserMultiSelectMenu,
    "number_input": elements.NumberInput,
    "overflow": elements.OverflowMenu,
    "plain_text_input": elements.PlainTextInput,
    "radio_buttons": elements.RadioButtonGroup,
    "rich_text_input": elements.RichTextInput,
    "static_select": elements.StaticSelectMenu,
    "external_select": elements.ExternalSelectMenu,
    "users_select": elements.UserSelectMenu,
    "conversations_select": elements.ConversationSelectMenu,
    "channels_select": elements.ChannelSelectMenu,
    "timepicker": elements.TimePicker,
    "url_text_input": elements.URLInput,
    "workflow_button": elements.WorkflowButton,
    "url": elements.URLSource,
    "icon": objects.SlackIcon,
    "raw_text": objects.RawText,
    "raw_number": objects.RawNumber,
    "pie": objects.PieChart,
    "bar": objects.BarChart,
    "area": objects.AreaChart,
    "line": objects.LineChart,
    "rich_text_section": paragraphs.RichTextSection,
    "rich_text_list": paragraphs.RichTextList,
    "rich_text_quote": paragraphs.RichTextQuote,
    "rich_text_preformatted": paragraphs.RichTextCodeBlock,
    "text": runs.RichText,
    "link": runs.RichTextLink,
    "emoji": runs.RichTextEmoji,
    "user": runs.RichTextUser,
    "channel": runs.RichTextChannel,
    "usergroup": runs.RichTextUserGroup,
}
# What has no type of its own is known by the field it stands in.
_BY_FIELD: dict[str, type] = {
    "confirm": objects.ConfirmationDialogue,
    "options": objects.Option,
    "option_groups": objects.OptionGroup,
    "initial_option": objects.Option,
    "initial_options": objects.Option,
    "dispatch_action_config": objects.DispatchActionConfiguration,
    "filter": objects.ConversationFilter,
    "slack_file": objects.SlackFile,
    "workflow": objects.Workflow,
    "trigger": objects.Trigger,
    "customizable_input_parameters": objects.InputParameter,
    "positive_button": elements.FeedbackButton,
    "negative_button": elements.FeedbackButton,
    "segments": objects.ChartSegment,
    "series": objects.DataSeries,
    "data": objects.DataPoint,
    "axis_config": objects.AxisConfig,
    "tasks": slackblocks.TaskCardBlock,
    "column_settings": objects.ColumnSettings,
}
_RENAMED = {"initial_date_time": "initial_datetime", "usergroup_id": "user_group_id"}
_TEXTS = {"plain_text": objects.TextType.PLAINTEXT, "mrkdwn": objects.TextType.MARKDOWN}


def _by_slackblocks(whole: JsonObject) -> None:
    given = {name: part for name, part in whole.items() if name not in ("type", "blocks", "attachments")}
    blocks = [_built(one, "", "blocks") for one in whole.get("blocks") or []]
    if "type" not in whole:
        attached = [_attachment(one) for one in whole.get("attachments") or []]
        _made(
            slackblocks.Message, {"channel": "C", "blocks": blocks, "attachments": attached, **given}
        ).to_dict()
        return
    kind = {"modal": slackblocks.ModalView, "home": slackblocks.HomeTabView}[whole["type"]]
    _made(
        kind, {name: _built(part, whole["type"], name) for name, part in given.items()} | {"blocks": blocks}
    ).to_dict()


def _attachment(whole: JsonObject) -> Any:
    blocks = [_built(one, "", "blocks") for one in whole.get("blocks") or []]
    return _made(slackblocks.Attachment, {**whole, "blocks": blocks})


def _made(kind: type, given: JsonObject) -> Any:
    """Made from what is given; what must be given and is not is None, for its maker to judge."""
    parameters = inspect.signature(kind).parameters
    if given.keys() - parameters.keys():
        raise Unknown
    needed = {name: None for name, one in parameters.items() if one.default is one.empty}
    return kind(**(needed | given))


def _built(part: Any, holder: str, field: str) -> Any:
    """What slackblocks has for a part that stands in this field of a holder of this type."""
    if isinstance(part, list):
        return [_built(one, "" if field == "child_blocks" else holder, field) for one in part]
    if not isinstance(part, dict):
        return part
    if "type" in part and field != "tasks":
        return _typed(part, holder)
    if field not in _BY_FIELD:
        raise Unknown
    return _with_fields(_BY_FIELD[field], part, "")


def _typed(part: JsonObject, holder: str) -> Any:
    kind = part["type"]
    if kind in _TEXTS:
        return _made(objects.Text, {"type_": _TEXTS[kind]} | {k: v for k, v in part.items() if k != "type"})
    if kind == "image":
        return _with_fields(elements.Image if holder else slackblocks.ImageBlock, part, kind)
    if kind == "rich_text" and holder == "table":
        return _built(_only(part.get("elements")), kind, "elements")
    if kind in _CLASSES:
        return _with_fields(_CLASSES[kind], part, kind)
    if kind in {*BLOCKS, *ELEMENTS, *INLINE}:
        raise Unknown
    raise slackblocks.InvalidUsageError(f"There is no {kind}.")


def _only(parts: Any) -> Any:
    """A table's cell holds one paragraph there, where Slack takes several."""
    if not isinstance(parts, list) or len(parts) != 1:
        raise Unknown
    return parts[0]


def _with_fields(kind: type, part: JsonObject, holder: str) -> Any:
    given = {name: _built(one, holder, name) for name, one in part.items() if name not in ("type", "style")}
    style = part.get("style")
    if isinstance(style, dict):
        given |= style
    elif style is not None:
        given["style"] = style
    return _made(kind, {_RENAMED.get(name, name): one for name, one in given.items()})
