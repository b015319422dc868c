"""`python -m bot …` is the same as `mull …`."""

from bot.cli import main

main()
