"""Other databases as sources of rows: each a module with a class `Reader`, which reads one collection in batches of columns."""

from vecext.systems.system import SYSTEMS, Place, SystemReader, open_system

__all__ = ["SYSTEMS", "Place", "SystemReader", "open_system"]
