"""Actions on files, the clipboard, the window itself, and help."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from cxrviewer.gui.actions.spec import ActionSpec

_FILE: Final = QT_TRANSLATE_NOOP("Menus", "&File")
_RECENT: Final = QT_TRANSLATE_NOOP("Menus", "Open &Recent")
_EXPORT: Final = QT_TRANSLATE_NOOP("Menus", "&Export")
_EDIT: Final = QT_TRANSLATE_NOOP("Menus", "&Edit")
_VIEW: Final = QT_TRANSLATE_NOOP("Menus", "&View")
_PANELS: Final = QT_TRANSLATE_NOOP("Menus", "&Panels")
_THEME: Final = QT_TRANSLATE_NOOP("Menus", "&Theme")
_HELP: Final = QT_TRANSLATE_NOOP("Menus", "Hel&p")

RECENT_MENU: Final = (_FILE, _RECENT)
"""The menu that the recent files are listed in, above the actions that it has by the table."""

FILE_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec(
        "file.open",
        QT_TRANSLATE_NOOP("Actions", "Open Files…"),
        (_FILE,),
        ("Ctrl+O",),
        QT_TRANSLATE_NOOP("Actions", "Open one or several radiographs."),
        icon="file-plus",
        section="open",
        toolbar=True,
    ),
    ActionSpec(
        "file.open_folder",
        QT_TRANSLATE_NOOP("Actions", "Open Folder…"),
        (_FILE,),
        ("Ctrl+Shift+O",),
        QT_TRANSLATE_NOOP("Actions", "Open every radiograph in a folder and below it."),
        icon="folder-open",
        section="open",
        toolbar=True,
    ),
    ActionSpec(
        "pacs.open",
        QT_TRANSLATE_NOOP("Actions", "Open from PACS…"),
        (_FILE,),
        ("Ctrl+K, F",),
        QT_TRANSLATE_NOOP("Actions", "Search a PACS for studies, fetch them and open them."),
        icon="hard-drive-download",
        section="open",
    ),
    ActionSpec(
        "file.recent",
        QT_TRANSLATE_NOOP("Actions", "Choose a Recent File…"),
        RECENT_MENU,
        ("Ctrl+R",),
        QT_TRANSLATE_NOOP("Actions", "Search the files and folders that were opened last."),
        icon="history",
        section="open",
    ),
    ActionSpec(
        "file.clear_recent",
        QT_TRANSLATE_NOOP("Actions", "Forget Recent Files"),
        RECENT_MENU,
        ("Ctrl+K, R",),
        QT_TRANSLATE_NOOP("Actions", "Empty the list of recent files; the files themselves stay."),
        section="open",
    ),
    ActionSpec(
        "file.paste",
        QT_TRANSLATE_NOOP("Actions", "Paste"),
        (_FILE,),
        ("Ctrl+V",),
        QT_TRANSLATE_NOOP("Actions", "Open the files, the path or the picture in the clipboard."),
        icon="clipboard-paste",
        section="open",
    ),
    ActionSpec(
        "file.samples",
        QT_TRANSLATE_NOOP("Actions", "Open the Synthetic Samples"),
        (_FILE,),
        ("Ctrl+K, S",),
        QT_TRANSLATE_NOOP("Actions", "Open the drawn radiographs that come with the program."),
        icon="flask-conical",
        section="open",
    ),
    ActionSpec(
        "export.csv",
        QT_TRANSLATE_NOOP("Actions", "Table as CSV…"),
        (_FILE, _EXPORT),
        ("Ctrl+E, C",),
        QT_TRANSLATE_NOOP("Actions", "Write the selected rows, or all, as a table for spreadsheets."),
        icon="file-spreadsheet",
        section="export",
    ),
    ActionSpec(
        "export.jsonl",
        QT_TRANSLATE_NOOP("Actions", "Table as JSON Lines…"),
        (_FILE, _EXPORT),
        ("Ctrl+E, J",),
        QT_TRANSLATE_NOOP("Actions", "Write the selected rows, or all, as a table for programs."),
        icon="file-json",
        section="export",
    ),
    ActionSpec(
        "export.overlays",
        QT_TRANSLATE_NOOP("Actions", "Overlays as PNG…"),
        (_FILE, _EXPORT),
        ("Ctrl+E, O",),
        QT_TRANSLATE_NOOP("Actions", "Write the selected films, or all, with their heatmaps as pictures."),
        icon="image-down",
        section="export",
    ),
    ActionSpec(
        "export.pdf",
        QT_TRANSLATE_NOOP("Actions", "Report as PDF…"),
        (_FILE, _EXPORT),
        ("Ctrl+E, P",),
        QT_TRANSLATE_NOOP("Actions", "Write a report with one page for each selected film, or for all."),
        icon="file-text",
        section="export",
    ),
    ActionSpec(
        "export.labels",
        QT_TRANSLATE_NOOP("Actions", "Labels…"),
        (_FILE, _EXPORT),
        ("Ctrl+E, L",),
        QT_TRANSLATE_NOOP("Actions", "Write your labels of the selected films, or of all, as a table."),
        icon="table-2",
        section="export",
    ),
    ActionSpec(
        "export.dicom",
        QT_TRANSLATE_NOOP("Actions", "DICOM Result Objects…"),
        (_FILE, _EXPORT),
        ("Ctrl+E, D",),
        QT_TRANSLATE_NOOP(
            "Actions", "Write report, overlay and heatmaps of the selected DICOM films, or of all, as DICOM."
        ),
        icon="scan",
        section="export",
    ),
    ActionSpec(
        "pacs.send",
        QT_TRANSLATE_NOOP("Actions", "Send Results to PACS…"),
        (_FILE,),
        ("Ctrl+K, T",),
        QT_TRANSLATE_NOOP("Actions", "Send the results of the selected films, or of all, to a PACS as DICOM objects."),
        icon="hard-drive-upload",
        section="export",
    ),
    ActionSpec(
        "program.quit",
        QT_TRANSLATE_NOOP("Actions", "Quit"),
        (_FILE,),
        ("Ctrl+Q",),
        QT_TRANSLATE_NOOP("Actions", "Close the window; what is not analysed yet can be continued next time."),
        icon="log-out",
        section="quit",
        role="quit",
    ),
    ActionSpec(
        "edit.undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
        (_EDIT,),
        ("Ctrl+Z",),
        QT_TRANSLATE_NOOP("Actions", "Take back the last label, measurement or removal."),
        icon="undo-2",
        section="undo",
        toolbar=True,
    ),
    ActionSpec(
        "edit.redo",
        QT_TRANSLATE_NOOP("Actions", "Redo"),
        (_EDIT,),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        QT_TRANSLATE_NOOP("Actions", "Do again what was taken back."),
        icon="redo-2",
        section="undo",
        toolbar=True,
    ),
    ActionSpec(
        "edit.copy_row",
        QT_TRANSLATE_NOOP("Actions", "Copy Rows"),
        (_EDIT,),
        ("Ctrl+C",),
        QT_TRANSLATE_NOOP("Actions", "Copy the selected rows of the study list as text."),
        icon="copy",
        section="copy",
    ),
    ActionSpec(
        "edit.copy_picture",
        QT_TRANSLATE_NOOP("Actions", "Copy Picture"),
        (_EDIT,),
        ("Ctrl+Shift+C",),
        QT_TRANSLATE_NOOP("Actions", "Copy the radiograph with its heatmap as a picture."),
        icon="image",
        section="copy",
    ),
    ActionSpec(
        "edit.filter",
        QT_TRANSLATE_NOOP("Actions", "Filter the Study List"),
        (_EDIT,),
        ("Ctrl+F",),
        QT_TRANSLATE_NOOP("Actions", "Go to the field that filters the study list by text."),
        icon="search",
        section="find",
    ),
    ActionSpec(
        "program.palette",
        QT_TRANSLATE_NOOP("Actions", "Command Palette…"),
        (_EDIT,),
        ("Ctrl+Shift+P",),
        QT_TRANSLATE_NOOP("Actions", "Find any command by typing a part of its name."),
        icon="command",
        section="find",
    ),
    ActionSpec(
        "program.preferences",
        QT_TRANSLATE_NOOP("Actions", "Preferences…"),
        (_EDIT,),
        ("Ctrl+,",),
        QT_TRANSLATE_NOOP("Actions", "Choose bundle, engine, appearance, folders and language."),
        icon="settings",
        section="preferences",
        role="preferences",
    ),
    ActionSpec(
        "program.thresholds",
        QT_TRANSLATE_NOOP("Actions", "Thresholds…"),
        (_EDIT,),
        ("Ctrl+K, H",),
        QT_TRANSLATE_NOOP("Actions", "Choose by sensitivity or specificity when a finding is flagged, and how sure."),
        section="preferences",
    ),
    ActionSpec(
        "pacs.nodes",
        QT_TRANSLATE_NOOP("Actions", "PACS Nodes…"),
        (_EDIT,),
        ("Ctrl+K, N",),
        QT_TRANSLATE_NOOP(
            "Actions", "Add, edit and test the PACS that films are fetched from and results are sent to."
        ),
        icon="server",
        section="preferences",
    ),
)


def _panel(name: str, text: str, key: str, tip: str, icon: str) -> ActionSpec:
    return ActionSpec(f"panel.{name}", text, (_VIEW, _PANELS), (key,), tip, icon=icon, section="panels", checkable=True)


def _theme(name: str, text: str, key: str, tip: str, icon: str) -> ActionSpec:
    return ActionSpec(
        f"theme.{name}", text, (_VIEW, _THEME), (key,), tip, icon=icon, section="look", checkable=True, group="theme"
    )


VIEW_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    _panel(
        "study_list",
        QT_TRANSLATE_NOOP("Actions", "Study List"),
        "Alt+1",
        QT_TRANSLATE_NOOP("Actions", "Show or hide the table of everything opened."),
        "list",
    ),
    _panel(
        "result",
        QT_TRANSLATE_NOOP("Actions", "Result"),
        "Alt+2",
        QT_TRANSLATE_NOOP("Actions", "Show or hide the probabilities of each finding."),
        "chart-bar",
    ),
    _panel(
        "heatmap",
        QT_TRANSLATE_NOOP("Actions", "Heatmap Settings"),
        "Alt+3",
        QT_TRANSLATE_NOOP("Actions", "Show or hide the settings of the heatmap."),
        "sliders-horizontal",
    ),
    _panel(
        "window",
        QT_TRANSLATE_NOOP("Actions", "Window Centre and Width"),
        "Alt+4",
        QT_TRANSLATE_NOOP("Actions", "Show or hide the fields of the window."),
        "contrast",
    ),
    _panel(
        "facts",
        QT_TRANSLATE_NOOP("Actions", "Facts of the File"),
        "Alt+5",
        QT_TRANSLATE_NOOP("Actions", "Show or hide what the file says about the radiograph."),
        "info",
    ),
    _panel(
        "notices",
        QT_TRANSLATE_NOOP("Actions", "Notices"),
        "Alt+6",
        QT_TRANSLATE_NOOP("Actions", "Show or hide the errors and warnings so far."),
        "bell",
    ),
    ActionSpec(
        "view.patient_data",
        QT_TRANSLATE_NOOP("Actions", "Show Patient Data"),
        (_VIEW,),
        ("Ctrl+K, D",),
        QT_TRANSLATE_NOOP("Actions", "Show or hide name, identifier and birth date of the patient."),
        icon="user-lock",
        section="patient",
        checkable=True,
    ),
    _theme(
        "system",
        QT_TRANSLATE_NOOP("Actions", "Like the System"),
        "Ctrl+T, S",
        QT_TRANSLATE_NOOP("Actions", "Light or dark as the system is."),
        "monitor",
    ),
    _theme(
        "light",
        QT_TRANSLATE_NOOP("Actions", "Light"),
        "Ctrl+T, L",
        QT_TRANSLATE_NOOP("Actions", "Dark text on a light ground."),
        "sun",
    ),
    _theme(
        "dark",
        QT_TRANSLATE_NOOP("Actions", "Dark"),
        "Ctrl+T, D",
        QT_TRANSLATE_NOOP("Actions", "Light text on a dark ground, for a dark room."),
        "moon",
    ),
    ActionSpec(
        "view.full_screen",
        QT_TRANSLATE_NOOP("Actions", "Full Screen"),
        (_VIEW,),
        ("F11",),
        QT_TRANSLATE_NOOP("Actions", "Use the whole screen, or go back to the window."),
        icon="maximize",
        section="screen",
        checkable=True,
    ),
)

HELP_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec(
        "help.guide",
        QT_TRANSLATE_NOOP("Actions", "Guide"),
        (_HELP,),
        ("F1",),
        QT_TRANSLATE_NOOP("Actions", "Read how the program is used."),
        icon="book-open",
        section="help",
    ),
    ActionSpec(
        "help.shortcuts",
        QT_TRANSLATE_NOOP("Actions", "Keyboard Shortcuts"),
        (_HELP,),
        ("Ctrl+F1",),
        QT_TRANSLATE_NOOP("Actions", "List every command with its keys."),
        icon="keyboard",
        section="help",
    ),
    ActionSpec(
        "help.model_card",
        QT_TRANSLATE_NOOP("Actions", "Model Card"),
        (_HELP,),
        ("Shift+F1",),
        QT_TRANSLATE_NOOP("Actions", "Read what the network was made for, how well it does, and where it fails."),
        icon="id-card",
        section="help",
    ),
    ActionSpec(
        "help.about",
        QT_TRANSLATE_NOOP("Actions", "About cxrviewer"),
        (_HELP,),
        ("Ctrl+K, A",),
        QT_TRANSLATE_NOOP("Actions", "Versions, hashes and licences."),
        icon="badge-info",
        section="about",
        role="about",
    ),
)
