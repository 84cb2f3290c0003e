"""The commands, their options and their help; what they do is in the modules beside this one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cxrviewer.cli import pacs_commands
from cxrviewer.cli.ending import exits_by_name
from cxrviewer.errors import UsageError

app = typer.Typer(
    name="cxrviewer",
    help="Open chest radiographs and classify them on this machine. Research use only. Not for diagnosis.",
    epilog="Examples:  cxrviewer classify films/ --output films.csv  |  cxrviewer info film.dcm  |  cxrviewer doctor",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ThresholdAction(StrEnum):
    """What ``cxrviewer thresholds`` does."""

    list = "list"
    set = "set"
    reset = "reset"


class EngineChoice(StrEnum):
    """What may run the network."""

    auto = "auto"
    litert = "litert"
    keras = "keras"


Model = Annotated[str, typer.Option("--model", metavar="NAME|FOLDER", help="The bundle: its name or its folder.")]
Engine = Annotated[
    EngineChoice, typer.Option("--engine", help="What runs the network; auto is litert, for a CPU; keras uses a GPU.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
MaxFileSize = Annotated[
    float, typer.Option("--max-file-size", min=0.001, metavar="MIB", help="Refuse files larger than this (MiB).")
]
MaxMegapixels = Annotated[
    float, typer.Option("--max-megapixels", min=0.01, metavar="MPX", help="Refuse images larger than this.")
]
Sensitivity = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FINDING=X", help="Choose the threshold on the bundle's curve that keeps this sensitivity. Repeatable."
    ),
]
Specificity = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FINDING=X", help="Choose the threshold on the bundle's curve that keeps this specificity. Repeatable."
    ),
]
DEFAULT_MODEL = "cxr_mobilenetv2"


def _print_version(wanted: bool) -> None:
    if wanted:
        from cxrviewer.version import __version__

        typer.echo(f"cxrviewer {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None: ...


@app.command(
    epilog="Examples:  cxrviewer classify film.png  |  cxrviewer classify films/ film.dcm --output r.csv --overlays o"
    "  |  find /films -name '*.dcm' | cxrviewer classify --from-file - --json  |  cxrviewer classify --resume",
)
@exits_by_name
def classify(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Files, folders and DICOMDIRs.", show_default=False)
    ] = None,
    from_file: Annotated[
        str | None, typer.Option("--from-file", metavar="LIST", help="Read paths from LIST, one a line; - is stdin.")
    ] = None,
    recursive: Annotated[bool, typer.Option(help="Go into the folders of a folder.")] = True,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineChoice.auto,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write a row for every file: .csv or .jsonl. Repeatable."),
    ] = None,
    overlays: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a PNG with the heatmap for every classified film.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a PDF: a page for every film, after a summary.")
    ] = None,
    dicom_out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write DICOM objects (report, overlay, heatmaps) for every DICOM film, in its study; they carry the "
            "patient's data as the film does. Needs cxrviewer[dicom-results].",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep results here instead of in the user's data folder.", show_default=False
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Without PATH: go on with the last run that was stopped.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Analyse again what the store knows already.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Worker processes; default: one a processor.", show_default=False)
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="S", help="Give a file up after so many seconds.")] = 60.0,
    worker_memory: Annotated[
        float, typer.Option(min=0.05, metavar="GIB", help="The memory that one file may need in a worker (GiB).")
    ] = 4.0,
    max_file_size: MaxFileSize = 1024.0,
    max_megapixels: MaxMegapixels = 200.0,
    include_patient_data: Annotated[
        bool, typer.Option("--include-patient-data", help="Keep and export what DICOM headers say of the patient.")
    ] = False,
    agreement: Annotated[
        bool,
        typer.Option(
            "--agreement", help="Run the network on altered versions, too, and tell whether the result stands."
        ),
    ] = False,
    level: Annotated[
        float | None,
        typer.Option(metavar="LEVEL", help="How often prediction sets hold the finding, such as 0.95; default: 0.9."),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="FINDING=P", help="Flag a finding from this probability on. Repeatable."),
    ] = None,
    sensitivity: Sensitivity = None,
    specificity: Specificity = None,
    lungs: Annotated[
        bool, typer.Option("--lungs/--no-lungs", help="Look for the lungs, and how much of the heatmap is inside them.")
    ] = True,
    show_out_of_scope: Annotated[
        bool,
        typer.Option("--show-out-of-scope", help="Classify what is no film of the bundle's kind, too, and mark it so."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print problems only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Classify radiographs: every file gets its probabilities and heatmaps, or a named refusal or error."""
    from cxrviewer.cli.classify import ClassifyRequest, classify_files
    from cxrviewer.cli.thresholds import DecisionRequest

    classify_files(
        ClassifyRequest(
            paths=tuple(paths or ()),
            from_file=from_file,
            recursive=recursive,
            model=model,
            engine=engine.value,
            outputs=tuple(output or ()),
            overlays=overlays,
            report=report,
            dicom_out=dicom_out,
            store=store,
            resume=resume,
            fresh=fresh,
            workers=workers,
            timeout_seconds=timeout,
            worker_memory_bytes=int(worker_memory * 1024**3),
            max_file_bytes=int(max_file_size * 1024**2),
            max_pixels=int(max_megapixels * 1e6),
            include_patient_data=include_patient_data,
            lungs=lungs,
            show_out_of_scope=show_out_of_scope,
            quiet=quiet,
            as_json=as_json,
            agreement=agreement,
            decision=DecisionRequest(level, tuple(threshold or ()), tuple(sensitivity or ()), tuple(specificity or ())),
        )
    )


