// Writes the registry. Its tables belong to the role that has created the extension; every role may
// have collections. So the caller's rights on the collection's table are checked here, and the row
// is then written as the tables' owner by a statement that stands in this file.
#include <string_view>

#include "pg/registry/collection_name.h"
#include "pg/registry/registry_tables.h"
#include "pg/sys/owner_scope.h"

extern "C" {
#include "utils/inval.h"
#include "utils/syscache.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

struct WriteAction {
  std::string_view name;
  /// Adds a row about the table, and so locks it as a query that reads it does: the table, and the
  /// names in the row, stay what they are until the transaction ends. A row that is there needs no
  /// lock: who drops or renames what it names waits for the row.
  bool adds;
  /// Locks the collection's row first; null: not needed. No row about a collection outlives it: who
  /// adds one and who deletes the collection wait for each other, as by a foreign key, and then see
  /// what the other has done. Others, such as builders of indexes and those who change options, do
  /// not wait.
  const char* lock;
  /// Raises an error unless such a row may be there; null: any may go. As in the statement, $1 is
  /// the table, $2 the row as an object, and everything is named by schema.
  const char* check;
  const char* statement;
};

#define VECEXT_LOCK(mode) \
  "SELECT FROM vecext.collections c WHERE c.relid OPERATOR(pg_catalog.=) $1 FOR " mode
#define VECEXT_ROW(columns) "pg_catalog.jsonb_to_record($2) AS r(" columns ")"
constexpr WriteAction kActions[] = {
    {"add_collection", true, nullptr, "SELECT vecext.registry_check_collection($1, $2)",
     "INSERT INTO vecext.collections SELECT $1, coalesce(r.name, t.relname::pg_catalog.text),"
     " r.id_column, r.payload_column, coalesce(r.payload_schema, '{}'), coalesce(r.options, '{}'),"
     " coalesce(r.name OPERATOR(pg_catalog.=) t.relname::pg_catalog.text, true)"
     " FROM pg_catalog.pg_class t, " VECEXT_ROW(
         "name text, id_column name, payload_column name,"
         " payload_schema jsonb, options jsonb") " WHERE t.oid OPERATOR(pg_catalog.=) $1"},
    {"add_vector", true, VECEXT_LOCK("KEY SHARE"), "SELECT vecext.registry_check_vector($1, $2)",
     "INSERT INTO vecext.collection_vectors SELECT $1, r.name, r.column_name,"
     " pg_catalog.lower(r.distance COLLATE pg_catalog.\"C\"), coalesce(r.params, '{}')"
     " FROM " VECEXT_ROW("name text, column_name name, distance text, params jsonb")},
    {"set_vector", false, nullptr, "SELECT vecext.registry_check_vector_change($1, $2)",
     "UPDATE vecext.collection_vectors v SET params = vecext.registry_merge(v.params, r.params)"
     " FROM " VECEXT_ROW("name text, params jsonb") " WHERE v.relid OPERATOR(pg_catalog.=) $1"
                                                    " AND v.name OPERATOR(pg_catalog.=) r.name"},
    {"rename_vector", false, nullptr, nullptr,
     "UPDATE vecext.collection_vectors v SET name = r.new_name"
     " FROM " VECEXT_ROW("name text, new_name text") " WHERE v.relid OPERATOR(pg_catalog.=) $1"
                                                     " AND v.name OPERATOR(pg_catalog.=) r.name"},
    {"set_payload_schema", false, nullptr, "SELECT vecext.registry_check_schema($1, $2)",
     "UPDATE vecext.collections c SET payload_schema = r.payload_schema"
     " FROM " VECEXT_ROW("payload_schema jsonb") " WHERE c.relid OPERATOR(pg_catalog.=) $1"},
    {"set_collection", false, nullptr, "SELECT vecext.registry_check_change($1, $2)",
     "UPDATE vecext.collections c SET name = coalesce(r.name, c.name),"
     " named_by_table = coalesce(r.name OPERATOR(pg_catalog.=) t.relname::pg_catalog.text,"
     "   c.named_by_table),"
     " options = vecext.registry_merge(c.options, coalesce(r.options, '{}'))"
     " FROM pg_catalog.pg_class t, " VECEXT_ROW(
         "name text, options jsonb") " WHERE c.relid OPERATOR(pg_catalog.=) $1 AND t.oid "
                                     "OPERATOR(pg_catalog.=) $1"},
    {"drop_collection", false, VECEXT_LOCK("UPDATE"), nullptr,
     VECEXT_DELETE_COLLECTIONS("WHERE c.relid OPERATOR(pg_catalog.=) $1")},
    {"add_payload_index", true, VECEXT_LOCK("KEY SHARE"),
     "SELECT vecext.registry_check_index_row($1, $2)",
     "INSERT INTO vecext.payload_indexes SELECT $1, r.key, r.type, coalesce(r.options, '{}'),"
     " r.index, r.array_index, r.constraint_name"
     " FROM " VECEXT_ROW("key text, type text, options jsonb, index name, array_index name,"
                         " constraint_name name")},
    {"drop_payload_index", false, nullptr, nullptr,
     "DELETE FROM vecext.payload_indexes i USING " VECEXT_ROW(
         "key text, type text") " WHERE i.relid OPERATOR(pg_catalog.=) $1 AND i.key "
                                "OPERATOR(pg_catalog.=) r.key"
                                " AND i.type OPERATOR(pg_catalog.=) r.type"},
    {"set_alias", true, VECEXT_LOCK("KEY SHARE"), "SELECT vecext.registry_check_alias($1, $2)",
     "INSERT INTO vecext.collection_aliases SELECT r.name, r.view, $1"
     " FROM " VECEXT_ROW(
         "name text, view pg_catalog.regclass") " ON CONFLICT (alias) DO UPDATE SET view = "
                                                "EXCLUDED.view, relid = EXCLUDED.relid"},
};

const WriteAction& action_of_name(std::string_view name) {
  for (const WriteAction& action : kActions) {
    if (action.name == name) {
      return action;
    }
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("unknown change of the registry: \"%.*s\"", static_cast<int>(name.size()),
                         name.data())));
}

}  // namespace

