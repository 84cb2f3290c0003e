"""The services of DICOM (PS3.7): C-ECHO, C-FIND, C-GET, C-MOVE and C-STORE, by pynetdicom."""
