"""What comes with Mull and is not code, such as prompts and migrations: where it is."""

from pathlib import Path

CODE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder of this name: beside the code in a checkout, among it where Mull was installed as a package."""
    beside = CODE.parent / name
    return beside if (CODE.parent / "pyproject.toml").is_file() else CODE / "_content" / name
