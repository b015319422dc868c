"""What a process of the torture has from its birth: everything imported, prompts read, mappers put together."""

from sqlalchemy.orm import configure_mappers

from bot import prompts
from bot.workspace import server as server

PROMPTS = prompts.load(prompts.OURS)
configure_mappers()
