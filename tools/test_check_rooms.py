#!/usr/bin/env python3
"""The test of check_rooms.py: a small sound tree passes, and each seeded fault is found."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import check_rooms  # noqa: E402

SOUND = {
    "tools/rooms.txt": "# rooms\n"
                       "core/* | | throw new std::vector\n"
                       "core/base | |\n"
                       "core/value | core/base | codec\n"
                       "pg/sys | core/base |\n"
                       "pg/type | core/base core/value pg/sys |\n",
    "tools/thin_arrows.txt": "# arrows\n"
                             "core/value -> core/base | it returns a status\n"
                             "pg/type -> pg/sys | types are the server's\n",
    "src/core/SOURCES": "# path\nvalue/parse.cpp any -O3\n",
    "src/core/base/README.md": "",
    "src/core/base/status.h": "#include <cstdint>\n// never throw\n",
    "src/core/value/README.md": "",
    "src/core/value/parse.h": '#include "core/base/status.h"\n',
    "src/core/value/parse.cpp": '#include "core/value/parse.h"\nconst char* s = "throw new";\n',
    "src/pg/sys/README.md": "",
    "src/pg/sys/pg.h": '#include "postgres.h"\n#if PG_VERSION_NUM >= 160000\n#endif\n',
    "src/pg/type/README.md": "",
    "src/pg/type/io.cpp": '#include "pg/sys/pg.h"\n#include "utils/array.h"\n',
    "test/unit/value/parse_test.cpp": "",
    "test/expected/long.out": "\n" * 1000,
    "sql/vecext--0.1.0.sql": "\n" * 1000,
    "contrib/more/more--0.1.0.sql": "\n" * 1000,
    "ARCHITECTURE.md": "## Where is my room?\n\n| to | code |\n|---|---|\n"
                       "| parse | `core/value`, `core/value/<name>.cpp`, `unit/value` |\n"
                       "\n## More\n| `no/such` |\n",
}


class CheckRooms(unittest.TestCase):
    def findings(self, changes):
        """What the check prints on the sound tree with those files changed (None: removed)."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**SOUND, **changes}.items():
                if text is not None:
                    path = Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_rooms.main(Path(folder))
            self.assertEqual(status, 1 if output.getvalue() else 0)
            return output.getvalue()

    def assert_found(self, finding, changes):
        self.assertEqual(self.findings(changes), finding + "\n")

    def add(self, name, text):
        return {name: SOUND[name] + text}

    def test_sound_tree(self):
        self.assertEqual(self.findings({}), "")

    def test_upward_arrow(self):
        self.assert_found('core/base/status.h: #include "core/value/parse.h": '
                          "core/base may not include core/value",
                          self.add("src/core/base/status.h", '#include "core/value/parse.h"\n'))
        self.assert_found('core/value/parse.h: #include "pg/sys/pg.h": '
                          "core/value may not include pg/sys",
                          self.add("src/core/value/parse.h", '#include "pg/sys/pg.h"\n'))

    def test_thin_arrow(self):
        self.assert_found("tools/thin_arrows.txt: has no reason for pg/type -> core/value, "
                          "which rests on io.cpp core/value/parse.h",
                          self.add("src/pg/type/io.cpp", '#include "core/value/parse.h"\n'))
        self.assert_found("tools/thin_arrows.txt: pg/type -> pg/sys has 2 includes",
                          {"src/pg/type/cast.cpp": '#include "pg/sys/pg.h"\n'})
        self.assert_found("tools/thin_arrows.txt: pg/sys -> core/base has 0 includes",
                          self.add("tools/thin_arrows.txt", "pg/sys -> core/base | errors\n"))

    def test_room_of_many_files(self):
        many = {f"src/pg/type/part_{i}.h": "" for i in range(check_rooms.ROOM_LIMIT)}
        self.assert_found("pg/type: 31 files; one room, one subject (limit 30)", many)
        many.popitem()
        self.assertEqual(self.findings(many), "")

    def test_name_of_two_rooms(self):
        self.assert_found("parse: is the name of files in core/value and in pg/type", {"src/pg/type/parse.h": ""})

    def test_postgres_in_core(self):
        for include in ('"utils/array.h"', "<utils/array.h>", "<immintrin.h>", "<stdio.h>"):
            self.assert_found(f'core/value/parse.cpp: #include "{include[1:-1]}": '
                              "core includes only core and the standard library",
                              self.add("src/core/value/parse.cpp", f"#include {include}\n"))

    def test_postgres_h_has_one_home(self):
        for include in ('"postgres.h"', "<postgres.h>"):
            self.assert_found('pg/type/io.cpp: #include "postgres.h": '
                              "only pg/sys/pg.h includes postgres.h",
                              self.add("src/pg/type/io.cpp", f"#include {include}\n"))

    def test_words(self):
        self.assert_found("core/value/parse.cpp:3: never in core/value: codec",
                          self.add("src/core/value/parse.cpp", "int codec;\n"))
        self.assert_found("core/base/status.h:3: never in core/base: std::vector",
                          self.add("src/core/base/status.h", "std::vector<int> x; /* new */\n"))

    def test_version_has_one_home(self):
        self.assert_found("pg/type/io.cpp:3: PG_VERSION_NUM outside pg/sys",
                          self.add("src/pg/type/io.cpp", "#if PG_VERSION_NUM >= 160000\n"))

    def test_sources_are_listed(self):
        self.assert_found("value/print.cpp: is not in src/core/SOURCES",
                          {"src/core/value/print.cpp": ""})
        self.assert_found("value/gone.cpp: is in src/core/SOURCES only",
                          self.add("src/core/SOURCES", "value/gone.cpp\n"))

    def test_rooms_are_complete(self):
        self.assert_found("core/value: has no README.md", {"src/core/value/README.md": None})
        self.assert_found("core/value: has no test in test/unit/value",
                          {"test/unit/value/parse_test.cpp": None,
                           "test/unit/value_test.cpp": "",
                           "ARCHITECTURE.md": "## Where is my room?\n"})
        self.assert_found("pg/am/io.cpp: pg/am is not in tools/rooms.txt", {"src/pg/am/io.cpp": ""})
        self.assert_found("core/page: is in tools/rooms.txt, not in src",
                          self.add("tools/rooms.txt", "core/page | |\n"))

    def test_size(self):
        self.assert_found("script/test: 601 lines; one file, one idea (limit 600)",
                          {"script/test": "\n" * 601})

    def test_map(self):
        self.assert_found("ARCHITECTURE.md: core/page/*.h does not exist",
                          {"ARCHITECTURE.md": "## Where is my room?\n| page | `core/page/*.h` |\n"})
        self.assert_found("ARCHITECTURE.md: 101 columns in the drawing (limit 100)",
                          {"ARCHITECTURE.md": "```\n" + 101 * "─" + "\n```\n## Where is my room?\n"})
        self.assert_found('ARCHITECTURE.md: has no section "Where is my room?"',
                          {"ARCHITECTURE.md": None})


if __name__ == "__main__":
    unittest.main()
