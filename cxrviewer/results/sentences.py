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

# What the conformal set says, see ``uncertainty.set_words``.
SET_OF_ONE: Final = QT_TRANSLATE_NOOP("Words", "At {level}, the finding is {findings}.")
SET_OF_SEVERAL: Final = QT_TRANSLATE_NOOP("Words", "At {level}, the finding is one of {findings}.")
EMPTY_SET: Final = QT_TRANSLATE_NOOP("Words", "At {level}, the film is typical of no finding.")
CHOSEN_THRESHOLDS: Final = QT_TRANSLATE_NOOP("Words", "Your thresholds apply: {thresholds}.")

# What a refusal or an error is called where there is room for a few words; its message says the rest.
SHORT_REASONS: Final = {
    "not-an-image": QT_TRANSLATE_NOOP("Words", "not an image"),
    "multi-frame": QT_TRANSLATE_NOOP("Words", "several images in one file"),
    "no-pixel-data": QT_TRANSLATE_NOOP("Words", "no image in the file"),
    "stored-result": QT_TRANSLATE_NOOP("Words", "a stored result, which is shown with its film"),
    "result-object": QT_TRANSLATE_NOOP("Words", "the picture of a stored result"),
    "transfer-syntax": QT_TRANSLATE_NOOP("Words", "compression that cannot be read"),
    "modality": QT_TRANSLATE_NOOP("Words", "not a projection radiograph"),
    "view": QT_TRANSLATE_NOOP("Words", "not a frontal view"),
    "body-part": QT_TRANSLATE_NOOP("Words", "not the chest"),
    "photometric": QT_TRANSLATE_NOOP("Words", "not the pixels of a radiograph"),
    "out-of-scope": QT_TRANSLATE_NOOP("Words", "not a film of the kind that the model knows"),
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

# Why a film is borderline or out of scope, by the reasons of ``domain.Scope``.
SCOPE_REASONS: Final = {
    "features": QT_TRANSLATE_NOOP("Words", "it does not look like the chest radiographs that the model knows"),
    "flat": QT_TRANSLATE_NOOP("Words", "it has next to no contrast"),
    "aspect": QT_TRANSLATE_NOOP("Words", "its sides are too unequal for a chest radiograph"),
    "colour": QT_TRANSLATE_NOOP("Words", "it is a colour picture"),
    "view-unknown": QT_TRANSLATE_NOOP("Words", "its header does not say that it is a frontal view"),
}
OUT_OF_SCOPE: Final = QT_TRANSLATE_NOOP("Words", "out of scope: {reason}; probabilities and heatmaps are withheld.")
SHOWN_ANYWAY: Final = QT_TRANSLATE_NOOP("Words", "OUT OF SCOPE, shown because you asked for it: {reason}.")
BORDERLINE: Final = QT_TRANSLATE_NOOP("Words", "Borderline: {reason}; do not rely on the probabilities.")
APPEARANCES: Final = {
    "inverted": QT_TRANSLATE_NOOP("Words", "The film looks inverted: MONOCHROME1 read as MONOCHROME2?"),
    "upside down": QT_TRANSLATE_NOOP("Words", "The film looks upside down."),
    "rotated left": QT_TRANSLATE_NOOP("Words", "The film looks turned to its left by 90 degrees."),
    "rotated right": QT_TRANSLATE_NOOP("Words", "The film looks turned to its right by 90 degrees."),
    "mirrored": QT_TRANSLATE_NOOP("Words", "The film looks mirrored (or the heart lies on the right)."),
}
EVIDENCE_OUTSIDE: Final = QT_TRANSLATE_NOOP(
    "Words", "Only {share} of the heatmap for {finding} lies inside the lungs: the evidence may not be in the lungs."
)
# What is known of the lungs, see ``lung_words``.
HEATMAP_IN_LUNGS: Final = QT_TRANSLATE_NOOP("Words", "Heatmap for {finding} inside the lungs: {share}")
LUNGS_OF_FILM: Final = QT_TRANSLATE_NOOP("Words", "lungs {part} of the film")
PROJECTED_AREA: Final = QT_TRANSLATE_NOOP("Words", "projected area {area}")
UNSTABLE: Final = QT_TRANSLATE_NOOP(
    "Words", "The result changes with small shifts or a flip of the film ({same} of {passes} agree)."
)

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


# How far Grad-CAM and occlusion sensitivity agree, by the least rank correlation that each sentence is for.
_AGREEMENTS: Final = (
    (
        0.6,
        "explanations-agree",
        QT_TRANSLATE_NOOP("Words", "Both explanations point to the same places (rank correlation {value})."),
    ),
    (
        0.3,
        "explanations-agree-partly",
        QT_TRANSLATE_NOOP("Words", "Both explanations agree in part (rank correlation {value})."),
    ),
    (
        -1.0,
        "explanations-differ",
        QT_TRANSLATE_NOOP(
            "Words", "The explanations point to different places (rank correlation {value}): rely on neither."
        ),
    ),
)
_NO_AGREEMENT: Final = QT_TRANSLATE_NOOP(
    "Words", "The explanations cannot be compared: one of them is the same everywhere."
)


def explanations_agree(correlation: float | None) -> Warned:
    """Return in words how far two explanations of a film agree; correlation in [-1, 1], None where there is none."""
    if correlation is None:
        return Warned("explanations-not-compared", _NO_AGREEMENT)
    code, template = next((code, template) for least, code, template in _AGREEMENTS if correlation >= least)
    return Warned(code, template, (("value", f"{correlation:.2f}"),))
