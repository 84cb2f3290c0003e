"""Where the frozen program begins: a worker process goes to its work before anything else is imported."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from cxrviewer.__main__ import main

    main()
