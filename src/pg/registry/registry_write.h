// Changes of the registry by functions over collections. The role that calls such a function must
// own the collection's table, or be a member of the role that does.
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
  kAddCollection,     // name, id_column, payload_column, payload_schema, options, config, metadata,
                      // created_at
  kAddVector,         // name, column_name, distance, params
  kSetVector,         // name, params
  kRenameVector,      // name, new_name
  kSetPayloadSchema,  // payload_schema
  kSetCollection,     // name, options, config, metadata
  kDropCollection,
  kAddPayloadIndex,   // key, type, options, index, array_index, constraint_name, requested
  kSetPayloadIndex,   // key, type, requested
  kDropPayloadIndex,  // key, type
  kSetAlias,          // name, view
  kRenameAlias,       // name; the table is the view of the alias
};

/// A field of the row that a change is about. Its value is `text` or `document`, or null if both
/// are null.
struct RegistryField {
  const char* name;
  const char* text;
  const Jsonb* document = nullptr;
};

/// Makes a change to what the registry has of a table. The caller has checked the fields. Returns
/// how many rows were changed. Raises an ERROR 42501 unless the current user has the rights of the
/// table's owner, 42P07 if a new name is taken. Locks the table, if the change adds a row, and the
/// new name, and then calls check(context) as the current user, before the change.
int64 write_registry(Oid relid, RegistryChange change, std::initializer_list<RegistryField> fields,
                     void (*check)(void* context), void* context);

inline int64 write_registry(Oid relid, RegistryChange change,
                            std::initializer_list<RegistryField> fields) {
  return write_registry(
      relid, change, fields, [](void*) {}, nullptr);
}

/// Does the same with a function object `check`.
template <class Check>
int64 write_registry(Oid relid, RegistryChange change, std::initializer_list<RegistryField> fields,
                     Check check) {
  return write_registry(
      relid, change, fields, [](void* context) { (*static_cast<Check*>(context))(); }, &check);
}

/// True if the current user may drop the table or view. As for DROP, the owner of its schema may do
/// so, too.
bool may_drop(Oid relid);

/// Keeps other transactions from giving that name to a collection or an alias until this
/// transaction ends. Raises an ERROR 42501 if the name is already that of a collection or an alias
/// that the current user may not change: its owners would wait for the lock.
void lock_collection_name(const char* name);

/// Locks two names in the order of their bytes, so that transactions that name them in opposing
/// orders do not wait for each other. The second one may be null.
void lock_collection_names(const char* a, const char* b);

/// Undoes one lock_collection_name().
void unlock_collection_name(const char* name);

/// Locks a table or view by its OID, as LOCK TABLE would look the name up again after a wait.
/// Raises an ERROR 42501 unless the current user may drop the relation.
void lock_own_relation(Oid relid, LOCKMODE mode);

/// Executes a statement with the rights of the owner of a table, in a security-restricted
/// operation. Raises an ERROR 42501 unless the current user may become the owner. Returns the first
/// value of the first row, or null if there is none.
const char* execute_as_owner(Oid relid, const char* statement);

}  // namespace vecext::pg
