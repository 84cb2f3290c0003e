"""Actions on how the open radiograph and its heatmap are shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from cxrviewer.gui.actions.spec import ActionSpec

_RADIOGRAPH: Final = QT_TRANSLATE_NOOP("Menus", "&Radiograph")
_WINDOW: Final = QT_TRANSLATE_NOOP("Menus", "&Window")
_COMPARE: Final = QT_TRANSLATE_NOOP("Menus", "&Compare")
_HEATMAP: Final = QT_TRANSLATE_NOOP("Menus", "&Heatmap")

WINDOW_MENU: Final = (_RADIOGRAPH, _WINDOW)
"""The menu that the windows which a file itself names are listed in, below the presets."""


def _preset(name: str, text: str, key: str, tip: str) -> ActionSpec:
    return ActionSpec(f"window.{name}", text, WINDOW_MENU, (key,), tip, icon="contrast", section="window")


def _layout(films: int, text: str, key: str, tip: str, icon: str) -> ActionSpec:
    return ActionSpec(
        f"compare.{films}",
        text,
        (_RADIOGRAPH, _COMPARE),
        (key,),
        tip,
        icon=icon,
        section="compare",
        checkable=True,
        group="compare",
    )


RADIOGRAPH_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    _preset(
        "default",
        QT_TRANSLATE_NOOP("Actions", "As the File Asks"),
        "1",
        QT_TRANSLATE_NOOP("Actions", "Show the radiograph through the window that the file names first."),
    ),
    _preset(
        "auto",
        QT_TRANSLATE_NOOP("Actions", "Automatic"),
        "2",
        QT_TRANSLATE_NOOP("Actions", "Fit the window to the values in this film, outliers left out."),
    ),
    _preset(
        "lung",
        QT_TRANSLATE_NOOP("Actions", "Lung"),
        "3",
        QT_TRANSLATE_NOOP("Actions", "Spread the darker values, where the lungs are."),
    ),
    _preset(
        "bone",
        QT_TRANSLATE_NOOP("Actions", "Bone"),
        "4",
        QT_TRANSLATE_NOOP("Actions", "Spread the brighter values, where bones and mediastinum are."),
    ),
    _preset(
        "full",
        QT_TRANSLATE_NOOP("Actions", "Full Range"),
        "5",
        QT_TRANSLATE_NOOP("Actions", "Show every value in the film, from the least to the greatest."),
    ),
    _preset(
        "next_of_file",
        QT_TRANSLATE_NOOP("Actions", "Next Window of the File"),
        "6",
        QT_TRANSLATE_NOOP("Actions", "Go through the windows that the file names."),
    ),
    ActionSpec(
        "view.invert",
        QT_TRANSLATE_NOOP("Actions", "Invert"),
        (_RADIOGRAPH,),
        ("I",),
        QT_TRANSLATE_NOOP("Actions", "Exchange black and white."),
        icon="sun-moon",
        section="look",
        checkable=True,
        toolbar=True,
    ),
    ActionSpec(
        "view.zoom_in",
        QT_TRANSLATE_NOOP("Actions", "Zoom In"),
        (_RADIOGRAPH,),
        ("Ctrl++", "Ctrl+="),
        QT_TRANSLATE_NOOP("Actions", "Show the radiograph larger."),
        icon="zoom-in",
        section="zoom",
        toolbar=True,
    ),
    ActionSpec(
        "view.zoom_out",
        QT_TRANSLATE_NOOP("Actions", "Zoom Out"),
        (_RADIOGRAPH,),
        ("Ctrl+-",),
        QT_TRANSLATE_NOOP("Actions", "Show the radiograph smaller."),
        icon="zoom-out",
        section="zoom",
        toolbar=True,
    ),
    ActionSpec(
        "view.fit",
        QT_TRANSLATE_NOOP("Actions", "Fit the Whole Radiograph"),
        (_RADIOGRAPH,),
        ("Ctrl+0", "F"),
        QT_TRANSLATE_NOOP("Actions", "Show the whole radiograph in the view."),
        icon="scan",
        section="zoom",
        toolbar=True,
    ),
    ActionSpec(
        "view.one_to_one",
        QT_TRANSLATE_NOOP("Actions", "One Pixel to One Pixel"),
        (_RADIOGRAPH,),
        ("Ctrl+1",),
        QT_TRANSLATE_NOOP("Actions", "Show each stored pixel as one pixel of the screen."),
        icon="square-square",
        section="zoom",
        toolbar=True,
    ),
    ActionSpec(
        "view.magnifier",
        QT_TRANSLATE_NOOP("Actions", "Magnifier"),
        (_RADIOGRAPH,),
        ("M",),
        QT_TRANSLATE_NOOP("Actions", "Show the part under the pointer larger."),
        icon="search",
        section="tools",
        checkable=True,
        toolbar=True,
    ),
    ActionSpec(
        "view.distance",
        QT_TRANSLATE_NOOP("Actions", "Measure a Distance"),
        (_RADIOGRAPH,),
        ("L",),
        QT_TRANSLATE_NOOP("Actions", "Draw a line; its length is in millimetres where the file gives the spacing."),
        icon="ruler",
        section="tools",
        checkable=True,
        toolbar=True,
    ),
    ActionSpec(
        "view.clear_distances",
        QT_TRANSLATE_NOOP("Actions", "Remove All Measurements"),
        (_RADIOGRAPH,),
        ("Shift+L",),
        QT_TRANSLATE_NOOP("Actions", "Remove every line from this radiograph; it can be undone."),
        icon="eraser",
        section="tools",
    ),
    ActionSpec(
        "view.rotate_right",
        QT_TRANSLATE_NOOP("Actions", "Rotate Right"),
        (_RADIOGRAPH,),
        ("R",),
        QT_TRANSLATE_NOOP("Actions", "Turn the radiograph clockwise by a quarter."),
        icon="rotate-cw",
        section="turn",
        toolbar=True,
    ),
    ActionSpec(
        "view.rotate_left",
        QT_TRANSLATE_NOOP("Actions", "Rotate Left"),
        (_RADIOGRAPH,),
        ("Shift+R",),
        QT_TRANSLATE_NOOP("Actions", "Turn the radiograph anticlockwise by a quarter."),
        icon="rotate-ccw",
        section="turn",
    ),
    ActionSpec(
        "view.flip",
        QT_TRANSLATE_NOOP("Actions", "Flip Left to Right"),
        (_RADIOGRAPH,),
        ("X",),
        QT_TRANSLATE_NOOP("Actions", "Mirror the radiograph; the side markers say so."),
        icon="flip-horizontal-2",
        section="turn",
        toolbar=True,
    ),
    ActionSpec(
        "view.reset",
        QT_TRANSLATE_NOOP("Actions", "Reset the View"),
        (_RADIOGRAPH,),
        ("0",),
        QT_TRANSLATE_NOOP("Actions", "Show the radiograph as it was opened."),
        icon="refresh-ccw",
        section="turn",
        toolbar=True,
    ),
    _layout(
        1,
        QT_TRANSLATE_NOOP("Actions", "One Radiograph"),
        "Ctrl+K, 1",
        QT_TRANSLATE_NOOP("Actions", "Show one radiograph."),
        "square",
    ),
    _layout(
        2,
        QT_TRANSLATE_NOOP("Actions", "Two Radiographs"),
        "Ctrl+K, 2",
        QT_TRANSLATE_NOOP("Actions", "Show two radiographs side by side."),
        "columns-2",
    ),
    _layout(
        4,
        QT_TRANSLATE_NOOP("Actions", "Four Radiographs"),
        "Ctrl+K, 4",
        QT_TRANSLATE_NOOP("Actions", "Show four radiographs in two rows."),
        "grid-2x2",
    ),
    ActionSpec(
        "compare.link",
        QT_TRANSLATE_NOOP("Actions", "Link Zoom and Window"),
        (_RADIOGRAPH, _COMPARE),
        ("Ctrl+K, K",),
        QT_TRANSLATE_NOOP("Actions", "Zoom, move and window all radiographs together."),
        icon="link",
        section="link",
        checkable=True,
    ),
)

HEATMAP_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec(
        "heatmap.show",
        QT_TRANSLATE_NOOP("Actions", "Show Heatmap"),
        (_HEATMAP,),
        ("H",),
        QT_TRANSLATE_NOOP("Actions", "Show or hide where the network's evidence lies."),
        icon="flame",
        section="show",
        checkable=True,
        toolbar=True,
    ),
    ActionSpec(
        "heatmap.next_finding",
        QT_TRANSLATE_NOOP("Actions", "Next Finding"),
        (_HEATMAP,),
        ("G",),
        QT_TRANSLATE_NOOP("Actions", "Show the heatmap of the next finding."),
        icon="skip-forward",
        section="show",
        toolbar=True,
    ),
    ActionSpec(
        "heatmap.contour",
        QT_TRANSLATE_NOOP("Actions", "Contours Instead of Fill"),
        (_HEATMAP,),
        ("C",),
        QT_TRANSLATE_NOOP("Actions", "Draw lines of equal evidence, so that the radiograph stays uncovered."),
        icon="spline",
        section="style",
        checkable=True,
    ),
    ActionSpec(
        "heatmap.grid",
        QT_TRANSLATE_NOOP("Actions", "The Network's Own Grid"),
        (_HEATMAP,),
        ("S",),
        QT_TRANSLATE_NOOP("Actions", "Show the cells that the network has, instead of smooth transitions."),
        icon="grid-3x3",
        section="style",
        checkable=True,
    ),
    ActionSpec(
        "heatmap.colour_bar",
        QT_TRANSLATE_NOOP("Actions", "Colour Bar"),
        (_HEATMAP,),
        ("B",),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the bar that explains the colours."),
        icon="gauge",
        section="style",
        checkable=True,
    ),
    ActionSpec(
        "heatmap.lungs",
        QT_TRANSLATE_NOOP("Actions", "Outline of the Lungs"),
        (_HEATMAP,),
        ("O",),
        QT_TRANSLATE_NOOP("Actions", "Show or hide where the lungs were found."),
        section="style",
        checkable=True,
    ),
    ActionSpec(
        "heatmap.occlusion",
        QT_TRANSLATE_NOOP("Actions", "Occlusion Sensitivity"),
        (_HEATMAP,),
        ("Ctrl+K, O",),
        QT_TRANSLATE_NOOP("Actions", "Explain this film a second time, by hiding part after part of it."),
        section="second",
    ),
    ActionSpec(
        "heatmap.less_opaque",
        QT_TRANSLATE_NOOP("Actions", "Less Opaque"),
        (_HEATMAP,),
        ("[",),
        QT_TRANSLATE_NOOP("Actions", "Let more of the radiograph through."),
        icon="minus",
        section="opacity",
    ),
    ActionSpec(
        "heatmap.more_opaque",
        QT_TRANSLATE_NOOP("Actions", "More Opaque"),
        (_HEATMAP,),
        ("]",),
        QT_TRANSLATE_NOOP("Actions", "Let less of the radiograph through."),
        icon="plus",
        section="opacity",
    ),
    ActionSpec(
        "heatmap.network_input",
        QT_TRANSLATE_NOOP("Actions", "What the Network Saw"),
        (_HEATMAP,),
        ("W",),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the small picture that the network was given."),
        icon="scan-eye",
        section="input",
        checkable=True,
    ),
)
