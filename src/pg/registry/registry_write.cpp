// Writes the registry. Its tables belong to the role that has created the extension, but every role
// may have collections. So the caller's rights on the collection's table are checked here, and the
// row is then written by the owner of the registry with a fixed statement of this file.
#include "pg/registry/registry_write.h"

#include "pg/registry/collection_name.h"
#include "pg/registry/registry_tables.h"
#include "pg/sys/catalog.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/varlena.h"

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
  RegistryChange change;
  /// True if the field `name` of the row is the name of a collection or an alias.
  bool gives_name;
  /// True if the statement adds a row about the table. Then the table is locked as by a query that
  /// reads it, so that the table and the names in the row stay what they are until the transaction
  /// ends. A row that exists already needs no lock: a session that drops or renames what it names
  /// waits for the row.
  bool adds;
  /// A statement that locks the row of the collection first, or null if no lock is needed. By this
  /// lock, no row about a collection outlives the collection: a session that adds a row and a
  /// session that deletes the collection wait for each other, as with a foreign key, and the later
  /// one sees what the earlier has done. Sessions that build indexes or change options do not wait.
  const char* lock;
  /// The change itself. Here and in `lock`, $1 is the table, $2 the row as a JSON object.
  const char* statement;
};

// Statements are executed as the owner of the registry, with system schemas alone on the search
// path.
constexpr const char* kShareCollection =
    "SELECT FROM vecext.collections c WHERE c.relid = $1 FOR KEY SHARE";
constexpr const char* kTakeCollection =
    "SELECT FROM vecext.collections c WHERE c.relid = $1 FOR UPDATE";

/// The options `kept` with `changes`, which also apply within options that are objects. There null
/// removes a member.
#define VECEXT_MERGED(kept, changes)                                                               \
  kept                                                                                             \
      " || (SELECT coalesce(jsonb_object_agg(e.key, CASE jsonb_typeof(e.value) WHEN 'object' THEN" \
      " jsonb_strip_nulls(CASE jsonb_typeof(" kept " -> e.key) WHEN 'object' THEN " kept           \
      " -> e.key ELSE '{}' END || e.value) ELSE e.value END), '{}') FROM jsonb_each(" changes      \
      ") e)"

constexpr const char* kAddCollection =
    "INSERT INTO vecext.collections (relid, name, id_column, payload_column, payload_schema,"
    "   options, named_by_table, config, metadata, created_at)"
    " SELECT $1, coalesce(r.name, t.relname::text),"
    " r.id_column, r.payload_column, coalesce(r.payload_schema, '{}'),"
    " " VECEXT_MERGED("'{}'::jsonb", "coalesce(r.options, '{}')") ","
    " coalesce(r.name = t.relname::text, true),"
    " vecext_internal.merge_config(NULL, r.config), vecext.payload_merge('{}', r.metadata),"
    " coalesce(r.created_at, now())"
    " FROM pg_class t, jsonb_to_record($2) AS r(name text, id_column name, payload_column name,"
    "   payload_schema jsonb, options jsonb, config jsonb, metadata jsonb, created_at timestamptz)"
    " WHERE t.oid = $1";
constexpr const char* kAddVector =
    "INSERT INTO vecext.collection_vectors"
    " SELECT $1, r.name, r.column_name, r.distance, coalesce(r.params, '{}')"
    " FROM jsonb_to_record($2) AS r(name text, column_name name, distance text, params jsonb)";
constexpr const char* kSetVector =
    "UPDATE vecext.collection_vectors v"
    " SET params = " VECEXT_MERGED("v.params", "r.params")
    " FROM jsonb_to_record($2) AS r(name text, params jsonb)"
    " WHERE v.relid = $1 AND v.name = r.name";
constexpr const char* kRenameVector =
    "UPDATE vecext.collection_vectors v SET name = r.new_name"
    " FROM jsonb_to_record($2) AS r(name text, new_name text)"
    " WHERE v.relid = $1 AND v.name = r.name";
constexpr const char* kSetPayloadSchema =
    "UPDATE vecext.collections c SET payload_schema = r.payload_schema"
    " FROM jsonb_to_record($2) AS r(payload_schema jsonb) WHERE c.relid = $1";
