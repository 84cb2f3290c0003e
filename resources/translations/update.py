"""Bring the German texts up to date with the sources, and compile them: `python resources/translations/update.py`.

Reads every text under cxrviewer/gui, and the sentences that the exports say too, with Qt's lupdate, keeps the
translations that still fit, drops those that no source has, writes cxrviewer_de.ts, and compiles it to cxrviewer_de.qm
with lrelease; both come with PySide6-Essentials.
Texts without a translation are listed, and the exit status is 1: write them into the .ts file (an XML file; Qt Linguist
edits it too) and run this again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import PySide6

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "cxrviewer" / "gui"
SHARED_SENTENCES = HERE.parents[1] / "cxrviewer" / "results" / "sentences.py"
TRANSLATION = HERE / "cxrviewer_de.ts"


def main() -> int:
    """Update, compile, and return 1 where a text has no translation."""
    extract(TRANSLATION)
    missing = untranslated(TRANSLATION)
    for context, text in missing:
        sys.stderr.write(f"no translation: {context}: {text}\n")
    compile_texts(TRANSLATION, TRANSLATION.with_suffix(".qm"))
    return 1 if missing else 0


def extract(translation: Path) -> None:
    """Merge the texts of the sources into a .ts file; without line numbers, so that only texts change it."""
    sources = sorted(str(path) for path in (*SOURCES.rglob("*.py"), SHARED_SENTENCES))
    options = ["-silent", "-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", "de"]
    _run("lupdate", [*options, *sources, "-ts", str(translation)])


def compile_texts(translation: Path, compiled: Path) -> None:
    """Compile a .ts file to what the program loads."""
    _run("lrelease", ["-silent", str(translation), "-qm", str(compiled)])


def untranslated(translation: Path) -> list[tuple[str, str]]:
    """Return context and text of everything in a .ts file that has no finished translation."""
    missing = []
    for context in ElementTree.parse(translation).getroot().iter("context"):
        for message in context.iter("message"):
            said = message.find("translation")
            if said is None or said.get("type") is not None or not "".join(said.itertext()).strip():
                missing.append((context.findtext("name", ""), message.findtext("source", "")))
    return missing


def _run(tool: str, arguments: list[str]) -> None:
    folder = Path(PySide6.__file__).parent
    program = next(path for path in (folder / tool, folder / f"{tool}.exe") if path.is_file())
    subprocess.run([str(program), *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
