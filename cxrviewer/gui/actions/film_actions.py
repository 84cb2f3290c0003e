"""Actions on the films of the study list and on the user's own labels."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from cxrviewer.gui.actions.spec import ActionSpec

_FILMS: Final = QT_TRANSLATE_NOOP("Menus", "Fil&ms")
_LABEL: Final = QT_TRANSLATE_NOOP("Menus", "&Label")

FILM_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec(
        "film.previous",
        QT_TRANSLATE_NOOP("Actions", "Previous Film"),
        (_FILMS,),
        ("P",),
        QT_TRANSLATE_NOOP("Actions", "Show the film above in the study list."),
        icon="chevron-up",
        section="walk",
        toolbar=True,
    ),
    ActionSpec(
        "film.next",
        QT_TRANSLATE_NOOP("Actions", "Next Film"),
        (_FILMS,),
        ("N",),
        QT_TRANSLATE_NOOP("Actions", "Show the film below in the study list."),
        icon="chevron-down",
        section="walk",
        toolbar=True,
    ),
    ActionSpec(
        "analysis.pause",
        QT_TRANSLATE_NOOP("Actions", "Pause the Analysis"),
        (_FILMS,),
        ("Ctrl+K, P",),
        QT_TRANSLATE_NOOP("Actions", "Stop handing films to the network, or go on."),
        icon="pause",
        section="analysis",
        checkable=True,
        toolbar=True,
    ),
    ActionSpec(
        "analysis.cancel",
        QT_TRANSLATE_NOOP("Actions", "Cancel the Analysis"),
        (_FILMS,),
        ("Ctrl+K, X",),
        QT_TRANSLATE_NOOP("Actions", "Leave the waiting films as they are; they can be continued."),
        icon="circle-stop",
        section="analysis",
    ),
    ActionSpec(
        "analysis.resume",
        QT_TRANSLATE_NOOP("Actions", "Analyse Unfinished Films"),
        (_FILMS,),
        ("Ctrl+F5",),
        QT_TRANSLATE_NOOP("Actions", "Go on with the films that have no result yet."),
        icon="play",
        section="analysis",
    ),
    ActionSpec(
        "film.reanalyse",
        QT_TRANSLATE_NOOP("Actions", "Analyse Again"),
        (_FILMS,),
        ("F5",),
        QT_TRANSLATE_NOOP("Actions", "Run the network again on the selected films."),
        icon="refresh-cw",
        section="analysis",
    ),
    ActionSpec(
        "film.remove",
        QT_TRANSLATE_NOOP("Actions", "Remove from the List"),
        (_FILMS,),
        ("Del",),
        QT_TRANSLATE_NOOP("Actions", "Take the selected films off the list; the files stay, and it can be undone."),
        icon="list-x",
        section="rows",
    ),
    ActionSpec(
        "film.reveal",
        QT_TRANSLATE_NOOP("Actions", "Show in the File Manager"),
        (_FILMS,),
        ("Ctrl+L",),
        QT_TRANSLATE_NOOP("Actions", "Open the folder that the film lies in."),
        icon="folder-search",
        section="rows",
    ),
    ActionSpec(
        "label.agree",
        QT_TRANSLATE_NOOP("Actions", "Agree"),
        (_LABEL,),
        ("A",),
        QT_TRANSLATE_NOOP("Actions", "Note that you agree with the predicted finding."),
        icon="thumbs-up",
        section="label",
    ),
    ActionSpec(
        "label.disagree",
        QT_TRANSLATE_NOOP("Actions", "Disagree…"),
        (_LABEL,),
        ("D",),
        QT_TRANSLATE_NOOP("Actions", "Choose the finding that you see instead."),
        icon="thumbs-down",
        section="label",
    ),
    ActionSpec(
        "label.note",
        QT_TRANSLATE_NOOP("Actions", "Note…"),
        (_LABEL,),
        ("T",),
        QT_TRANSLATE_NOOP("Actions", "Write a note on this film."),
        icon="notebook-pen",
        section="label",
    ),
    ActionSpec(
        "label.clear",
        QT_TRANSLATE_NOOP("Actions", "Remove the Label"),
        (_LABEL,),
        ("Shift+A",),
        QT_TRANSLATE_NOOP("Actions", "Remove your label and note from the selected films; it can be undone."),
        icon="eraser",
        section="label",
    ),
    ActionSpec(
        "label.summary",
        QT_TRANSLATE_NOOP("Actions", "Labels and Predictions"),
        (_LABEL,),
        ("Ctrl+K, L",),
        QT_TRANSLATE_NOOP(
            "Actions", "Compare your labels with the predictions: confusion matrix, sensitivity, specificity."
        ),
        icon="table-2",
        section="summary",
    ),
)
