"""The receiver: takes films from other nodes, analyses them as they arrive, and sends results back.

Every step is on disk before the next one begins: an object is acknowledged once it is safe, and a receiver that is
killed goes on where it was.
"""
