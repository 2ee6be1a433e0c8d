"""`vecext doctor`: versions, what is wrong and what could be better, each with the statement that mends it, indexes and settings."""

from __future__ import annotations

from typing import Any

import click
from psycopg import Connection
from psycopg.rows import dict_row

import vecext
from vecext.command.session import Session

Rows = list[dict[str, Any]]
SEVERITIES = ("error", "warning", "info")

VERSIONS = """SELECT current_setting('server_version') AS server, library, script, kernel, advice,
    (SELECT extversion FROM pg_extension WHERE extname = 'vecext') AS extension FROM vecext.version()"""
# Both know of damage; what health() has found is not said twice.
FINDINGS = """SELECT f.severity, f.object, f.finding, f.statement, NULL AS gain
    FROM jsonb_to_recordset(vecext.health() -> 'findings') AS f(severity text, object text, finding text, statement text)
    UNION ALL
    SELECT a.severity, a.object, a.finding, a.statement, a.gain FROM vecext.advise() AS a
    WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset(vecext.health() -> 'findings') AS f(object text, statement text)
        WHERE f.object = a.object AND f.statement IS NOT DISTINCT FROM a.statement)"""
INDEXES = """SELECT index::text, pg_catalog.format('%I.%I', schemaname, tablename) AS table,
    method::text, valid, rows, bytes, pg_size_pretty(bytes) AS size, options
    FROM vecext.indexes ORDER BY schemaname, tablename, indexname"""
# What decides how indexes are built and kept, and what differs from vecext's defaults.
SETTINGS = """SELECT name, current_setting(name) AS value, source FROM pg_settings
    WHERE name IN ('shared_buffers', 'maintenance_work_mem', 'max_parallel_maintenance_workers', 'autovacuum', 'jit')
        OR name LIKE 'vecext.%' AND source <> 'default' AND name <> 'vecext.version'
    ORDER BY name"""


@click.command("doctor")
@click.pass_obj
def command(session: Session, /) -> int:
    """Say if anything is wrong with vecext in the database, and what would be better: exit code 1 if there are errors or warnings."""
    with session.connect() as connection:
        versions = _rows(connection, VERSIONS)[0] | {"client": vecext.__version__}
        findings = _version_findings(versions) + _rows(connection, FINDINGS)
        indexes, settings = _rows(connection, INDEXES), _rows(connection, SETTINGS)
    findings.sort(key=lambda finding: SEVERITIES.index(finding["severity"]))
    is_well = all(finding["severity"] == "info" for finding in findings)
    result = {"ok": is_well, "versions": versions, "findings": findings, "indexes": indexes, "settings": settings}
    session.finish(result, _lines(versions, findings, indexes, settings))
    return 0 if is_well else 1


def _rows(connection: Connection[Any], statement: str) -> Rows:
    return connection.cursor(row_factory=dict_row).execute(statement).fetchall()


def _version_findings(versions: dict[str, Any]) -> Rows:
    """A client of another version than the library; health() tells of a library that is not the database's."""
    if versions["client"] == versions["library"]:
        return []
    finding = f"this client has version {versions['client']}, and the server's library {versions['library']}"
    statement = f"pip install ./clients/python    # in the sources of version {versions['library']}"
    return [{"severity": "info", "object": "client", "finding": finding, "statement": statement, "gain": None}]


def _lines(versions: dict[str, Any], findings: Rows, indexes: Rows, settings: Rows) -> list[str]:
    lines = [
        f"client {versions['client']}, PostgreSQL {versions['server']}, extension {versions['extension']}, library {versions['library']} ({versions['kernel']})"
    ]
    for finding in findings:
        lines += ["", f"{finding['severity']}: {finding['object'] or 'server'}: {finding['finding']}"]
        lines += [f"  gain: {finding['gain']}"] if finding["gain"] else []
        lines += [f"  {line}" for line in (finding["statement"] or "").splitlines()]
    if indexes:
        lines += ["", "indexes"]
        lines += [
            f"  {row['index']}  {row['method']} on {row['table']}, {_count(row['rows'])}, {row['size']}{'' if row['valid'] else ', invalid'}" for row in indexes
        ]
    lines += ["", "settings", *(f"  {row['name']} = {row['value']}" for row in settings)]
    return lines if findings else [*lines, "", "nothing is wrong"]


def _count(rows: int | None) -> str:
    return "rows not counted yet" if rows is None else f"{rows:,} rows"
