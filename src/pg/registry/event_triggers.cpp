// Keeps the registry true when SQL drops or renames a table, a view, a column or an index of a
// collection. Keeps the views of aliases from giving every role the rights of their owners.
#include "pg/registry/registry_tables.h"
#include "pg/sys/list.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/inval.h"
}

namespace vecext::pg {

namespace {

#define VECEXT_DROPPED "pg_catalog.pg_event_trigger_dropped_objects() d"
#define VECEXT_ALTERED "pg_catalog.pg_event_trigger_ddl_commands() d"
#define VECEXT_IS_RELATION \
  "d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass"
#define VECEXT_HAS_COLUMN(relid, column)                                           \
  "EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid"                 \
  " OPERATOR(pg_catalog.=) " relid " AND a.attname OPERATOR(pg_catalog.=) " column \
  " AND NOT a.attisdropped)"
// A condition on a row i of the registry: the column has the name of an index that was dropped.
#define VECEXT_DROPPED_INDEXES(column)                                            \
  VECEXT_DROPPED                                                                  \
  " WHERE d.object_type OPERATOR(pg_catalog.=) 'index'"                           \
  " AND i." column                                                                \
  "::text OPERATOR(pg_catalog.=) d.object_name"                                   \
  " AND NOT EXISTS (SELECT FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class k" \
  "     ON k.oid OPERATOR(pg_catalog.=) x.indexrelid"                             \
  "   WHERE x.indrelid OPERATOR(pg_catalog.=) i.relid"                            \
  "     AND k.relname::text OPERATOR(pg_catalog.=) d.object_name)"

/// A query that returns a row if the registry knows anything that was dropped.
constexpr const char* kConcerned =
    "SELECT FROM " VECEXT_DROPPED
    " WHERE (d.object_type OPERATOR(pg_catalog.=) ANY ('{index,table constraint}')"
    "   AND EXISTS (SELECT FROM vecext.payload_indexes))"
    " OR (" VECEXT_IS_RELATION
    "   AND (EXISTS (SELECT FROM vecext.collections c WHERE c.relid OPERATOR(pg_catalog.=) d.objid)"
    "     OR EXISTS (SELECT FROM vecext.collection_aliases a"
    "       WHERE a.view OPERATOR(pg_catalog.=) d.objid)"
    "     OR EXISTS (SELECT FROM vecext.namespace_tables t"
    "       WHERE t.relid OPERATOR(pg_catalog.=) d.objid)))";

constexpr const char* kDropStatements[] = {
    VECEXT_DELETE_COLLECTIONS(
        "USING " VECEXT_DROPPED " WHERE " VECEXT_IS_RELATION
        " AND c.relid OPERATOR(pg_catalog.=) d.objid AND (d.objsubid OPERATOR(pg_catalog.=) 0"
        "   OR NOT " VECEXT_HAS_COLUMN("c.relid", "c.id_column") ")"),
    "DELETE FROM vecext.collection_aliases a USING " VECEXT_DROPPED " WHERE " VECEXT_IS_RELATION
    " AND d.objsubid OPERATOR(pg_catalog.=) 0 AND a.view OPERATOR(pg_catalog.=) d.objid",
    "DELETE FROM vecext.collection_vectors v USING " VECEXT_DROPPED " WHERE " VECEXT_IS_RELATION
    " AND v.relid OPERATOR(pg_catalog.=) d.objid"
    " AND NOT " VECEXT_HAS_COLUMN("v.relid", "v.column_name"),
    "UPDATE vecext.collections c SET payload_column = NULL FROM " VECEXT_DROPPED
    " WHERE " VECEXT_IS_RELATION
    " AND c.relid OPERATOR(pg_catalog.=) d.objid"
    " AND NOT " VECEXT_HAS_COLUMN("c.relid", "c.payload_column"),
    "DELETE FROM vecext.namespace_tables t USING " VECEXT_DROPPED " WHERE " VECEXT_IS_RELATION
    " AND t.relid OPERATOR(pg_catalog.=) d.objid AND NOT " VECEXT_HAS_COLUMN("t.relid",
                                                                             "t.column_name"),
    "DELETE FROM vecext.payload_indexes i USING " VECEXT_DROPPED_INDEXES("index"),
    "UPDATE vecext.payload_indexes i SET array_index = NULL FROM " VECEXT_DROPPED_INDEXES(
        "array_index"),
    "UPDATE vecext.payload_indexes i SET constraint_name = NULL,"
    " options = i.options OPERATOR(pg_catalog.-) 'scalar_only' FROM " VECEXT_DROPPED
    " WHERE d.object_type OPERATOR(pg_catalog.=) 'table constraint'"
    " AND i.constraint_name IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint n"
    "   WHERE n.conrelid OPERATOR(pg_catalog.=) i.relid"
    "     AND n.conname OPERATOR(pg_catalog.=) i.constraint_name)",
};

// $1 is the old name, $2 the new one. The relation may be of any kind, as ALTER TABLE renames all
// kinds.
constexpr const char* kRenameRelation[] = {
    "UPDATE vecext.collections c SET name = $2 FROM " VECEXT_ALTERED
    " WHERE c.relid OPERATOR(pg_catalog.=) d.objid AND c.named_by_table",
    "UPDATE vecext.collection_aliases a SET alias = $2 FROM " VECEXT_ALTERED
    " WHERE a.view OPERATOR(pg_catalog.=) d.objid",
    "UPDATE vecext.payload_indexes i SET index = $2 FROM " VECEXT_ALTERED
    " JOIN pg_catalog.pg_index x ON x.indexrelid OPERATOR(pg_catalog.=) d.objid"
    " WHERE i.relid OPERATOR(pg_catalog.=) x.indrelid AND i.index::text OPERATOR(pg_catalog.=) $1",
    "UPDATE vecext.payload_indexes i SET array_index = $2 FROM " VECEXT_ALTERED
    " JOIN pg_catalog.pg_index x ON x.indexrelid OPERATOR(pg_catalog.=) d.objid"
    " WHERE i.relid OPERATOR(pg_catalog.=) x.indrelid"
    " AND i.array_index::text OPERATOR(pg_catalog.=) $1",
};

/// A query that returns a row if the registry has the name of a relation that was renamed.
constexpr const char* kNamed =
    "SELECT FROM " VECEXT_ALTERED
    " WHERE EXISTS (SELECT FROM vecext.collections c"
    "   WHERE c.relid OPERATOR(pg_catalog.=) d.objid AND c.named_by_table)"
    " OR EXISTS (SELECT FROM vecext.collection_aliases a WHERE a.view OPERATOR(pg_catalog.=) "
    "d.objid)";

// True if the column $1 of the table is now called $2. The command may have named a table that the
// collection's table inherits from, or its type, so the present columns are looked at.
#define VECEXT_IS_RENAMED(relid, column)                                \
  column "::text OPERATOR(pg_catalog.=) $1 AND NOT " VECEXT_HAS_COLUMN( \
      relid, "$1") " AND " VECEXT_HAS_COLUMN(relid, "$2")
constexpr const char* kRenameColumn[] = {
    "UPDATE vecext.collections c SET id_column = $2"
    " WHERE " VECEXT_IS_RENAMED("c.relid", "c.id_column"),
    "UPDATE vecext.collections c SET payload_column = $2"
    " WHERE " VECEXT_IS_RENAMED("c.relid", "c.payload_column"),
    "UPDATE vecext.collection_vectors v SET column_name = $2"
    " WHERE " VECEXT_IS_RENAMED("v.relid", "v.column_name"),
};

constexpr const char* kRenameConstraint[] = {
    "UPDATE vecext.payload_indexes i SET constraint_name = $2 FROM " VECEXT_ALTERED
    " JOIN pg_catalog.pg_constraint n ON n.oid OPERATOR(pg_catalog.=) d.objid"
    " WHERE i.relid OPERATOR(pg_catalog.=) n.conrelid"
    " AND i.constraint_name::text OPERATOR(pg_catalog.=) $1",
};

/// The altered views of aliases that every role may use and that read with the rights of their
/// owners.
constexpr const char* kOpenViews =
    "SELECT v.relname FROM " VECEXT_ALTERED
    " JOIN vecext.collection_aliases a ON a.view OPERATOR(pg_catalog.=) d.objid"
    " JOIN pg_catalog.pg_class v ON v.oid OPERATOR(pg_catalog.=) a.view"
    " WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_options_to_table(v.reloptions) o"
    "   WHERE CASE WHEN o.option_name OPERATOR(pg_catalog.=) 'security_invoker'"
    "     THEN o.option_value::pg_catalog.bool END)"
    " AND EXISTS (SELECT FROM pg_catalog.aclexplode(v.relacl) g"
    "   WHERE g.grantee OPERATOR(pg_catalog.=) 0)";

/// Executes a statement of this file and returns the number of rows. $1 and $2 are names.
uint64 execute(const char* statement, const char* old_name, const char* new_name) {
  Oid types[] = {TEXTOID, TEXTOID};
  Datum arguments[] = {0, 0};
  const int count = old_name == nullptr ? 0 : 2;
  if (count != 0) {
    arguments[0] = CStringGetTextDatum(old_name);
    arguments[1] = CStringGetTextDatum(new_name);
  }
  return execute_on_registry(statement, count, types, arguments);
}

template <std::size_t kCount>
void execute_all(const char* const (&statements)[kCount], const char* old_name,
                 const char* new_name) {
  for (const char* statement : statements) {
    execute(statement, old_name, new_name);
  }
}

/// Calls body() as the owner of the registry, connected to SPI. Does nothing if the registry does
/// not exist, as while the extension itself is created or dropped.
template <class Body>
void with_registry(Body body) {
  const Oid oid = registry_table("collections");
  if (!OidIsValid(oid) || !OidIsValid(registry_table("collection_aliases"))) {
    return;
  }
  const Relation registry = table_open(oid, AccessShareLock);
  as_owner(registry, [&] {
    SPI_connect();
    body();
    SPI_finish();
  });
  table_close(registry, NoLock);
}

/// Makes sessions plan queries of a table again if an index of it was renamed. Which bm25 index a
/// query takes depends on their names, and the server itself invalidates only the index.
void invalidate_tables_of_indexes() {
  execute("SELECT x.indrelid FROM " VECEXT_ALTERED
          " JOIN pg_catalog.pg_index x ON x.indexrelid OPERATOR(pg_catalog.=) d.objid",
          nullptr, nullptr);
  for (uint64 i = 0; i < SPI_processed; ++i) {
    bool is_null;
    CacheInvalidateRelcacheByRelid(
        DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null)));
  }
}

