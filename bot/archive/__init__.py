"""Backups as files: one store each, in one format for both databases.

A file is gzip of lines of JSON. The first says which store it is, at which version, when. Then for each table a line
with its columns and their types, and a line for each row. The last counts the rows of each table and holds the SHA-256
of every line before it. It is written and read row by row: no store is too large for a small machine.
"""

from bot.archive.files import Batch, Contents, Damaged, Header, batches, check, write

__all__ = ["Batch", "Contents", "Damaged", "Header", "batches", "check", "write"]
