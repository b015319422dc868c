"""Mull can be installed as a package, away from its folder, with everything it needs in it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("bot", "prompts", "migrations")
NOT_IN_IT = shutil.ignore_patterns("__pycache__")
PLAY = "import bot; print(*bot.__path__, flush=True); from bot.cli import main; main()"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a wheel of Mull has in it, built from a copy."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in PARTS:
        shutil.copytree(ROOT / name, source / name, ignore=NOT_IN_IT)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    subprocess.run([*pip, "--wheel-dir", built, source], check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(built / "package")
    return built / "package"


def test_everything_that_is_not_code_is_in_a_package(package: Path) -> None:
    files = {file.relative_to(ROOT) for part in PARTS for file in (ROOT / part).rglob("*") if file.is_file()}
    ours = {file for file in files if "__pycache__" not in file.parts}
    homes = {file: file if file.parts[0] == "bot" else Path("bot/_content", file) for file in ours}
    assert [str(file) for file, home in homes.items() if not (package / home).is_file()] == []


def test_nothing_but_mull_is_in_a_package(package: Path) -> None:
    (metadata,) = package.glob("mull-*.dist-info")
    assert {one.name for one in package.iterdir()} == {"bot", metadata.name}


def test_a_package_plays_the_demo_from_anywhere(package: Path, tmp_path: Path) -> None:
    """Which needs the prompts, the migrations and the demo's own files."""
    played = subprocess.run(
        [sys.executable, "-c", PLAY, "demo", "--days", "2"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    first, _, told = played.stdout.partition("\n")
    assert first == str(package / "bot")
    assert "How full is the tank today?" in told