constexpr const char* kSetCollection =
    "UPDATE vecext.collections c SET name = coalesce(r.name, c.name),"
    " named_by_table = coalesce(r.name = t.relname::text, c.named_by_table),"
    " options = " VECEXT_MERGED("c.options", "coalesce(r.options, '{}')") ","
    " config = vecext_internal.merge_config(c.config, r.config),"
    " metadata = CASE WHEN r.metadata IS NULL THEN c.metadata"
    "   ELSE vecext.payload_merge(coalesce(c.metadata, '{}'), r.metadata) END"
    " FROM pg_class t, jsonb_to_record($2)"
    "   AS r(name text, options jsonb, config jsonb, metadata jsonb)"
    " WHERE c.relid = $1 AND t.oid = $1";
constexpr const char* kDropCollection =
    VECEXT_DELETE_COLLECTIONS("WHERE c.relid OPERATOR(pg_catalog.=) $1");
constexpr const char* kAddPayloadIndex =
    "INSERT INTO vecext.payload_indexes (relid, key, type, options, index, array_index,"
    "   constraint_name, requested)"
    " SELECT $1, r.key, r.type, coalesce(r.options, '{}'),"
    " r.index, r.array_index, r.constraint_name, r.requested"
    " FROM jsonb_to_record($2) AS r(key text, type text, options jsonb, index name,"
    "   array_index name, constraint_name name, requested jsonb)";
constexpr const char* kSetPayloadIndex =
    "UPDATE vecext.payload_indexes i SET requested = r.requested"
    " FROM jsonb_to_record($2) AS r(key text, type text, requested jsonb)"
    " WHERE i.relid = $1 AND i.key = r.key AND i.type = r.type";
constexpr const char* kDropPayloadIndex =
    "DELETE FROM vecext.payload_indexes i USING jsonb_to_record($2) AS r(key text, type text)"
    " WHERE i.relid = $1 AND i.key = r.key AND i.type = r.type";
constexpr const char* kSetAlias =
    "INSERT INTO vecext.collection_aliases SELECT r.name, r.view, $1"
    " FROM jsonb_to_record($2) AS r(name text, view regclass)"
    " ON CONFLICT (alias) DO UPDATE SET view = EXCLUDED.view, relid = EXCLUDED.relid";
constexpr const char* kRenameAlias =
    "UPDATE vecext.collection_aliases a SET alias = r.name"
    " FROM jsonb_to_record($2) AS r(name text) WHERE a.view = $1";

constexpr WriteAction kActions[] = {
    {RegistryChange::kAddCollection, true, true, nullptr, kAddCollection},
    {RegistryChange::kAddVector, false, true, kShareCollection, kAddVector},
    {RegistryChange::kSetVector, false, false, nullptr, kSetVector},
    {RegistryChange::kRenameVector, false, false, nullptr, kRenameVector},
    {RegistryChange::kSetPayloadSchema, false, false, nullptr, kSetPayloadSchema},
    {RegistryChange::kSetCollection, true, false, nullptr, kSetCollection},
    {RegistryChange::kDropCollection, false, false, kTakeCollection, kDropCollection},
    {RegistryChange::kAddPayloadIndex, false, true, kShareCollection, kAddPayloadIndex},
    {RegistryChange::kSetPayloadIndex, false, false, nullptr, kSetPayloadIndex},
    {RegistryChange::kDropPayloadIndex, false, false, nullptr, kDropPayloadIndex},
    {RegistryChange::kSetAlias, true, true, kShareCollection, kSetAlias},
    {RegistryChange::kRenameAlias, true, false, nullptr, kRenameAlias},
};

const WriteAction& action_of(RegistryChange change) {
  const WriteAction& action = kActions[static_cast<std::size_t>(change)];
  Assert(action.change == change);
  return action;
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
  const std::string_view bytes = view_of(name);
  return hash_bytes(reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
}

}  // namespace

void lock_registry_name(const text* name) {
  // Without this, a standby would refuse the lock, by another SQLSTATE than writes.
  PreventCommandIfReadOnly("a change of collections");
  LockDatabaseObject(registry_or_error(), hash_of_name(name), kLockOfName, AccessExclusiveLock);
}