Oid registry_or_error() {
  const Oid registry = registry_table("collections");
  if (!OidIsValid(registry)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("extension \"vecext\" is not in this database")));
  }
  return registry;
}

namespace {

/// The text of a key of the object; null if it has none.
text* text_of_key(Jsonb* row, const char* key) {
  JsonbValue storage;
  const JsonbValue* value =
      getKeyJsonValueFromContainer(&row->root, key, static_cast<int>(strlen(key)), &storage);
  if (value == nullptr || value->type == jbvNull) {
    return nullptr;
  }
  if (value->type != jbvString) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be a string", key)));
  }
  return cstring_to_text_with_len(value->val.string.val, value->val.string.len);
}

}  // namespace

uint64 execute_on_registry(const char* statement, int count, Oid* types, Datum* arguments) {
  const SPIPlanPtr plan = SPI_prepare(statement, count, types);
  if (plan == nullptr || SPI_execute_snapshot(plan, arguments, nullptr, GetLatestSnapshot(),
                                              InvalidSnapshot, false, true, 0) < 0) {
    elog(ERROR, "the registry cannot be read or written");
  }
  return SPI_processed;
}

namespace {

uint32 hash_of_name(const text* name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(VARDATA_ANY(name));
  return hash_bytes(bytes, static_cast<int>(VARSIZE_ANY_EXHDR(name)));
}

}  // namespace

void lock_registry_name(const text* name) {
  // Without this, a standby would refuse the lock, by another SQLSTATE than writes.
  PreventCommandIfReadOnly("a change of collections");
  LockDatabaseObject(registry_or_error(), hash_of_name(name), kLockOfName, AccessExclusiveLock);
}

