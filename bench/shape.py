"""The size and shape of the code, beside where we want to live: `make numbers`.

A function's length is from `def` to its last line, a module's is all of its lines; blank lines count in neither ratio.
A mock of our own is anything that puts something else in the place of a name of `bot`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import grimp
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
CODE, TESTS = ROOT / "bot", ROOT / "tests"
PATCHES = ("setattr", "patch", "object", "Mock", "MagicMock", "AsyncMock", "create_autospec")


def main() -> None:
    """Print every number beside its target."""
    lengths = sorted(function_lengths())
    modules = sorted(((len(text(file).splitlines()), name(file)) for file in files(CODE)), reverse=True)
    largest = ", ".join(f"{lines} {module}" for lines, module in modules[:3])
    mocks = list(own_mocks())
    table = Table("what", "ours", "where we want to live", title="The shape of the code")
    table.add_row("functions", str(len(lengths)), "")
    table.add_row("lines of a function, median", f"{median(lengths):g}", "at most 10")
    table.add_row("lines of a function, p95", f"{quantiles(lengths, n=20)[-1]:g}", "at most 40")
    table.add_row("longest function", str(lengths[-1]), "")
    table.add_row("modules", str(len(modules)), "")
    table.add_row("largest modules", largest, "300, rarely 400")
    table.add_row("modules over 300 lines", str(sum(lines > 300 for lines, _ in modules)), "few")
    table.add_row("tests : code", f"{filled_lines(TESTS) / filled_lines(CODE):.2f}", "1.2 to 1.7")
    table.add_row("mocks of our own", ", ".join(mocks) or "none", "none")
    table.add_row("import cycles", "; ".join(import_cycles()) or "none", "none")
    Console(width=120).print(table)


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def function_lengths() -> Iterator[int]:
    for file in files(CODE):
        for node in ast.walk(ast.parse(text(file))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1


def filled_lines(folder: Path) -> int:
    return sum(bool(line.strip()) for file in files(folder) for line in text(file).splitlines())


def own_mocks() -> Iterator[str]:
    """Where a test puts something else in the place of a name it imports from `bot`."""
    for file in files(TESTS):
        tree = ast.parse(text(file))
        ours = {
            alias.asname or alias.name.split(".")[0]
            for node in ast.walk(tree)
            if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bot")
            or (isinstance(node, ast.Import) and node.names[0].name.split(".")[0] == "bot")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _patches(node, ours):
                yield f"{name(file)}:{node.lineno}"


def _patches(call: ast.Call, ours: set[str]) -> bool:
    done = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if done not in PATCHES or not call.args:
        return False
    what = ast.unparse(call.args[0]).strip("'\"")
    return what.split(".")[0] in {*ours, "bot"}


def import_cycles() -> list[str]:
    """Every group of modules that import each other, in whatever way round."""
    graph = grimp.build_graph("bot", cache_dir=None)
    groups = set()
    for module in graph.modules:
        around = graph.find_upstream_modules(module) & graph.find_downstream_modules(module)
        if around:
            groups.add(frozenset(around | {module}))
    return sorted(" ↔ ".join(sorted(group)) for group in groups)


if __name__ == "__main__":
    main()
