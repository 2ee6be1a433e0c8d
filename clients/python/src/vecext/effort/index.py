"""The index that is measured: its table, its order, and the statements that search by it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from vecext.errors import Error

# Method -> the setting that says how much work a search does, where vecext.target_recall does not.
EFFORTS = {"hnsw": "hnsw.ef_search", "ivfpq": "ivfpq.probes", "ivfflat": "ivfflat.probes"}

_INDEX = """
SELECT c.oid::regclass::text, c.relname, c.relkind, a.amname, i.indisvalid AND i.indisready, i.indrelid::regclass::text, pg_get_indexdef(c.oid, 1, true),
       o.oprname, n.nspname, opc.opcintype::regtype::text
FROM pg_class AS c
    JOIN pg_am AS a ON a.oid = c.relam
    JOIN pg_index AS i ON i.indexrelid = c.oid
    JOIN pg_opclass AS opc ON opc.oid = i.indclass[0]
    LEFT JOIN pg_amop AS p ON p.amopfamily = opc.opcfamily AND p.amoppurpose = 'o' AND p.amoplefttype = opc.opcintype
    LEFT JOIN pg_operator AS o ON o.oid = p.amopopr
    LEFT JOIN pg_namespace AS n ON n.oid = o.oprnamespace
WHERE c.oid = to_regclass(%s)::oid"""


@dataclass(frozen=True)
class SearchedIndex:
    """An index of vectors. `table` and `expression` are as statements write them, `type` is that of the vectors; `where` is a condition of all searches."""

    name: str
    relation: str
    method: str
    table: str
    expression: str
    operator: str
    type: str
    is_cosine: bool
    where: str | None = None

    @property
    def effort(self) -> str:
        """The setting of its method."""
        return EFFORTS[self.method]

    @property
    def condition(self) -> sql.Composable:
        """The WHERE clause of searches."""
        return sql.SQL(" WHERE ({})").format(verbatim(self.where)) if self.where else sql.SQL("")

    def search(self, limit: int) -> sql.Composed:
        """The statement that finds the nearest rows of its parameter `query`: where each lies, and its distance."""
        order = sql.SQL("({}) {} {}::{}").format(verbatim(self.expression), verbatim(self.operator), sql.Placeholder("query"), sql.SQL(self.type))
        return sql.SQL("SELECT ctid::text, {order} FROM {table}{condition} ORDER BY {order} LIMIT {limit}").format(
            order=order, table=verbatim(self.table), condition=self.condition, limit=sql.Literal(limit)
        )

    @property
    def matching(self) -> sql.Composable:
        """The WHERE clause of rows that searches can find: those with a vector."""
        known = sql.SQL("({}) IS NOT NULL").format(verbatim(self.expression))
        return sql.SQL("{} AND {}").format(self.condition, known) if self.where else sql.SQL(" WHERE {}").format(known)


def verbatim(text: str) -> sql.SQL:
    """SQL as it is, in a statement with parameters."""
    return sql.SQL(text.replace("%", "%%"))


def find_index(connection: psycopg.Connection[Any], name: str, where: str | None = None) -> SearchedIndex:
    """The index of that name, which may have a schema. Raises `Error` if searches cannot be measured by it."""
    try:
        with connection.transaction():
            row = connection.execute(_INDEX, [name]).fetchone()
    except (psycopg.errors.SyntaxError, psycopg.errors.InvalidName) as error:
        raise Error(f"{name} is not the name of an index", hint=f"""quote it as in SQL: '"{name}"'""") from error
    if row is None:
        raise Error(f"index {name} does not exist", hint="SELECT indexrelname FROM pg_stat_user_indexes lists those of this database")
    name, relation, kind, method, is_valid, table, expression, operator, schema, sql_type = row
    if method not in EFFORTS:
        raise Error(f"{relation} is an index by {method}, whose searches have no effort to choose", hint=f"name one by {', '.join(EFFORTS)}")
    if kind == "I":
        raise Error(f"{relation} is the index of a partitioned table", hint="name the index of one partition")
    if not is_valid:
        raise Error(f"index {relation} is not valid, so that no search uses it", hint=f"REINDEX INDEX {name}")
    named = f"OPERATOR({sql.Identifier(schema).as_string()}.{operator})"
    # bit alone is bit(1).
    return SearchedIndex(name, relation, method, table, expression, named, '"bit"' if sql_type == "bit" else sql_type, operator == "<=>", where)


def check_plan(connection: psycopg.Connection[Any], index: SearchedIndex, query: Any, k: int) -> None:
    """Raises `Error` unless the planner searches by the index."""
    statement = sql.SQL("EXPLAIN (FORMAT JSON) {}").format(index.search(k))
    (plan,) = connection.execute(statement, {"query": query}).fetchone() or (None,)
    names = sorted(_indexes(plan if isinstance(plan, list) else json.loads(str(plan))))
    if index.relation in names:
        return
    if names:
        raise Error(
            f"the planner does not use {index.relation} for such queries, but {', '.join(names)}",
            hint=f"both serve the same order: drop one of them first. SELECT vecext.recall('{index.name}') measures an index beside another one",
        )
    raise Error(
        f"the planner does not use {index.relation} for such queries, nor any other index",
        hint=f"a table of so few rows, or so few that match, is read as a whole at once; SELECT * FROM vecext.explain_index('{index.table}', COLUMN) says more",
    )


def _indexes(plan: Any) -> set[str]:
    """The names of indexes in a plan."""
    if isinstance(plan, list):
        return set().union(*map(_indexes, plan)) if plan else set()
    if not isinstance(plan, dict):
        return set()
    own = {str(plan[key]) for key in ("Index Name", "Index") if key in plan}
    return own.union(*(_indexes(value) for value in plan.values() if isinstance(value, list | dict)))
