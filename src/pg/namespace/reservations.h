// What the open transaction has changed in the use of namespaces, and gives back if it aborts.
#pragma once

#include "pg/shared/namespace_usage.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Adds rows to those of a namespace, and takes them away again if the transaction, or the
/// subtransaction, aborts. Otherwise as reserve_rows().
RowQuota reserve_for_transaction(const NamespaceKey& key, const RowTotals& more,
                                 const RowTotals& most, RowTotals* total);

/// Takes rows away from those of a namespace when the transaction commits.
void release_at_commit(const NamespaceKey& key, const RowTotals& rows);

/// Adds calls to what is not yet in vecext.namespace_usage, if the transaction, or the
/// subtransaction, aborts, which was to write them there.
void return_calls_at_abort(const NamespaceKey& key, const NamespaceCalls& calls);

/// Counts rows that a statement deletes when the transaction commits.
void count_deleted_at_commit(const NamespaceKey& key, int64 vectors);

/// True if the open transaction has added or removed rows of namespaces.
bool has_changed_rows();

}  // namespace vecext::pg