void follow_rename(const RenameStmt& statement) {
  const char* new_name = statement.newname;
  if (statement.renameType == OBJECT_COLUMN || statement.renameType == OBJECT_ATTRIBUTE) {
    execute_all(kRenameColumn, statement.subname, new_name);
    return;
  }
  if (statement.renameType == OBJECT_TABCONSTRAINT) {
    execute_all(kRenameConstraint, statement.subname, new_name);
    return;
  }
  const char* old_name = statement.relation->relname;
  if (execute(kNamed, nullptr, nullptr) > 0) {
    text* name = cstring_to_text(new_name);
    lock_registry_name(name);
    check_registry_name(name, false);
  }
  execute_all(kRenameRelation, old_name, new_name);
  invalidate_tables_of_indexes();
}

bool renames_relation(const RenameStmt& statement) {
  switch (statement.renameType) {
    case OBJECT_TABLE:
    case OBJECT_VIEW:
    case OBJECT_INDEX:
    case OBJECT_COLUMN:
    case OBJECT_ATTRIBUTE:
    case OBJECT_TABCONSTRAINT:
      return statement.relation != nullptr;
    default:
      return false;
  }
}

/// True if the statement may remove the option security_invoker from a view.
bool changes_view_options(const Node* statement) {
  if (IsA(statement, ViewStmt)) {
    return reinterpret_cast<const ViewStmt*>(statement)->replace;
  }
  if (!IsA(statement, AlterTableStmt)) {
    return false;
  }
  const List* commands = reinterpret_cast<const AlterTableStmt*>(statement)->cmds;
  for (const auto* command : list_of<AlterTableCmd>(commands)) {
    if (command->subtype == AT_SetRelOptions || command->subtype == AT_ResetRelOptions) {
      return true;
    }
  }
  return false;
}

