"""Nodes in the window: configured and tested, searched, films fetched from them and results sent to them.

The window's process imports no library that speaks to a node, and parses nothing that one sent: ``pacs.process`` does.
"""
