"""The school's support lines, quietly at the foot of everything that asks somebody how they are (WB9)."""

from bot.models import School
from bot.prompts import Prompts


def support_line(prompts: Prompts, school: School) -> str:
    """One line: the school's own support lines, or the United Kingdom's where it has named none."""
    if not school.support_lines:
        return prompts.say("support_default")
    lines = " · ".join(f"{line['name']} {line['contact']}" for line in school.support_lines)
    return prompts.say("support", lines=lines)
