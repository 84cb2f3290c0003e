"""What is run on Windows, on macOS and on a build server only: as far as it can be checked without them."""

import os
import plistlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGING = CHECKOUT / "packaging"
INSTALLER = PACKAGING / "windows" / "cxrviewer.iss"
WORKFLOW = CHECKOUT / ".github" / "workflows" / "release.yml"
SCRIPTS = sorted((PACKAGING / "macos").glob("*.sh"))


def installer_lines(section: str) -> list[str]:
    """Return the lines of a section of the Windows installer that say something."""
    text = INSTALLER.read_text(encoding="utf-8-sig")
    body = re.search(rf"^\[{section}\]\n(.*?)(?=^\[\w+\]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert body, f"expected a section [{section}] in {INSTALLER.name}"
    return [line for line in body[1].splitlines() if line and not line.startswith(";")]


def entry(line: str) -> dict[str, str]:
    """Return the parameters of one line, as Inno Setup reads them: ``Name: value; Name: "value"``."""
    found = re.findall(r'(\w+): ((?:"(?:[^"]|"")*")|[^;]*)(?:; |$)', line)
    assert "; ".join(f"{name}: {value}" for name, value in found) == line
    return {name: value.strip('"') for name, value in found}


def test_the_installer_needs_no_administrator() -> None:
    setup = dict(line.split("=", 1) for line in installer_lines("Setup"))
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["DefaultDirName"].startswith("{autopf}")
    assert all("HKLM" not in line and "HKCU" not in line for line in installer_lines("Registry"))
    assert not any("runas" in line or "vc_redist" in line for line in installer_lines("Run"))


def test_the_installer_reads_as_utf_8() -> None:
    assert INSTALLER.read_bytes().startswith(b"\xef\xbb\xbf"), "without a byte order mark, umlauts are read as ANSI"


def test_every_file_that_the_installer_names_is_there() -> None:
    setup = dict(line.split("=", 1) for line in installer_lines("Setup"))
    assert (INSTALLER.parent / setup["LicenseFile"].replace("\\", "/")).resolve() == CHECKOUT / "LICENSE"
    defaults = dict(re.findall(r'#define (Build|Output) "([^"]+)"', INSTALLER.read_text(encoding="utf-8-sig")))
    assert (INSTALLER.parent / defaults["Build"].replace("\\", "/")).resolve() == CHECKOUT / "dist" / "cxrviewer"
    assert (INSTALLER.parent / defaults["Output"].replace("\\", "/")).resolve() == CHECKOUT / "dist"


def test_texts_and_tasks_are_defined_where_they_are_used() -> None:
    messages = [line.split("=", 1)[0] for line in installer_lines("CustomMessages")]
    languages = [entry(line)["Name"] for line in installer_lines("Languages")]
    names = {message.split(".", 1)[1] for message in messages}
    assert sorted(messages) == sorted(f"{language}.{name}" for language in languages for name in names)
    text = INSTALLER.read_text(encoding="utf-8-sig")
    standard = {"CreateDesktopIcon", "LaunchProgram"}  # of Inno Setup's own
    assert set(re.findall(r"\{cm:(\w+)", text)) - standard == names
    tasks = {entry(line)["Name"] for line in installer_lines("Tasks")}
    assert set(re.findall(r"Tasks: (\w+)$", text, re.MULTILINE)) <= tasks


def test_what_is_put_into_the_registry_is_taken_out_again() -> None:
    entries = [entry(line) for line in installer_lines("Registry")]
    removed = [item["Subkey"] for item in entries if "uninsdeletekey" in item.get("Flags", "")]
    code = "\n".join(installer_lines("Code"))
    for item in entries:
        own_key = any(item["Subkey"] == key or item["Subkey"].startswith(f"{key}\\") for key in removed)
        by_code = f"RegDeleteValue(HKA, '{item['Subkey']}', '')" in code
        assert own_key or "uninsdeletevalue" in item.get("Flags", "") or by_code, item


def test_pictures_dicom_files_and_folders_are_offered() -> None:
    entries = [entry(line) for line in installer_lines("Registry")]
    keys = [item["Subkey"] for item in entries]
    offered = {key.split("\\")[2] for key in keys if key.endswith(r"\OpenWithProgids")}
    assert offered == {".dcm", ".dicom", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"}
    supported = r"Software\Classes\Applications\cxrviewer.exe\SupportedTypes"
    assert {item["ValueName"] for item in entries if item["Subkey"] == supported} == offered
    assert r"Software\Classes\Directory\shell\cxrviewer\command" in keys


def test_the_entitlements_are_those_that_are_explained() -> None:
    with (PACKAGING / "macos" / "entitlements.plist").open("rb") as stream:
        assert plistlib.load(stream) == {
            "com.apple.security.cs.allow-unsigned-executable-memory": True,
            "com.apple.security.cs.disable-library-validation": True,
        }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_scripts_for_macos_parse_and_ask_for_what_they_need(script: Path) -> None:
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert os.access(script, os.X_OK)
    without = subprocess.run(["bash", script], capture_output=True, text=True)
    assert without.returncode != 0
    assert "expected the path" in without.stderr
    if script.name != "notarise.sh":
        nowhere = subprocess.run(["bash", script, "/nowhere/x.app", "/nowhere/x.dmg"], capture_output=True, text=True)
        assert nowhere.returncode == 2
        assert "expected an application at /nowhere/x.app" in nowhere.stderr


def test_there_are_the_three_scripts_for_macos() -> None:
    assert [script.name for script in SCRIPTS] == ["make_dmg.sh", "notarise.sh", "sign.sh"]


def test_the_workflow_takes_actions_by_commit_only() -> None:
    uses = re.findall(r"uses: (\S+)(.*)", WORKFLOW.read_text(encoding="utf-8"))
    assert len(uses) == 4
    for action, comment in uses:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{action}: which version is it?"


def test_the_workflow_runs_files_that_are_there() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    named = set(re.findall(r"packaging[/\\][\w/\\]+\.(?:py|sh|iss)", text))
    assert {Path(name.replace("\\", "/")).name for name in named} == {
        "build.py", "smoke_test.py", "sign.sh", "make_dmg.sh", "notarise.sh", "cxrviewer.iss",
    }  # fmt: skip
    for name in named:
        assert (CHECKOUT / name.replace("\\", "/")).is_file(), name


def test_the_workflow_builds_on_three_systems_and_only_the_last_job_may_write() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    assert re.findall(r"- system: (\w+)", text) == ["linux", "windows", "macos"]
    build, attach = text.split("\n  attach:\n")
    assert "contents: write" not in build
    assert "contents: write" in attach
    assert "needs: build" in attach
    options = set(re.findall(r"smoke_test\.py .*?(--[\w-]+)", text)) | set(re.findall(r"(--install)\b", text))
    shown = (PACKAGING / "smoke_test.py").read_text(encoding="utf-8")
    assert all(f'"{option}"' in shown for option in options)
