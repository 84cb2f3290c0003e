"""What the frozen program holds and what it does without: chosen by weighing every part, see README.md."""

from __future__ import annotations

import fnmatch
from typing import Final

DISTRIBUTIONS: Final = (
    "ai-edge-litert", "fonttools", "numpy", "opencv-python-headless", "pebble", "pillow", "platformdirs", "psutil",
    "pydantic", "pydantic-core", "pydicom", "pyjpegls", "pylibjpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle",
    "PySide6-Essentials", "python-gdcm", "rich", "shiboken6", "typer",
)  # fmt: skip
TENSORFLOW_DISTRIBUTIONS: Final = ("keras", "tensorflow")

# The folders of resources/ that the program reads; what makes samples and screenshots is for developers.
RESOURCES: Final = ("colour_maps", "fonts", "help", "icons", "samples", "translations")

# LGPL, and Python: shipped as files of their own, so that whoever wants another version puts it there. Compiled ones:
# source would be compiled again at every start, by every process.
AS_FILES: Final = ("pebble",)

# Reachable from something that is imported, used by nothing that runs. readline is GPL.
EXCLUDED_MODULES: Final = (
    "tkinter", "matplotlib", "scipy", "sklearn", "skimage", "pandas", "torch", "torchvision", "jax", "jaxlib",
    "IPython",
    "pytest", "_pytest", "hypothesis", "jinja2", "mypy", "setuptools", "pip", "wheel", "lxml", "numpy.f2py",
    "numpy.distutils", "pydoc_data", "lib2to3", "cv2.gapi", "cv2.mat_wrapper",
    "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtPrintSupport",
    "PySide6.QtTest", "PySide6.QtSql", "PySide6.QtDBus.pyi", "training", "tests", "PyInstaller", "readline", "curses",
    "_curses", "tqdm", "threadpoolctl", "defusedxml", "PIL.AvifImagePlugin", "PIL._avif", "PIL.ImageTk",
    "PIL._imagingtk",
    "highdicom",  # the extra dicom-results, which the executable does without so far; it says so when it is asked
)  # fmt: skip
# What only TensorFlow and Keras import at their start; ssl and its kind are for a network, which nothing here uses.
WITHOUT_TENSORFLOW: Final = (
    "tensorflow", "keras", "h5py", "google.protobuf", "absl", "ml_dtypes", "namex", "optree", "ssl", "_ssl", "requests",
    "urllib3", "certifi", "charset_normalizer", "idna", "numpy.random", "numpy.fft", "numpy.testing", "unittest",
)  # fmt: skip

_DROPPED: Final = (
    # LiteRT: the network runs on the CPU, through the interpreter only; libLiteRt is the runtime for accelerators.
    "ai_edge_litert/libLiteRtWebGpuAccelerator.*", "ai_edge_litert/vendors/*", "ai_edge_litert/tools/*",
    "ai_edge_litert/aot/*", "ai_edge_litert/_pywrap_litert_converter.*", "ai_edge_litert/pywrap_genai_ops.*",
    "ai_edge_litert/_pywrap_tfl_calibration.*", "ai_edge_litert/libLiteRt.*",
    # Qt: widgets in a window need no QML, no network, no other languages than the window's own.
    "PySide6/Qt/qml/*", "PySide6/Qt/plugins/qmltooling/*", "PySide6/Qt/plugins/designer/*",
    "PySide6/Qt/plugins/networkinformation/*", "PySide6/Qt/plugins/tls/*", "PySide6/Qt/plugins/sqldrivers/*",
    "PySide6/Qt/plugins/printsupport/*", "PySide6/Qt/plugins/platformthemes/libqgtk3.*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/wayland-graphics-integration-server/*", "PySide6/Qt/plugins/generic/*",
    "PySide6/Qt/plugins/platforms/libqeglfs.*", "PySide6/Qt/plugins/platforms/libqlinuxfb.*",
    "PySide6/Qt/plugins/platforms/libqvnc.*", "PySide6/Qt/plugins/platforms/libqvkkhrdisplay.*",
    "PySide6/Qt/plugins/platforms/libqminimalegl.*", "PySide6/Qt/plugins/vectorimageformats/*",
    "PySide6/Qt/lib/libQt6Qml*", "PySide6/Qt/lib/libQt6Quick*", "PySide6/Qt/lib/libQt6Network.*",
    "PySide6/Qt/lib/libQt6WaylandCompositor.*", "PySide6/Qt/lib/libQt6EglFs*", "PySide6/Qt/lib/libQt6PrintSupport.*",
    "PySide6/Qt/lib/libQt6Sql.*", "PySide6/Qt/lib/libQt6Test.*", "PySide6/opengl32sw.dll",
    # Qt draws icons and takes pictures from the clipboard; films are decoded elsewhere.
    *(f"PySide6/*plugins/imageformats/*q{name}.*" for name in ("gif", "icns", "tga", "tiff", "wbmp", "webp")),
    # A format that no film comes in.
    "PIL/_avif.*", "pillow.libs/libavif-*",
    # Test data, headers, and what other builds of a package would use.
    "*/tests/*", "*/test/*", "*.pyi", "*.h", "*.a", "*.lib", "*.pxd", "numpy/_core/include/*",
    "pydicom/data/test_files/*",
    "pydicom/data/charset_files/*", "cv2/data/*", "*/__pycache__/*", "*.dist-info/RECORD",
    "*.dist-info/direct_url.json",
    "*.dist-info/REQUESTED", "*.dist-info/INSTALLER", "*.dist-info/sboms/*", "*/.gitignore",
)  # fmt: skip

_DROPPED_WITHOUT_TENSORFLOW: Final = ("numpy/random/*", "numpy/fft/*", "models/*/model.keras")


def is_shipped(destination: str, *, with_tensorflow: bool = False) -> bool:
    """Return whether a file that PyInstaller found, by its path in the program's folder, is shipped."""
    path = destination.replace("\\", "/")
    if path.startswith("PySide6/Qt/translations/"):
        return path.rsplit("/", 1)[-1] in ("qtbase_de.qm", "qtbase_en.qm")
    dropped = _DROPPED if with_tensorflow else (*_DROPPED, *_DROPPED_WITHOUT_TENSORFLOW)
    return not any(fnmatch.fnmatchcase(path, pattern) for pattern in dropped)
