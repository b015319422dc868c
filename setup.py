"""Puts what is not code into a package: prompts and migrations stand beside `bot`, because people edit them there."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py

CONTENT = ("prompts", "migrations")


class BuildWithContent(build_py):
    """The modules, and beside them the folders that bot/content.py looks for."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for name in CONTENT:
                copytree(
                    name,
                    Path(self.build_lib, "bot", "_content", name),
                    ignore=ignore_patterns("__pycache__"),
                    dirs_exist_ok=True,
                )


setup(cmdclass={"build_py": BuildWithContent})
