"""The services of DICOMweb (PS3.18): QIDO-RS, WADO-RS and STOW-RS, over requests.

Not by dicomweb-client, which parses and re-encodes every object in memory: here objects go to disk in pieces, as they
were sent, within limits.
"""
