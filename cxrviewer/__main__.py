"""``python -m cxrviewer`` and the installed ``cxrviewer`` command.

Kept apart from the commands because every spawned worker process imports this module again as its main module.
"""


def main() -> None:
    """Run the command line."""
    from cxrviewer.cli import run

    run()


if __name__ == "__main__":
    main()
