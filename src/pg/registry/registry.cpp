#include "pg/registry/registry.h"

#include "core/json/closest_word.h"
#include "pg/registry/collection_name.h"
#include "pg/registry/namespace_column.h"
#include "pg/registry/registry_rows.h"
#include "pg/registry/registry_tables.h"
#include "pg/registry/indexed_config.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/index_functions.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "lib/stringinfo.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

// Numbers of the columns of the registry's tables, in the order of sql/src/vecext/registry.sql.
enum {
  kCollectionRelid = 1,
  kCollectionName,
  kCollectionId,
  kCollectionPayload,
  kCollectionSchema,
  kCollectionOptions
};
enum { kVectorRelid = 1, kVectorName, kVectorColumn, kVectorDistance, kVectorParams };
enum { kIndexRelid = 1, kIndexKey, kIndexType, kIndexOptions, kIndexName };
enum { kAliasName = 1, kAliasView, kAliasRelid };

/// A table that this session has looked up.
struct TableEntry {
  Oid relid;                     // key
  const Collection* collection;  // null if the table is not a collection
  const IndexCode* code;         // functions in the table's indexes; null if not looked for yet
  int64 code_count;
};

/// A name that this session has looked up.
struct NameEntry {
  char name[kMostNameBytes + 1];  // key
  NamedRelation found;
};

/// Holds both hash tables and the collections in them. It is null before the first look-up and
/// after a change of the registry.
MemoryContext cache_context;
HTAB* tables_of_cache;
HTAB* names_of_cache;
Oid cached_registry;      // vecext.collections, which is invalidated when any part of the registry
                          // changes
uint64 cache_generation;  // counts invalidations
bool has_callback;

void forget(Datum, Oid relid) {
  ++cache_generation;
  if (cache_context == nullptr) {
    return;
  }
  if (OidIsValid(relid) && OidIsValid(cached_registry) && relid != cached_registry) {
    bool found = false;
    hash_search(tables_of_cache, &relid, HASH_FIND, &found);
    if (!found) {
      return;
    }
  }
  // Callers have copies, so the collections can be freed.
  MemoryContext old = cache_context;
  cache_context = nullptr;
  MemoryContextDelete(old);
}

void open_cache() {
  if (!has_callback) {
    CacheRegisterRelcacheCallback(forget, 0);
    has_callback = true;
  }
  if (cache_context != nullptr) {
    return;
  }
  const MemoryContext context =
      AllocSetContextCreate(CacheMemoryContext, "vecext collections", ALLOCSET_SMALL_SIZES);
  HASHCTL control{};
  control.keysize = sizeof(Oid);
  control.entrysize = sizeof(TableEntry);
  control.hcxt = context;
  tables_of_cache = hash_create("vecext collections by table", 32, &control,
                                HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
  control.keysize = sizeof(NameEntry::name);
  control.entrysize = sizeof(NameEntry);
  names_of_cache = hash_create("vecext collections by name", 32, &control,
                               HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
  cached_registry = registry_table("collections");
  cache_context = context;
}

const char* text_of(Datum value) {
  return text_to_cstring(DatumGetTextPP(value));
}

[[noreturn]] void raise_column(Oid relid, const char* column) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_COLUMN),
           errmsg("column \"%s\" of collection \"%s\" does not exist", column, get_rel_name(relid)),
           errhint("Call vecext.unregister_collection(), then vecext.register_collection().")));
}

AttrNumber column_of(Oid relid, const char* name) {
  const AttrNumber column = get_attnum(relid, name);
  if (column <= 0) {
    raise_column(relid, name);
  }
  return column;
}

/// Raises an ERROR unless the column is of a type that functions can read: ALTER TABLE may have
/// changed the type.
void check_type(Oid relid, AttrNumber column, bool (*can_be_read)(Oid type)) {
  const Oid own = get_atttype(relid, column);
  if (can_be_read(own)) {
    return;
  }
  ereport(ERROR,
          (errcode(ERRCODE_DATATYPE_MISMATCH),
           errmsg("column \"%s\" of collection \"%s\" is of type %s",
                  get_attname(relid, column, false), get_rel_name(relid), format_type_be(own)),
           errdetail("Ids are bigint, integer, uuid, text or vecext.point_id, payloads jsonb.")));
}

