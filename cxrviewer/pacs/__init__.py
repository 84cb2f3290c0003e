"""Nodes of a hospital's network: find, retrieve, send and receive, by DICOM and by DICOMweb.

Nothing here runs until a person configures a node or starts the receiver; importing it opens no connection.
"""
