// What a session has read of the tables of namespaces. It reads again after one of them changes.
#pragma once

#include <string_view>

#include "pg/shared/namespace_usage.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

enum class NamespaceStatus : uint8 { kActive, kReadOnly, kSuspended, kPendingDeletion };

/// The quotas of a namespace. One that is -1 is not limited.
struct NamespaceQuotas {
  RowTotals rows;  // max_vectors and max_storage_bytes
  CallQuotas calls;
  int32 dimension;
  int32 results;
  int32 batch;
};

struct Namespace {
  const char* id;
  NamespaceKey key;
  NamespaceStatus status;
  NamespaceQuotas quotas;
};

/// The setting vecext.namespace: the namespace that the session has chosen.
extern char* chosen_namespace;

/// Defines the setting.
void define_namespace_setting();

/// Returns the namespace of that id, or null if there is none. The result is valid until the
/// session reads another one.
const Namespace* find_namespace(std::string_view id);

/// Does the same, but raises an ERROR 42704 if there is none.
const Namespace& namespace_of_id(std::string_view id);

[[noreturn]] void raise_no_namespace(std::string_view id);

/// Locks on the number of a namespace, as an object of vecext.namespaces, have one of these as
/// their sub-id.
inline constexpr uint16 kLockOfCount = 0;  // its rows are counted for the first time
inline constexpr uint16 kLockOfRows = 1;   // rows are added, or the namespace is removed
/// The lock of the tables that have namespaces has the number of none.
inline constexpr uint16 kLockOfTables = 2;
inline constexpr Oid kNoNamespace = 0;

/// Raises an ERROR 42501 unless the current role may use up the quotas of the namespace: it
/// bypasses row-level security, or `caller` is the number of the namespace. Row-level security
/// alone does not see to that, as the owner of a table may change its policies.
void check_may_use(const Namespace& owner, int32 caller);

/// Keeps the namespace from being removed until the transaction ends. `written` is a copy. Raises
/// an ERROR 42704 if it was removed since it was read.
void keep_from_removal(const Namespace& written);

/// Returns the namespace of the current role, or the one that the role has chosen if it may choose.
/// Returns null if it has none. Raises an ERROR 42704 if it does not exist. The result is valid
/// until the session reads another one.
const Namespace* namespace_of_caller();

/// Raises an ERROR 25006 if the status of the namespace does not admit reads, or writes.
void check_may_read(const Namespace& read);
void check_may_write(const Namespace& written);

}  // namespace vecext::pg