/// Raises an ERROR if the collation of the ids may take different texts for equal: functions tell
/// points apart by the bytes of their ids.
void check_id_collation(Oid relid, AttrNumber id) {
  Oid type;
  int32 typmod;
  Oid collation = InvalidOid;
  get_atttypetypmodcoll(relid, id, &type, &typmod, &collation);
  if (OidIsValid(collation) && !get_collation_isdeterministic(collation)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("ids of column \"%s\" have a nondeterministic collation",
                           get_attname(relid, id, false))));
  }
}

/// Returns the text of a member of a vector's params, or an empty one.
std::string_view text_param(Jsonb* params, std::string_view key) {
  JsonbValue value;
  if (!JB_ROOT_IS_OBJECT(params) ||
      getKeyJsonValueFromContainer(&params->root, key.data(), static_cast<int>(key.size()),
                                   &value) == nullptr ||
      value.type != jbvString) {
    return {};
  }
  return {value.val.string.val, static_cast<Size>(value.val.string.len)};
}

bool has_true(Jsonb* params, std::string_view key) {
  JsonbValue value;
  return JB_ROOT_IS_OBJECT(params) &&
         getKeyJsonValueFromContainer(&params->root, key.data(), static_cast<int>(key.size()),
                                      &value) != nullptr &&
         value.type == jbvBool && value.val.boolean;
}

CollectionVector read_vector(Oid relid, const Datum* values) {
  CollectionVector vector{};
  vector.name = text_of(values[kVectorName - 1]);
  vector.column = column_of(relid, NameStr(*DatumGetName(values[kVectorColumn - 1])));
  Oid collation = InvalidOid;
  get_atttypetypmodcoll(relid, vector.column, &vector.type, &vector.typmod, &collation);
  const Oid element = get_element_type(vector.type);
  vector.is_multi = OidIsValid(element);
  const char* distance = text_of(values[kVectorDistance - 1]);
  Jsonb* params = DatumGetJsonbP(values[kVectorParams - 1]);
  vector.has_idf = text_param(params, "modifier") == "idf";
  const Oid type = vector.is_multi ? element : vector.type;
  const std::optional<CollectionDistance> known = distance_of_name(distance);
  if (vector_kind_of(type).has_value() && known.has_value()) {
    vector.distance = *known;
    vector.distance_operator = distance_operator(type, *known);
    vector.is_uint8 =
        vector_kind_of(type) == VectorKind::kHalfvec && text_param(params, "datatype") == "uint8";
    vector.is_normalized = has_true(params, "normalized");
  }
  if (!OidIsValid(vector.distance_operator)) {
    ereport(
        ERROR,
        (errcode(ERRCODE_DATATYPE_MISMATCH),
         errmsg("vector \"%s\" of collection \"%s\" is of type %s, which has no distance \"%s\"",
                vector.name, get_rel_name(relid), format_type_be(vector.type), distance)));
  }
  return vector;
}

/// Reads the payload indexes of type `text`. An index that the table does not have is left out: a
/// dump restores the rows of the registry before the indexes.
void read_text_indexes(Collection* collection) {
  CollectionTextIndex* indexes = nullptr;
  int count = 0;
  read_rows("payload_indexes", "payload_indexes_pkey", kIndexRelid, F_OIDEQ, InvalidOid,
            ObjectIdGetDatum(collection->relid), [&](const Datum* values, const bool*) {
              if (strcmp(text_of(values[kIndexType - 1]), "text") != 0) {
                return;
              }
              const char* index = NameStr(*DatumGetName(values[kIndexName - 1]));
              const Oid config = config_of_text_index(collection->relid, index);
              if (OidIsValid(config)) {
                indexes = resized(indexes, count + 1, CurrentMemoryContext);
                indexes[count++] = {.key = text_of(values[kIndexKey - 1]), .config = config};
              }
            });
  collection->text_indexes = indexes;
  collection->text_index_count = count;
}

/// Returns the column that says to which namespace a row of the table belongs, or
/// InvalidAttrNumber if the rows do not belong to namespaces.
AttrNumber namespace_column(Oid relid) {
  const char* name = namespace_column_name(relid);
  return name == nullptr ? InvalidAttrNumber : Max(get_attnum(relid, name), InvalidAttrNumber);
}

