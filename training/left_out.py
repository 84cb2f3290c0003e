"""What a leave-one-source-out training leaves out: which films go, and what the recipe is without them."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.cells import without_cells
from training.data import Sample, check_cells, check_findings
from training.errors import DataError
from training.recipe import LeftOut, Recipe

log = logging.getLogger("training")

_TRAINED_ON = ("train", "val")


@dataclass(frozen=True)
class Absence:
    """One training of a leave-one-source-out table: what is left out, the recipe without it, and the films on both
    sides; ``kept`` has no film of a patient of ``left``.
    """

    left_out: LeftOut
    recipe: Recipe
    kept: tuple[Sample, ...]
    left: tuple[Sample, ...]

    @property
    def folder(self) -> str:
        """The name of the run's folder, without a separator in it."""
        words = "-".join(word for word in (self.left_out.source, self.left_out.label) if word)
        return "without-" + re.sub(r"[^A-Za-z0-9._-]+", "-", words)


def describe(left_out: LeftOut) -> str:
    """Return what is left out, in words: a source, or a label of a source."""
    return f"{left_out.label} of {left_out.source}" if left_out.label else left_out.source


def parse_left_out(texts: Sequence[str], samples: Sequence[Sample]) -> tuple[LeftOut, ...]:
    """Return what SOURCE or LABEL:SOURCE names; DataError where the films have no such source or label there."""
    sources = {sample.source for sample in samples if sample.source}
    parsed = []
    for text in texts:
        label, colon, source = text.partition(":")
        # A source may have a colon in its own name.
        parsed.append(LeftOut(source, label) if colon and text not in sources else LeftOut(text))
    return tuple(parsed)


def default_left_out(recipe: Recipe, samples: Sequence[Sample]) -> tuple[LeftOut, ...]:
    """Return what the recipe leaves out in turn, or, where it names nothing, every source.

    Of a source that alone has films of some label, only the other labels are left out, one after the other. Raises
    DataError where nothing can be left out.
    """
    if recipe.left_out:
        return recipe.left_out
    chosen: list[LeftOut] = []
    for source in sorted({sample.source for sample in samples if sample.source}):
        labels = sorted({sample.label for sample in samples if sample.source == source})
        elsewhere = {(s.split, s.label) for s in samples if s.source != source}
        shared = [label for label in labels if all((split, label) in elsewhere for split in _TRAINED_ON)]
        if shared == labels:
            chosen.append(LeftOut(source))
            continue
        chosen += [LeftOut(source, label) for label in shared]
        if not shared:
            log.info("%s is not left out: no other source has films of %s", source, " or ".join(labels))
    if not chosen:
        raise DataError(
            "expected films of some label from at least two sources (the manifest's column source), to leave one out; "
            "there are none"
        )
    return tuple(chosen)


def plan(recipe: Recipe, samples: Sequence[Sample], left_out: Sequence[LeftOut]) -> tuple[Absence, ...]:
    """Return the trainings of a leave-one-source-out table, each checked as ``train`` checks it.

    A patient who has a film among those left out leaves the training altogether. Films of a removed cell are drawn
    from the label's other cells instead. Raises DataError where nothing matches what is left out, or what remains
    cannot be trained on.
    """
    absences = tuple(_without(recipe, samples, one) for one in left_out)
    folders = [absence.folder for absence in absences]
    if twice := sorted({folder for folder in folders if folders.count(folder) > 1}):
        raise DataError(f"expected every run to leave out something of its own; there are several of {twice}")
    return absences


def _without(recipe: Recipe, samples: Sequence[Sample], left_out: LeftOut) -> Absence:
    left = tuple(sample for sample in samples if _matches(sample, left_out))
    if not left:
        known = sorted({f"{sample.label}:{sample.source}" for sample in samples if sample.source})
        raise DataError(
            f"expected films of {describe(left_out)} to leave out, there are none; "
            + (f"there are {', '.join(known)}" if known else "these films name no source (the manifest's column)")
        )
    patients = {sample.patient for sample in left if sample.patient}
    gone = set(left)
    kept = tuple(sample for sample in samples if sample not in gone and sample.patient not in patients)
    without = replace(recipe, cells=without_cells(recipe.cells, {(sample.label, sample.source) for sample in left}))
    try:
        check_findings(kept, without.findings)
        if without.cells:
            check_cells(kept, without.cells)
    except DataError as error:
        raise DataError(f"without {describe(left_out)}: {error}") from error
    return Absence(left_out, without, kept, left)


def _matches(sample: Sample, left_out: LeftOut) -> bool:
    return sample.source == left_out.source and left_out.label in ("", sample.label)
