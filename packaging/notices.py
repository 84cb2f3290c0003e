"""THIRD_PARTY_NOTICES: what is in the program, under which licence, where its source is, and how to exchange it."""

from __future__ import annotations

from collections.abc import Sequence

from parts import Part

_RULE = "=" * 100


def notices_text(parts: Sequence[Part]) -> str:
    """Return the whole file: a table of the parts, how to exchange the LGPL ones, and every text once."""
    numbers: dict[str, int] = {}
    for part in parts:
        for text in part.texts:
            numbers.setdefault(text.strip(), len(numbers) + 1)
    sections = [
        "The program cxrviewer is under the Apache License 2.0. These are the parts that it is made of. What offers a\n"
        "choice of licences is used under the one named here. The numbers are those of the texts below.",
        *_table(parts, numbers),
        *_replacements(parts),
        *(f"{_RULE}\nText {number}\n{_RULE}\n\n{text}" for text, number in numbers.items()),
    ]
    return "\n\n".join(sections) + "\n"


def _table(parts: Sequence[Part], numbers: dict[str, int]) -> list[str]:
    lines = []
    for part in parts:
        texts = ", ".join(str(numbers[text.strip()]) for text in part.texts)
        facts = [f"licence: {part.used}"]
        if part.used != part.licence:
            facts.append(f"offered: {part.licence}")
        facts += [f"source: {part.source}"] if part.source else []
        facts += [f"files: {', '.join(part.files)}"] if part.files else []
        facts.append(f"texts: {texts}")
        lines.append("\n".join([f"{part.name} {part.version}".strip(), *(f"    {fact}" for fact in facts)]))
    return lines


def _replacements(parts: Sequence[Part]) -> list[str]:
    shown = [part for part in parts if "LGPL" in part.used]
    if not shown:
        return []
    introduction = (
        f"{_RULE}\nPARTS UNDER THE GNU LESSER GENERAL PUBLIC LICENSE\n{_RULE}\n\n"
        "You may exchange each of these for another version, changed by you or by others, and may take the program\n"
        "apart to find faults in that. Nothing in the program checks them or keeps you from it. Their source is where\n"
        "the table says; ask the publisher of the program where it is no longer there."
    )
    return [introduction, *(f"{part.name}: {part.replace}" for part in shown)]