/// Returns what the registry has about the table, in the current memory context, or null if the
/// table is not a collection.
const Collection* read_collection(Oid relid) {
  // If the table was dropped while event triggers were disabled, its row is still there, and
  // another object may have its OID now.
  const char kind = get_rel_relkind(relid);
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) {
    return nullptr;
  }
  Collection* collection = nullptr;
  Jsonb* options = nullptr;
  read_rows("collections", "collections_pkey", kCollectionRelid, F_OIDEQ, InvalidOid,
            ObjectIdGetDatum(relid), [&](const Datum* values, const bool* nulls) {
              collection = palloc0_object<Collection>();
              collection->relid = relid;
              collection->name = text_of(values[kCollectionName - 1]);
              const Name id = DatumGetName(values[kCollectionId - 1]);
              collection->id = column_of(relid, NameStr(*id));
              check_type(relid, collection->id, is_id_type);
              collection->id_type = get_atttype(relid, collection->id);
              check_id_collation(relid, collection->id);
              if (!nulls[kCollectionPayload - 1]) {
                const Name payload = DatumGetName(values[kCollectionPayload - 1]);
                collection->payload = column_of(relid, NameStr(*payload));
                check_type(relid, collection->payload, [](Oid type) { return type == JSONBOID; });
              }
              options = DatumGetJsonbPCopy(values[kCollectionOptions - 1]);
              collection->strict = read_strict_mode(options);
            });
  if (collection == nullptr) {
    return nullptr;
  }
  CollectionVector* vectors = nullptr;
  int count = 0;
  // The index orders by table and name, so the unnamed vector comes first.
  read_rows("collection_vectors", "collection_vectors_pkey", kVectorRelid, F_OIDEQ, InvalidOid,
            ObjectIdGetDatum(relid), [&](const Datum* values, const bool*) {
              vectors = resized(vectors, count + 1, CurrentMemoryContext);
              vectors[count] = read_vector(relid, values);
              CollectionVector& vector = vectors[count++];
              vector.most =
                  vector.is_multi || is_sparsevec(vector.type)
                      ? vector_bound(options, collection->strict, vector.name, vector.is_multi)
                      : -1;
            });
  collection->vectors = vectors;
  collection->vector_count = count;
  collection->namespace_column = namespace_column(relid);
  read_text_indexes(collection);
  return collection;
}

/// Returns what the registry has under the name of a collection or an alias.
NamedRelation read_name(const char* name) {
  NamedRelation found{};
  const Datum key = CStringGetTextDatum(name);
  read_rows("collections", "collections_name_key", kCollectionName, F_TEXTEQ, C_COLLATION_OID, key,
            [&](const Datum* values, const bool*) {
              found.table = found.relation = DatumGetObjectId(values[kCollectionRelid - 1]);
            });
  if (!OidIsValid(found.table)) {
    read_rows("collection_aliases", "collection_aliases_pkey", kAliasName, F_TEXTEQ,
              C_COLLATION_OID, key, [&](const Datum* values, const bool*) {
                found.table = DatumGetObjectId(values[kAliasRelid - 1]);
                found.relation = DatumGetObjectId(values[kAliasView - 1]);
              });
  }
  return found;
}

/// Returns a copy of a collection in the current memory context.
const Collection* copy_of(const Collection& from) {
  auto* copy = palloc_object<Collection>(from);
  copy->name = pstrdup(from.name);
  auto* vectors = palloc_array<CollectionVector>(from.vector_count + 1);
  for (int i = 0; i < from.vector_count; ++i) {
    vectors[i] = from.vectors[i];
    vectors[i].name = pstrdup(from.vectors[i].name);
  }
  copy->vectors = vectors;
  auto* indexes = palloc_array<CollectionTextIndex>(from.text_index_count + 1);
  for (int i = 0; i < from.text_index_count; ++i) {
    indexes[i] = from.text_indexes[i];
    indexes[i].key = pstrdup(from.text_indexes[i].key);
  }
  copy->text_indexes = indexes;
  return copy;
}

/// Keeps what was read about a table, unless the registry has changed since `generation`.
void remember_table(Oid relid, const Collection* collection, uint64 generation) {
  open_cache();
  if (generation != cache_generation) {
    return;
  }
  const MemoryContext old = MemoryContextSwitchTo(cache_context);
  const Collection* kept = collection == nullptr ? nullptr : copy_of(*collection);
  MemoryContextSwitchTo(old);
  auto* entry = static_cast<TableEntry*>(hash_search(tables_of_cache, &relid, HASH_ENTER, nullptr));
  *entry = {.relid = relid, .collection = kept, .code = nullptr, .code_count = 0};
}

