#!/usr/bin/env python3
"""The test of check_gateway_sql.py: a statement whose names have schemas passes, and each name without one is found."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_gateway_sql  # noqa: E402
import findings  # noqa: E402

SOUND = r'''
static const Statement kStatement{"a", R"(WITH t AS MATERIALIZED (SELECT 'a || b(1)' AS "x-y", $1::text)
SELECT pg_catalog.count(*), a::int4[], 'c'::pg_catalog.regproc, coalesce(pg_catalog.max(a), 0) FROM vecext.f(limit_ => 1) AS u
WHERE a OPERATOR(pg_catalog.=) ANY (SELECT 1) AND CASE WHEN EXISTS (SELECT) THEN true END)"};
throw Failure("a name has - and (less) than f(x)");
'''
FAULTS = (("SELECT a || b", "operator ||"), ("SELECT count(*)", "function count"), ("SELECT a->>'b'", "operator ->>"),
          ("SELECT a OPERATOR(public.+) b", "operator +"), ("SELECT CASE a WHEN 1 THEN 2 END", "the operator of CASE"),
          ("SELECT a IN (SELECT b)", "the operator of IN"), ("SELECT a LIKE 'b'", "the operator of LIKE"),
          ("SELECT 1\" \" WHERE md5(pg_catalog.f(a)) IS NULL", "function md5"),
          ("SELECT $1::vector[]", "type vector"), (", $2:: halfvec", "type halfvec"), ("SELECT a::public.vector", "type public.vector"),
          ("SELECT a BETWEEN 1 AND 2", "the operator of BETWEEN"), ("SELECT a IS DISTINCT FROM b", "the operator of DISTINCT FROM"))


class Test(unittest.TestCase):
    def run_check(self, source, name="gateway/sql/calls.cpp"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.parent.mkdir(parents=True)
            path.write_text(source, encoding="utf-8")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                findings.report(check_gateway_sql.check(Path(folder)))
            return out.getvalue()

    def test_sound(self):
        self.assertEqual(self.run_check(SOUND), "")

    def test_faults(self):
        for sql, fault in FAULTS:
            found = self.run_check(f'\nkText = "{sql}";')
            self.assertIn(f"gateway/sql/calls.cpp:2: {fault}", found, sql)

    def test_places(self):
        for name in ("gateway/sql/calls.h", "gateway/pool/session.h", "gateway/pool/session.cpp"):
            self.assertIn(f"{name}:1: function count", self.run_check('"SELECT count(*)"', name))


if __name__ == "__main__":
    unittest.main()
