"""What the house promises about itself, as far as a machine can read it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
PUBLIC_ROOMS = [file for file in MODULES if file.parent.name in ("domain", "services")]
NARROW, WIDEST = 300, 420
DRAWERS = {"utils", "util", "helpers", "constants", "common", "misc", "types", "repositories", "events"}


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions and classes of a module that others may use, with their public methods."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
            yield node
            inner = node.body if isinstance(node, ast.ClassDef) else []
            for method in inner:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name[0] != "_":
                    yield method


def read(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def test_every_module_says_what_it_is() -> None:
    assert [name(file) for file in MODULES if not ast.get_docstring(read(file))] == []


def test_everything_public_in_the_domain_and_the_services_says_what_is_true_after_it() -> None:
    silent = {
        f"{name(file)}: {one.name}"
        for file in PUBLIC_ROOMS
        for one in public(read(file))
        if not ast.get_docstring(one)
    }
    assert silent == set()


def test_modules_are_small_and_few_are_larger() -> None:
    lengths = {name(file): len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    large = {module for module, lines in lengths.items() if lines > NARROW}
    assert max(lengths.values()) <= WIDEST, large
    assert len(large) <= len(MODULES) / 20, large


def test_no_module_is_a_drawer() -> None:
    assert [name(file) for file in MODULES if file.stem in DRAWERS and "workspace" not in file.parts] == []


def test_nothing_we_say_to_people_shouts() -> None:
    spoken = [*(ROOT / "prompts").rglob("*.yaml")]
    # In Jinja2 "!=" is no shout.
    shouting = [name(file) for file in spoken if re.search(r"!(?!=)", file.read_text(encoding="utf-8"))]
    assert spoken
    assert shouting == []


def test_the_numbers_are_printed_and_there_are_no_mocks_and_no_cycles() -> None:
    printed = subprocess.run(
        [sys.executable, ROOT / "bench" / "shape.py"], capture_output=True, text=True, check=True
    ).stdout
    assert "tests : code" in printed
    for what in ("mocks of our own", "import cycles"):
        assert re.search(rf"{what}\s*│\s*none\s*│", printed), printed