/// Returns the functions in the indexes of a table. The caller has locked the table.
GrowingArray<IndexCode> code_of_table(Oid relid) {
  const Relation table = relation_open(relid, NoLock);
  const GrowingArray<IndexCode> code = code_of_indexes(table);
  relation_close(table, NoLock);
  return code;
}

/// Calls check_index_code() for the collection's table, which the caller has locked: the planner
/// and INSERT run the functions in its indexes as the role that calls.
void check_table_functions(const Collection& collection) {
  const Oid relid = collection.relid;
  open_cache();
  auto* entry = static_cast<TableEntry*>(hash_search(tables_of_cache, &relid, HASH_FIND, nullptr));
  GrowingArray<IndexCode> code{};
  if (entry != nullptr && entry->code != nullptr) {
    // The list is copied, as the check may make the session forget the entry.
    code.at = palloc_array<IndexCode>(entry->code_count + 1);
    memcpy(code.at, entry->code, sizeof(IndexCode) * static_cast<Size>(entry->code_count));
    code.count = entry->code_count;
  } else {
    const uint64 generation = cache_generation;
    code = code_of_table(relid);
    open_cache();
    entry = static_cast<TableEntry*>(hash_search(tables_of_cache, &relid, HASH_FIND, nullptr));
    if (entry != nullptr && generation == cache_generation) {
      auto* kept = array_in<IndexCode>(cache_context, code.count + 1);
      if (code.count > 0) {
        memcpy(kept, code.at, sizeof(IndexCode) * static_cast<Size>(code.count));
      }
      entry->code = kept;
      entry->code_count = code.count;
    }
  }
  check_index_code(code);
}

}  // namespace

NamedRelation relation_of_name(const char* name) {
  if (strlen(name) > kMostNameBytes) {
    return {};
  }
  open_cache();
  const auto* known =
      static_cast<NameEntry*>(hash_search(names_of_cache, name, HASH_FIND, nullptr));
  if (known != nullptr) {
    return known->found;
  }
  const uint64 generation = cache_generation;
  const NamedRelation found = read_name(name);
  open_cache();
  if (OidIsValid(found.table) && generation == cache_generation) {
    auto* entry = static_cast<NameEntry*>(hash_search(names_of_cache, name, HASH_ENTER, nullptr));
    entry->found = found;
  }
  return found;
}

Oid registry_table(const char* name) {
  const Oid schema = get_namespace_oid("vecext", true);
  return OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
}

uint64 registry_generation() {
  open_cache();
  return cache_generation;
}

void invalidate_registry() {
  const Oid registry = registry_table("collections");
  if (OidIsValid(registry)) {
    CacheInvalidateRelcacheByRelid(registry);
  }
}

Oid table_of_alias(Oid view) {
  Oid relid = InvalidOid;
  read_rows("collection_aliases", "collection_aliases_view", kAliasView, F_OIDEQ, InvalidOid,
            ObjectIdGetDatum(view), [&](const Datum* values, const bool*) {
              relid = DatumGetObjectId(values[kAliasRelid - 1]);
            });
  return relid;
}

const Collection* collection_of_table(Oid relid) {
  open_cache();
  const auto* known =
      static_cast<TableEntry*>(hash_search(tables_of_cache, &relid, HASH_FIND, nullptr));
  if (known != nullptr) {
    return known->collection == nullptr ? nullptr : copy_of(*known->collection);
  }
  const uint64 generation = cache_generation;
  const Collection* collection = read_collection(relid);
  remember_table(relid, collection, generation);
  return collection;
}

namespace {

/// Raises an ERROR 42P01 that there is no such collection. If `hidden` is valid, it is the
/// collection of that name in a schema outside the search path, and the HINT says so.
[[noreturn]] void raise_no_collection(std::string_view name, Oid hidden) {
  const char* schema = OidIsValid(hidden) ? get_namespace_name(get_rel_namespace(hidden)) : nullptr;
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_TABLE),
           errmsg("collection \"%.*s\" does not exist", static_cast<int>(name.size()), name.data()),
           about({.rule = "collection", .collection = unquoted(name)}),
           schema == nullptr ? 0
                             : errhint("There is one in schema \"%s\", which is not in the "
                                       "search_path: write the schema before the name.",
                                       schema)));
}