namespace {

/// Locks the name as lock_registry_name() does, but does not wait. Returns false if another
/// transaction has locked it.
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

/// Undoes one lock_registry_name(). The name stays locked if the transaction has locked it before
/// that.
void unlock_registry_name(const text* name) {
  UnlockDatabaseObject(registry_or_error(), hash_of_name(name), kLockOfName, AccessExclusiveLock);
}

[[noreturn]] void raise_taken(const text* name, bool is_alias) {
  const char* taken = text_to_cstring(const_cast<text*>(name));
  ereport(ERROR,
          (errcode(ERRCODE_DUPLICATE_TABLE),
           errmsg("collection or alias \"%s\" already exists", taken), of_taken(taken, is_alias)));
}

/// True if the statement returns a row. To be called as the owner of the registry.
bool finds(const char* statement, Datum argument) {
  Oid type = TEXTOID;
  return execute_on_registry(statement, 1, &type, &argument) > 0;
}

}  // namespace

void check_registry_name(text* name, bool may_be_alias) {
  Oid type = TEXTOID;
  Datum value = PointerGetDatum(name);
  // Delete the row of a table that was dropped while event triggers were disabled.
  execute_on_registry(
      VECEXT_DELETE_COLLECTIONS(
          "WHERE c.name OPERATOR(pg_catalog.=) $1 AND NOT EXISTS"
          " (SELECT FROM pg_catalog.pg_class t WHERE t.oid OPERATOR(pg_catalog.=) c.relid)"),
      1, &type, &value);
  if (finds("SELECT FROM vecext.collections WHERE name OPERATOR(pg_catalog.=) $1", value)) {
    raise_taken(name, false);
  }
  if (!may_be_alias &&
      finds("SELECT FROM vecext.collection_aliases WHERE alias OPERATOR(pg_catalog.=) $1", value)) {
    raise_taken(name, true);
  }
}

bool may_drop(Oid relid) {
  const Oid schema = get_rel_namespace(relid);
  return (OidIsValid(schema) && owns_schema(schema)) || owns_relation(relid);
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

/// Raises an ERROR 42501 unless the current user may drop the relation.
void check_may_drop(Oid relid) {
  if (!may_drop(relid)) {
    check_owner(relid);
  }
}

/// Executes a statement about the row and returns how many rows it has read or written.
int64 execute(const char* statement, Oid relid, Jsonb* row) {
  Oid types[] = {REGCLASSOID, JSONBOID};
  Datum arguments[] = {ObjectIdGetDatum(relid), JsonbPGetDatum(row)};
  return static_cast<int64>(execute_on_registry(statement, 2, types, arguments));
}

using Fields = std::initializer_list<RegistryField>;

/// Returns the name of a collection or an alias that the row gives, or null if it gives none.
text* name_of_row(const WriteAction& action, Fields fields) {
  for (const RegistryField& field : fields) {
    if (action.gives_name && strcmp(field.name, "name") == 0 && field.text != nullptr) {
      return cstring_to_text(field.text);
    }
  }
  return nullptr;
}

Jsonb* row_of(Fields fields) {
  JsonbWriter writer;
  writer.begin_object();
  for (const RegistryField& field : fields) {
    writer.key(field.name);
    JsonbValue value;
    if (field.document != nullptr) {
      JsonbToJsonbValue(const_cast<Jsonb*>(field.document), &value);
      writer.add(WJB_VALUE, value);
    } else if (field.text != nullptr) {
      writer.add(WJB_VALUE, std::string_view(field.text));
    } else {
      value.type = jbvNull;
      writer.add(WJB_VALUE, value);
    }
  }
  writer.end_object();
  return writer.jsonb();
}

/// Locks the table and the name that the row gives. Returns the name, or null if the row gives
/// none. A collection without a name gets the name of its table. The session holds neither lock
/// while it waits for the other, as another session may hold one and wait for the other.
text* lock_table_and_name(const WriteAction& action, Oid relid, Fields fields) {
  text* const given = name_of_row(action, fields);
  for (;;) {
    LockRelationOid(relid, AccessShareLock);
    // It may have been dropped, or have another owner, meanwhile.
    check_owner(relid);
    text* name = given == nullptr && action.change == RegistryChange::kAddCollection
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

text* lock_name(const WriteAction& action, Fields fields) {
  text* name = name_of_row(action, fields);
  if (name != nullptr) {
    lock_registry_name(name);
  }
  return name;
}

/// Raises an ERROR 42P01: another transaction has unregistered the collection meanwhile.
[[noreturn]] void raise_no_collection(Oid relid) {
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                  errmsg("table %s is not a collection", qualified_name(relid))));
  pg_unreachable();
}

int64 write_row(const WriteAction& action, Oid relid, Fields fields, void (*check)(void* context),
                void* context) {
  const Relation registry = table_open(registry_or_error(), RowExclusiveLock);
  text* name = action.adds ? lock_table_and_name(action, relid, fields) : lock_name(action, fields);
  SPI_connect();
  Jsonb* row = row_of(fields);
  as_owner(registry, [&] {
    if (action.lock != nullptr && execute(action.lock, relid, row) == 0 && action.adds) {
      raise_no_collection(relid);
    }
  });
  check(context);
  const int64 changed = as_owner(registry, [&] {
    if (name != nullptr) {
      check_registry_name(name, action.change == RegistryChange::kSetAlias);
    }
    return execute(action.statement, relid, row);
  });
  SPI_finish();
  table_close(registry, NoLock);
  return changed;
}

}  // namespace