namespace {

/// lock_registry_name() if it need not wait; false if another transaction has the name.
bool try_lock_registry_name(const text* name) {
  PreventCommandIfReadOnly("a change of collections");
  LOCKTAG tag;
  SET_LOCKTAG_OBJECT(tag, MyDatabaseId, registry_or_error(), hash_of_name(name), kLockOfName);
  if (LockAcquire(&tag, AccessExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL) {
    return false;
  }
  AcceptInvalidationMessages();
  return true;
}

/// Takes one lock_registry_name() back; a name that the transaction has locked before stays locked.
void unlock_registry_name(const text* name) {
  UnlockDatabaseObject(registry_or_error(), hash_of_name(name), kLockOfName, AccessExclusiveLock);
}

[[noreturn]] void raise_taken(const text* name) {
  ereport(ERROR,
          (errcode(ERRCODE_DUPLICATE_TABLE), errmsg("collection or alias \"%s\" already exists",
                                                    text_to_cstring(const_cast<text*>(name)))));
}

/// True if a row of the statement's result is there; runs as the tables' owner.
bool finds(const char* statement, Datum argument) {
  Oid type = TEXTOID;
  return execute_on_registry(statement, 1, &type, &argument) > 0;
}

}  // namespace

void check_registry_name(text* name, bool may_be_alias) {
  Oid type = TEXTOID;
  Datum value = PointerGetDatum(name);
  // A table that was dropped while event triggers were disabled has left its row.
  execute_on_registry(
      VECEXT_DELETE_COLLECTIONS(
          "WHERE c.name OPERATOR(pg_catalog.=) $1 AND NOT EXISTS"
          " (SELECT FROM pg_catalog.pg_class t WHERE t.oid OPERATOR(pg_catalog.=) c.relid)"),
      1, &type, &value);
  if (finds("SELECT FROM vecext.collections WHERE name OPERATOR(pg_catalog.=) $1", value) ||
      (!may_be_alias &&
       finds("SELECT FROM vecext.collection_aliases WHERE alias OPERATOR(pg_catalog.=) $1",
             value))) {
    raise_taken(name);
  }
}

namespace {

void check_owner(Oid relid) {
  const char kind = get_rel_relkind(relid);
  if (kind == '\0') {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", relid)));
  }
  if (!owns_relation(relid)) {
    aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(kind), get_rel_name(relid));
  }
}

/// As for DROP, the owner of the schema counts as one.
void check_may_drop(Oid relid) {
  const Oid schema = get_rel_namespace(relid);
  if (!OidIsValid(schema) || !owns_schema(schema)) {
    check_owner(relid);
  }
}

LOCKMODE lock_mode_of_name(const text* name) {
  const std::string_view mode{VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)};
  if (mode == "SHARE ROW EXCLUSIVE") {
    return ShareRowExclusiveLock;
  }
  if (mode == "ACCESS EXCLUSIVE") {
    return AccessExclusiveLock;
  }
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
           errmsg("unknown lock mode: \"%.*s\"", static_cast<int>(mode.size()), mode.data())));
}

/// Executes a statement about the row and returns how many rows it has read or written.
int64 execute(const char* statement, Oid relid, Jsonb* row) {
  Oid types[] = {REGCLASSOID, JSONBOID};
  Datum arguments[] = {ObjectIdGetDatum(relid), JsonbPGetDatum(row)};
  return static_cast<int64>(execute_on_registry(statement, 2, types, arguments));
}

/// The name of a collection or an alias that the row gives; null if it gives none.
text* name_of_row(const WriteAction& action, Jsonb* row) {
  // A vector has a name of its own, which is not the collection's.
  return action.name.ends_with("_vector") ? nullptr : text_of_key(row, "name");
}