/// Returns the relation that a name means. If another transaction has dropped that relation, waits
/// until this session knows of that, and looks the name up again: it may be that of another
/// relation by then, as an alias that was dropped and made again.
WrittenRelation present_relation(std::string_view name) {
  for (Oid gone = InvalidOid;;) {
    const WrittenRelation written = relation_of_written_name(name);
    const Oid relation = written.found.relation;
    if (!OidIsValid(relation) || get_rel_relkind(relation) != '\0') {
      return written;
    }
    if (relation == gone) {
      return {};  // its row was left behind
    }
    gone = relation;
    LockRelationOid(relation, AccessShareLock);
    UnlockRelationOid(relation, AccessShareLock);
  }
}

const Collection* find_collection(std::string_view name, bool by_search_path) {
  // No lock on the collection's table has been taken yet that would process these messages.
  AcceptInvalidationMessages();
  const WrittenRelation written = present_relation(name);
  const Collection* collection =
      written.name == nullptr ? nullptr : collection_of_table(written.found.table);
  if (collection == nullptr) {
    raise_no_collection(name, InvalidOid);
  }
  const Oid relation = written.found.relation;
  if (by_search_path && !written.has_schema && !is_in_search_path(relation)) {
    raise_no_collection(name, relation);
  }
  return collection;
}

}  // namespace

const Collection* collection_of_name(std::string_view name) {
  return find_collection(name, false);
}

const Collection* locked_collection_of_name(std::string_view name) {
  const Collection* collection = find_collection(name, true);
  for (;;) {
    // While this session waits for the lock, another transaction may rename or alter columns, or
    // point an alias elsewhere. Then the name is looked up again.
    const uint64 generation = registry_generation();
    const Oid relid = collection->relid;
    LockRelationOid(relid, AccessShareLock);
    if (generation == registry_generation()) {
      check_table_functions(*collection);
      return collection;
    }
    collection = find_collection(name, true);
    if (collection->relid != relid) {
      UnlockRelationOid(relid, AccessShareLock);
    }
  }
}

void check_unchanged(const Collection& collection) {
  const Collection* now = collection_of_table(collection.relid);
  bool is_same = now != nullptr && now->id == collection.id && now->id_type == collection.id_type &&
                 now->payload == collection.payload && now->vector_count == collection.vector_count;
  for (int i = 0; is_same && i < collection.vector_count; ++i) {
    const CollectionVector& a = collection.vectors[i];
    const CollectionVector& b = now->vectors[i];
    is_same = a.column == b.column && a.type == b.type && a.typmod == b.typmod &&
              a.distance_operator == b.distance_operator && a.has_idf == b.has_idf;
  }
  if (!is_same) {
    ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                    errmsg("collection \"%s\" was changed while a request was reading it",
                           collection.name)));
  }
}

bool is_id_type(Oid type) {
  return type == INT4OID || type == INT8OID || type == UUIDOID || type == TEXTOID ||
         is_point_id(type);
}

void raise_no_vector(const Collection& collection, std::string_view name, const char* place) {
  StringInfoData names;
  initStringInfo(&names);
  ClosestWord closest(name);
  for (const CollectionVector& vector : collection.all_vectors()) {
    closest.compare(vector.name);
    appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", vector.name);
  }
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_COLUMN),
           name.empty() ? errmsg("collection \"%s\" has no unnamed vector", collection.name)
                        : errmsg("collection \"%s\" has no vector named \"%.*s\"", collection.name,
                                 static_cast<int>(name.size()), name.data()),
           place == nullptr ? 0 : errdetail("At %s.", place),
           about({.rule = "vector", .collection = collection.name, .part = cstring_of(name)}),
           collection.vector_count == 0 ? errhint("There is none.")
           : closest.found().empty()    ? errhint("There are: %s.", names.data)
                                        : suggest(closest.found())));
  pg_unreachable();
}

const CollectionVector* find_vector(const Collection& collection, std::string_view name) {
  for (const CollectionVector& vector : collection.all_vectors()) {
    if (name == vector.name) {
      return &vector;
    }
  }
  return nullptr;
}

const CollectionVector& vector_of_name(const Collection& collection, std::string_view name) {
  const CollectionVector* found = find_vector(collection, name);
  if (found == nullptr) {
    raise_no_vector(collection, name, nullptr);
  }
  return *found;
}

}  // namespace vecext::pg