@app.command(epilog="Example:  cxrviewer info film.dcm --save-input seen-by-the-network.png")
@exits_by_name
def info(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A radiograph.")],
    model: Model = DEFAULT_MODEL,
    save_input: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what the network would see as a PNG.")
    ] = None,
    max_file_size: MaxFileSize = 1024.0,
    max_megapixels: MaxMegapixels = 200.0,
    include_patient_data: Annotated[
        bool, typer.Option("--include-patient-data", help="Show what the header says of the patient.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a file is, how it was read, and what the network would see of it."""
    from cxrviewer.cli.info import InfoRequest, describe_radiograph

    describe_radiograph(
        InfoRequest(
            path=path,
            model=model,
            save_input=save_input,
            max_file_bytes=int(max_file_size * 1024**2),
            max_pixels=int(max_megapixels * 1e6),
            include_patient_data=include_patient_data,
            as_json=as_json,
        )
    )


@app.command(epilog="Example:  cxrviewer explain film.dcm --out explained.png")
@exits_by_name
def explain(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A radiograph.")],
    finding: Annotated[
        str, typer.Option(metavar="FINDING", help="The finding to explain; default: the predicted one.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Write the film and both explanations side by side.")
    ] = None,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineChoice.auto,
    max_file_size: MaxFileSize = 1024.0,
    max_megapixels: MaxMegapixels = 200.0,
    as_json: AsJson = False,
) -> None:
    """Explain a film's prediction by Grad-CAM and by occlusion sensitivity, and say how far both agree."""
    from cxrviewer.cli.explain import ExplainRequest, explain_film

    explain_film(
        ExplainRequest(
            path=path,
            finding=finding,
            out=out,
            model=model,
            engine=engine.value,
            max_file_bytes=int(max_file_size * 1024**2),
            max_pixels=int(max_megapixels * 1e6),
            as_json=as_json,
        )
    )


@app.command(epilog="Example:  cxrviewer models --json")
@exits_by_name
def models(as_json: AsJson = False) -> None:
    """List the bundles at hand, with their findings, versions and hashes."""
    from cxrviewer.cli.models import list_models

    list_models(as_json)


@app.command(
    epilog="Examples:  cxrviewer thresholds  |  cxrviewer thresholds set --sensitivity PNEUMONIA=0.98"
    "  |  cxrviewer thresholds reset PNEUMONIA",
)
@exits_by_name
def thresholds(
    action: Annotated[ThresholdAction, typer.Argument(help="What to do.")] = ThresholdAction.list,
    findings: Annotated[
        list[str] | None, typer.Argument(metavar="[FINDING...]", help="Which to reset; all.", show_default=False)
    ] = None,
    model: Model = DEFAULT_MODEL,
    sensitivity: Sensitivity = None,
    specificity: Specificity = None,
    as_json: AsJson = False,
) -> None:
    """List the thresholds of a bundle, or keep others for it: by a target on its curve of the validation films."""
    from cxrviewer.cli.thresholds import ThresholdsRequest, show_thresholds

    show_thresholds(
        ThresholdsRequest(
            action.value,
            tuple(findings or ()),
            model,
            tuple(sensitivity or ()),
            tuple(specificity or ()),
            as_json,
        )
    )


@app.command(
    epilog="Examples:  cxrviewer audit --since 2026-11-01  |  cxrviewer audit 17-3fa9c2d40b1e"
    "  |  cxrviewer audit --verify",
)
@exits_by_name
def audit(
    identifier: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="An entry, as exports name it.", show_default=False)
    ] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The results store; default: yours.", show_default=False)
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="List from this day or moment on (ISO 8601; local time).", show_default=False
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare the stored results with their entries, too; list nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what was analysed when, with what and by whom; exit status 1 where the log was changed."""
    from cxrviewer.cli.audit import AuditRequest, show_audit_log

    show_audit_log(AuditRequest(identifier, store, since, verify, as_json))


@app.command(epilog="Example:  cxrviewer doctor > report.txt")
@exits_by_name
def doctor(as_json: AsJson = False) -> None:
    """Say what is installed and whether it works: the first thing to paste in a bug report."""
    from cxrviewer.cli.doctor import examine_installation

    examine_installation(as_json)


@app.command(epilog="Example:  cxrviewer window films/")
@exits_by_name
def window(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files and folders to open.", show_default=False)
    ] = None,
) -> None:
    """Open the window; where there is a display, 'cxrviewer' and 'cxrviewer PATH...' do it, too."""
    # __main__ opens it before the command line is read; whoever comes here has no Qt that could.
    raise UsageError("expected a system that can show a window, found none; 'cxrviewer classify PATH...' needs none.")


pacs_commands.register(app)
