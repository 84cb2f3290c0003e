"""``python -m cxrviewer`` and the installed ``cxrviewer`` command.

Kept apart from the commands because every spawned worker process imports this module again as its main module.
"""


def main() -> None:
    """Show the window or run the command line, whichever the arguments and the display ask for."""
    import gc
    import os
    import sys

    # Looking for plug-ins of pydantic in everything installed takes longer than all that it does here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from cxrviewer.cli import run
    from cxrviewer.cli.routing import window_request

    arguments = sys.argv[1:]
    paths = window_request(arguments)
    if paths is not None:
        gc.disable()  # until the window is there: what is loaded for it is no garbage, and looking for some takes long
        try:
            from cxrviewer.gui.app import run_window
        except ImportError as error:  # Qt needs libraries of the system that a server may not have
            print(f"cxrviewer: the window cannot be shown ({error}); the README names what it needs.", file=sys.stderr)  # noqa: T201
        else:
            sys.exit(run_window(paths))
        gc.enable()
    run(arguments)


if __name__ == "__main__":
    main()
