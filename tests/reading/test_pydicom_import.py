import subprocess
import sys

_LOOK = """
import sys
events = []
sys.addaudithook(lambda event, arguments: events.append(event) if event.startswith("socket.") else None)
import cxrviewer.reading.dicom
assert "pydicom.data.download" in sys.modules, "pydicom has changed: nothing has to be kept from it any more"
assert "requests" not in sys.modules and "urllib3" not in sys.modules
assert not events, events
import requests
from pydicom.data import get_testdata_file
assert get_testdata_file("CT_small.dcm")
"""


def test_pydicom_loads_no_http_client_and_its_test_data_still_open():
    done = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_http_client_that_is_there_already_stays():
    look = "import requests, cxrviewer.reading.dicom, sys; assert sys.modules['requests'] is requests"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
