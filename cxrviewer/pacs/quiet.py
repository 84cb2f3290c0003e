"""Libraries that speak DICOM log what they parse; none of it may reach a log, as it names patients."""

from __future__ import annotations

import logging
import warnings


def keep_patient_data_out_of_logs() -> None:
    """Silence what pydicom and pynetdicom would log or warn of in this process."""
    from pynetdicom import _config

    _config.LOG_HANDLER_LEVEL = "none"
    for name in ("pynetdicom", "pydicom"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
    warnings.filterwarnings("ignore", module=r"(pydicom|pynetdicom)(\..*)?")
