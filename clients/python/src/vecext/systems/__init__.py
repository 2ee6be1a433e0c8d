"""Other databases: a module or two for each, which read one collection in batches of columns, and write one in batches of points."""

from vecext.systems.system import SYSTEMS, Definition, Place, SystemReader, open_system
from vecext.systems.writer import WRITERS, Layout, Point, SystemWriter, open_writer

__all__ = ["SYSTEMS", "WRITERS", "Definition", "Layout", "Place", "Point", "SystemReader", "SystemWriter", "open_system", "open_writer"]
