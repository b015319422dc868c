"""The templates: everything put into one is escaped, and nothing may be missing."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def draw(name: str, context: dict[str, Any]) -> str:
    """The template of this name, filled in."""
    return _ENVIRONMENT.get_template(name).render(context)