int64 write_registry(Oid relid, RegistryChange change, std::initializer_list<RegistryField> fields,
                     void (*check)(void* context), void* context) {
  check_owner(relid);
  return write_row(action_of(change), relid, fields, check, context);
}

namespace {

/// Raises an ERROR 42501 if the name is that of a collection or an alias that the caller may not
/// change: its owners would wait for the caller's transaction.
void check_may_lock(text* name) {
  AcceptInvalidationMessages();
  const NamedRelation found = relation_of_name(text_to_cstring(name));
  if (OidIsValid(found.table) && get_rel_relkind(found.relation) != '\0') {
    check_may_drop(found.relation);
  }
}

}  // namespace

void lock_collection_name(const char* given) {
  text* name = cstring_to_text(given);
  check_may_lock(name);
  lock_registry_name(name);
  // While this session waited, another role may have given the name to a collection.
  check_may_lock(name);
}

void lock_collection_names(const char* a, const char* b) {
  const bool is_in_order = b == nullptr || strcmp(a, b) < 0;
  for (const char* name : {is_in_order ? a : b, is_in_order ? b : a}) {
    if (name != nullptr) {
      lock_collection_name(name);
    }
  }
}

void unlock_collection_name(const char* name) {
  unlock_registry_name(cstring_to_text(name));
}

void lock_own_relation(Oid relid, LOCKMODE mode) {
  PreventCommandIfReadOnly("a change of collections");
  check_may_drop(relid);
  LockRelationOid(relid, mode);
  // It may have been dropped, or have another owner, meanwhile.
  check_may_drop(relid);
}

namespace {

/// Makes all sessions plan queries on the table again that a row of the registry is about: plans
/// depend on what the registry says of it.
void invalidate_plans(HeapTuple row, TupleDesc columns) {
  bool is_null;
  const Datum relid = SPI_getbinval(row, columns, SPI_fnumber(columns, "relid"), &is_null);
  if (!is_null && SearchSysCacheExists1(RELOID, relid)) {
    CacheInvalidateRelcacheByRelid(DatumGetObjectId(relid));
  }
}

}  // namespace

// The trigger of the registry's tables. It makes all sessions forget what they have read of them,
// also if statements other than those of this file write the tables, as COPY does when a dump is
// restored.
VECEXT_FUNCTION(vecext_internal_changed)
{
  if (!CALLED_AS_TRIGGER(fcinfo)) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("vecext_internal.changed() is not called as a trigger")));
  }
  invalidate_registry();
  const auto* data = reinterpret_cast<const TriggerData*>(fcinfo->context);
  if (TRIGGER_FIRED_FOR_STATEMENT(data->tg_event)) {  // TRUNCATE
    CacheInvalidateRelcacheAll();
    PG_RETURN_DATUM(0);
  }
  const TupleDesc columns = RelationGetDescr(data->tg_relation);
  invalidate_plans(data->tg_trigtuple, columns);
  if (TRIGGER_FIRED_BY_UPDATE(data->tg_event)) {
    invalidate_plans(data->tg_newtuple, columns);
  }
  PG_RETURN_DATUM(0);
}

}  // namespace vecext::pg
