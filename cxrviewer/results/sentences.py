"""The sentences of refusal, uncertainty and warning: the command line and the exports say them in English as they
stand, the window translates the same templates.

``QT_TRANSLATE_NOOP`` marks a template for Qt's lupdate, which finds it here by its name; there is no Qt in this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONTEXT: Final = "Words"


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - the name that lupdate looks for
    """Return the text as it is: it is translated where it is shown, under the context ``CONTEXT``."""
    del context
    return text


REFUSED: Final = QT_TRANSLATE_NOOP("Words", "refused: {reason}")
FAILED: Final = QT_TRANSLATE_NOOP("Words", "error: {reason}")

UNCERTAIN: Final = QT_TRANSLATE_NOOP("Words", "uncertain: {findings}")
OR: Final = QT_TRANSLATE_NOOP("Words", " or ")
BELOW_THRESHOLD: Final = QT_TRANSLATE_NOOP("Words", "uncertain: {finding} below its threshold")
NOTHING_FITS: Final = QT_TRANSLATE_NOOP("Words", "uncertain: {findings}, neither fits at {level}")

# What a refusal or an error is called where there is room for a few words; its message says the rest.
SHORT_REASONS: Final = {
    "not-an-image": QT_TRANSLATE_NOOP("Words", "not an image"),
    "multi-frame": QT_TRANSLATE_NOOP("Words", "several images in one file"),
    "no-pixel-data": QT_TRANSLATE_NOOP("Words", "no image in the file"),
    "transfer-syntax": QT_TRANSLATE_NOOP("Words", "compression that cannot be read"),
    "modality": QT_TRANSLATE_NOOP("Words", "not a projection radiograph"),
    "view": QT_TRANSLATE_NOOP("Words", "not a frontal view"),
    "body-part": QT_TRANSLATE_NOOP("Words", "not the chest"),
    "photometric": QT_TRANSLATE_NOOP("Words", "not the pixels of a radiograph"),
    "too-small": QT_TRANSLATE_NOOP("Words", "too small"),
    "too-large": QT_TRANSLATE_NOOP("Words", "too large"),
    "refused": QT_TRANSLATE_NOOP("Words", "not something that is read"),
    "unreadable": QT_TRANSLATE_NOOP("Words", "cannot be read"),
    "missing": QT_TRANSLATE_NOOP("Words", "the file is missing"),
    "corrupt": QT_TRANSLATE_NOOP("Words", "the file is damaged"),
    "changed": QT_TRANSLATE_NOOP("Words", "the file changed while it was read"),
    "worker": QT_TRANSLATE_NOOP("Words", "the worker process was lost"),
    "worker-crashed": QT_TRANSLATE_NOOP("Words", "the worker process died"),
    "timeout": QT_TRANSLATE_NOOP("Words", "it took too long"),
    "memory": QT_TRANSLATE_NOOP("Words", "it needed too much memory"),
    "bundle": QT_TRANSLATE_NOOP("Words", "the bundle is damaged"),
    "engine": QT_TRANSLATE_NOOP("Words", "the engine failed"),
    "store": QT_TRANSLATE_NOOP("Words", "the results store failed"),
    "internal": QT_TRANSLATE_NOOP("Words", "a fault of this program"),
}

THRESHOLDS_OF_ANOTHER_BUNDLE: Final = QT_TRANSLATE_NOOP(
    "Words",
    "Your thresholds for {name} were chosen for another version of it ({version}) and are not used; choose them again.",
)
THRESHOLDS_UNREADABLE: Final = QT_TRANSLATE_NOOP(
    "Words", "Your thresholds in {path} cannot be read and are not used; choose them again."
)


@dataclass(frozen=True)
class Warned:
    """A warning with a short, stable name, its template, and what fills the template; ``str`` says it in English."""

    code: str
    template: str
    fields: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.template.format(**dict(self.fields))