/// Raises an ERROR 42P16 if the view of an alias no longer reads with the rights of the role that
/// uses it, as vecext grants such views to PUBLIC.
void check_alias_views() {
  if (execute(kOpenViews, nullptr, nullptr) > 0) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
             errmsg("view \"%s\" of an alias would give every role the rights of its owner",
                    SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
             errhint("Use WITH (security_invoker = true), or REVOKE ALL ON the view FROM PUBLIC "
                     "first.")));
  }
}

void follow_drop() {
  if (execute(kConcerned, nullptr, nullptr) > 0) {
    execute_all(kDropStatements, nullptr, nullptr);
  }
}

}  // namespace

// vecext_internal.follow_ddl() → event_trigger, on sql_drop, ddl_command_start and ddl_command_end.
// At the start of a command, the call has loaded the library, whose hook counts the rows of
// namespaces that a table has before it is dropped.
VECEXT_FUNCTION(vecext_internal_follow_ddl)
{
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo)) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("vecext_internal.follow_ddl() is not called as an event trigger")));
  }
  const auto* event = reinterpret_cast<EventTriggerData*>(fcinfo->context);
  if (strcmp(event->event, "sql_drop") == 0) {
    with_registry(follow_drop);
  } else if (strcmp(event->event, "ddl_command_start") == 0) {
    PG_RETURN_NULL();
  } else if (IsA(event->parsetree, RenameStmt)) {
    const auto& statement = *reinterpret_cast<const RenameStmt*>(event->parsetree);
    if (renames_relation(statement)) {
      with_registry([&] { follow_rename(statement); });
    }
  } else if (changes_view_options(event->parsetree)) {
    with_registry(check_alias_views);
  }
  PG_RETURN_NULL();
}

}  // namespace vecext::pg
