"""What the documents promise is what CI runs and what the program has."""

import re
import tomllib
from pathlib import Path

import pytest

from cxrviewer.cli.commands import app
from tests.conftest import CHECKOUT


def text(name: str) -> str:
    return Path(CHECKOUT, name).read_text(encoding="utf-8")


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    readme, ci = text("README.md"), text(".ci/run")
    for command, in_ci in (
        ("pip install . && cxrviewer resources/samples", "pip install --quiet . && cxrviewer resources/samples"),
        ("pip install '.[test]' && pytest", "pip install --quiet '.[test]' && pytest"),
    ):
        assert f"\n{command}\n" in readme
        assert in_ci in ci


def test_every_option_in_the_readme_exists(capsys) -> None:
    from typer.main import get_command

    from training.__main__ import main

    known = {"--no-deps"}
    group = get_command(app)
    for command in (group, *group.commands.values()):  # type: ignore[attr-defined]
        for parameter in command.params:
            known.update(parameter.opts, parameter.secondary_opts)
    for command in re.findall(r"`python -m training ([a-z-]+)", text("README.md")):
        if not command.startswith("-"):
            with pytest.raises(SystemExit, match="0"):
                main([command, "--help"])
            known.update(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text("README.md"))) - {"--benchmark-only", "--help"}
    assert used <= known, used - known


def test_every_command_in_the_readme_exists() -> None:
    from typer.main import get_command

    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    used = set(re.findall(r"^cxrviewer ([a-z]+)\b(?!/)", text("README.md"), re.MULTILINE))
    assert used <= commands


def test_the_top_level_holds_only_what_was_agreed() -> None:
    agreed = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
    agreed |= {"cxrviewer", "resources", "models", "training", "tests", "packaging"}
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    top = {line.split("/")[0] for line in listed.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= agreed


def test_security_fixes_are_lower_bounds() -> None:
    dependencies = tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]
    for bound in ("keras>=3.15.1", "pydicom>=3.0.2", "pillow>=12.3"):
        assert bound in dependencies
    assert not any(name.startswith("pylibjpeg-libjpeg") for name in dependencies), "it is GPL"