/// Locks the table, and the name that the row gives; returns it, null if there is none. A
/// collection without a name gets that of its table. A session that has the one may want the other,
/// so it waits for each without the other.
text* lock_table_and_name(const WriteAction& action, Oid relid, Jsonb* row) {
  text* const given = name_of_row(action, row);
  for (;;) {
    LockRelationOid(relid, AccessShareLock);
    // It may have been dropped, or have another owner, meanwhile.
    check_owner(relid);
    text* name = given == nullptr && action.name == "add_collection"
                     ? cstring_to_text(get_rel_name(relid))
                     : given;
    if (name == nullptr || try_lock_registry_name(name)) {
      return name;
    }
    UnlockRelationOid(relid, AccessShareLock);
    lock_registry_name(name);
    unlock_registry_name(name);
  }
}

text* lock_name(const WriteAction& action, Jsonb* row) {
  text* name = name_of_row(action, row);
  if (name != nullptr) {
    lock_registry_name(name);
  }
  return name;
}

int64 write_row(const WriteAction& action, Oid relid, Jsonb* row) {
  const Relation registry = table_open(registry_or_error(), RowExclusiveLock);
  text* name = action.adds ? lock_table_and_name(action, relid, row) : lock_name(action, row);
  SPI_connect();
  if (action.lock != nullptr) {
    as_owner(registry, [&] { return execute(action.lock, relid, row); });
  }
  if (action.check != nullptr) {
    execute(action.check, relid, row);
  }
  const int64 changed = as_owner(registry, [&] {
    if (name != nullptr) {
      check_registry_name(name, action.name == "set_alias");
    }
    return execute(action.statement, relid, row);
  });
  SPI_finish();
  table_close(registry, NoLock);
  return changed;
}

}  // namespace

// vecext.registry_write(relid regclass, action text, row jsonb) → bigint
VECEXT_FUNCTION(vecext_registry_write)
{
  const Oid relid = PG_GETARG_OID(0);
  const text* action_name = PG_GETARG_TEXT_PP(1);
  Jsonb* row = PG_GETARG_JSONB_P(2);
  const WriteAction& action =
      action_of_name({VARDATA_ANY(action_name), VARSIZE_ANY_EXHDR(action_name)});
  if (!JB_ROOT_IS_OBJECT(row)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the row must be an object")));
  }
  check_owner(relid);
  const int64 changed = write_row(action, relid, row);
  // Plans have what the registry says of the table: they are made again.
  if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid))) {
    CacheInvalidateRelcacheByRelid(relid);
  }
  PG_RETURN_INT64(changed);
}

namespace {

/// ERROR 42501 if the name is that of a collection or an alias that the caller may not change: its
/// owners would wait for the caller's transaction.
void check_may_lock(text* name) {
  AcceptInvalidationMessages();
  const NamedRelation found = relation_of_name(text_to_cstring(name));
  if (OidIsValid(found.table) && get_rel_relkind(found.relation) != '\0') {
    check_may_drop(found.relation);
  }
}

}  // namespace

// vecext.registry_lock(name text) → void
VECEXT_FUNCTION(vecext_registry_lock)
{
  text* name = PG_GETARG_TEXT_PP(0);
  check_may_lock(name);
  lock_registry_name(name);
  // It may have been given meanwhile.
  check_may_lock(name);
  PG_RETURN_VOID();
}

// vecext.registry_lock_relation(relation regclass, mode text) → void
//
// LOCK TABLE takes a name, which the owner may have given to another relation once the wait ends.
VECEXT_FUNCTION(vecext_registry_lock_relation)
{
  const Oid relid = PG_GETARG_OID(0);
  const LOCKMODE mode = lock_mode_of_name(PG_GETARG_TEXT_PP(1));
  PreventCommandIfReadOnly("a change of collections");
  check_may_drop(relid);
  LockRelationOid(relid, mode);
  // It may have been dropped, or have another owner, meanwhile.
  check_may_drop(relid);
  PG_RETURN_VOID();
}

// The trigger of the registry's tables: all sessions forget what they have read of them.
VECEXT_FUNCTION(vecext_registry_changed)
{
  if (!CALLED_AS_TRIGGER(fcinfo)) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("vecext.registry_changed() is not called as a trigger")));
  }
  invalidate_registry();
  PG_RETURN_DATUM(0);
}

}  // namespace vecext::pg
