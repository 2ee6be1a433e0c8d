// Changes of the registry by functions over collections. The caller of such a function must own the
// collection's table, or own it through a role.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "pg/sys/pg.h"

extern "C" {
#include "storage/lockdefs.h"
#include "utils/jsonb.h"
}

namespace vecext::pg {

enum class RegistryChange : std::uint8_t {
  kAddCollection,     // name, id_column, payload_column, payload_schema, options
  kAddVector,         // name, column_name, distance, params
  kSetVector,         // name, params
  kRenameVector,      // name, new_name
  kSetPayloadSchema,  // payload_schema
  kSetCollection,     // name, options
  kDropCollection,
  kAddPayloadIndex,   // key, type, options, index, array_index, constraint_name
  kDropPayloadIndex,  // key, type
  kSetAlias,          // name, view
};

/// A field of the row that a change is about: a text or a document; neither: it is null.
struct RegistryField {
  const char* name;
  const char* text;
  const Jsonb* document = nullptr;
};

/// Changes what the registry has of a table, by a row that the caller has checked; returns how many
/// rows it has changed. Raises an ERROR 42501 unless the current user has the rights of the table's
/// owner, 42P07 if a name is another's. Calls check(context) as the current user once the table,
/// where a row is added, and the name are locked.
int64 write_registry(Oid relid, RegistryChange change, std::initializer_list<RegistryField> fields,
                     void (*check)(void* context), void* context);

inline int64 write_registry(Oid relid, RegistryChange change,
                            std::initializer_list<RegistryField> fields) {
  return write_registry(
      relid, change, fields, [](void*) {}, nullptr);
}

/// Does the same after check(), which is called as the current user once the table is locked.
template <class Check>
int64 write_registry(Oid relid, RegistryChange change, std::initializer_list<RegistryField> fields,
                     Check check) {
  return write_registry(
      relid, change, fields, [](void* context) { (*static_cast<Check*>(context))(); }, &check);
}

/// Keeps other transactions from giving a collection or an alias that name until this one ends.
/// Raises an ERROR 42501 if it is that of a collection or an alias that the current user may not
/// change: its owners would wait.
void lock_collection_name(const char* name);

/// Locks a table or view that the current user may drop: the relation itself, as LOCK TABLE would
/// look a name up again after a wait.
void lock_own_relation(Oid relid, LOCKMODE mode);

/// Executes a statement with the rights of the owner of a table, in a security-restricted
/// operation, for a user who may become the owner. Returns the first value of its first row, or
/// null if there is none.
const char* execute_as_owner(Oid relid, const char* statement);

}  // namespace vecext::pg
