"""What keeps the code easy to find one's way in, where no linter looks."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "jupyter_artifacts"
FRONT_END = ROOT / "labextension" / "src"
GENERATED = {FRONT_END / "records.ts"}
LONGEST = 300

MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted({*FRONT_END.rglob("*.ts"), *FRONT_END.rglob("*.tsx")} - GENERATED)
DRAWERS = {"common", "helper", "helpers", "misc", "shared", "util", "utils"}

TOP_LEVEL = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "MANIFEST.in",
    "Makefile",
    "README.md",
    "benchmarks",
    "build_backend",
    "docs",
    "install.json",
    "jupyter_artifacts",
    "labextension",
    "notebooks",
    "pyproject.toml",
    "tests",
}

# In pieces, so that this file passes its own test.
ADDRESSES = {
    "registry." + "npmjs.org",
    "registry." + "yarnpkg.com",
    "files." + "pythonhosted.org",
    "pypi.org/" + "simple",
    "file:///" + "opt/",
}


def tracked() -> list[Path]:
    """Every file under version control that is still there."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    names = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  git is where it is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [path for path in map(ROOT.joinpath, filter(None, names)) if path.is_file()]


def test_no_module_is_long():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in [*MODULES, *SCRIPTS]
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_no_module_is_a_junk_drawer():
    named = {
        part.lower()
        for path in [*MODULES, *SCRIPTS]
        for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert named & DRAWERS == set()


def exports(path: Path) -> list[str]:
    """The names that a module lists in `__all__`."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
                return list(ast.literal_eval(node.value))
    return []


def constants_classes_rest(name: str) -> tuple[int, str]:
    """The order that ruff keeps, too."""
    if name.isupper():
        return 0, name
    return (1 if name[:1].isupper() else 2), name


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.name == "__init__.py"],
    ids=lambda path: str(path.parent.relative_to(ROOT)),
)
def test_exports_are_sorted_and_named_once(path: Path):
    names = exports(path)
    assert names == sorted(set(names), key=constants_classes_rest)


def test_a_training_job_loads_nothing_of_jupyter():
    heavy = "tornado traitlets jupyter_server sqlalchemy pandas numpy"
    program = (
        "import jupyter_artifacts, json, sys; "
        f"print(json.dumps(sorted(set({heavy.split()!r}) & set(sys.modules))))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert json.loads(loaded) == []


def test_top_level_stays_short():
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} - TOP_LEVEL == set()


def test_nothing_names_a_registry_or_this_machine():
    here = {str(ROOT)} if len(ROOT.parts) > 2 else set()
    named = [
        (str(path.relative_to(ROOT)), address)
        for path in tracked()
        for address in ADDRESSES | here
        if address.encode() in path.read_bytes()
    ]
    assert named == []
