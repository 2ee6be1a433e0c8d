#include "pg/namespace/reservations.h"

extern "C" {
#include "access/xact.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The changes of one subtransaction to one namespace.
struct Change {
  NamespaceKey key;
  SubTransactionId subtransaction;
  RowTotals added;    // which shared memory has already
  RowTotals removed;  // which shared memory has until the transaction commits
  NamespaceCalls at_abort;
  int64 deleted;
};

GrowingArray<Change> changes;

void undo(const Change& change) {
  release_rows(change.key, change.added);
  add_calls(change.key, change.at_abort);
}

void complete(const Change& change) {
  release_rows(change.key, change.removed);
  add_calls(
      change.key,
      {.requests = 0, .queries = 0, .upserts = 0, .deletes = 0, .deleted_vectors = change.deleted});
}

/// Rows that a prepared transaction has added count, and those that it has removed count until they
/// are counted again: whether it commits is not known.
void end_transaction(XactEvent event, void*) {
  const bool aborts = event == XACT_EVENT_ABORT;
  if (!aborts && event != XACT_EVENT_COMMIT && event != XACT_EVENT_PREPARE) {
    return;
  }
  for (const Change& change : changes) {
    if (aborts) {
      undo(change);
    } else if (event == XACT_EVENT_COMMIT) {
      complete(change);
    }
  }
  changes.count = 0;
}

/// Returns the changes of a subtransaction to a namespace, among the first `count`, or null.
Change* find_change(int64 count, const NamespaceKey& key, SubTransactionId subtransaction) {
  for (Change& change : changes.span().first(static_cast<Size>(count))) {
    if (change.key == key && change.subtransaction == subtransaction) {
      return &change;
    }
  }
  return nullptr;
}

void add(Change* sum, const Change& change) {
  sum->added += change.added;
  sum->removed += change.removed;
  sum->at_abort += change.at_abort;
  sum->deleted += change.deleted;
}

/// Undoes the changes of a subtransaction that aborts, and makes those of one that ends its
/// parent's. A parent has one change of a namespace, however many subtransactions it has had. It
/// is before those of the subtransaction, which has begun later.
void end_subtransaction(SubXactEvent event, SubTransactionId ended, SubTransactionId parent,
                        void*) {
  if (event != SUBXACT_EVENT_ABORT_SUB && event != SUBXACT_EVENT_COMMIT_SUB) {
    return;
  }
  int64 kept = 0;
  for (Change& change : changes) {
    if (change.subtransaction == ended) {
      if (event == SUBXACT_EVENT_ABORT_SUB) {
        undo(change);
        continue;
      }
      if (Change* of_parent = find_change(kept, change.key, parent); of_parent != nullptr) {
        add(of_parent, change);
        continue;
      }
      change.subtransaction = parent;
    }
    changes[kept++] = change;
  }
  changes.count = kept;
}

/// Returns the changes of the current subtransaction to a namespace.
Change* change_of(const NamespaceKey& key) {
  static bool has_callbacks = false;
  if (!has_callbacks) {
    RegisterXactCallback(end_transaction, nullptr);
    RegisterSubXactCallback(end_subtransaction, nullptr);
    has_callbacks = true;
  }
  const SubTransactionId current = GetCurrentSubTransactionId();
  if (Change* known = find_change(changes.count, key, current); known != nullptr) {
    return known;
  }
  Change added{};
  added.key = key;
  added.subtransaction = current;
  changes.push(added, TopMemoryContext);
  return changes.end() - 1;
}

}  // namespace

RowQuota reserve_for_transaction(const NamespaceKey& key, const RowTotals& more,
                                 const RowTotals& most, RowTotals* total) {
  Change* change = change_of(key);
  const RowQuota exceeded = reserve_rows(key, more, most, total);
  if (exceeded == RowQuota::kNone) {
    change->added += more;
  }
  return exceeded;
}

void release_at_commit(const NamespaceKey& key, const RowTotals& rows) {
  change_of(key)->removed += rows;
}

void return_calls_at_abort(const NamespaceKey& key, const NamespaceCalls& calls) {
  change_of(key)->at_abort += calls;
}

void count_deleted_at_commit(const NamespaceKey& key, int64 vectors) {
  change_of(key)->deleted += vectors;
}

bool has_changed_rows() {
  return changes.count > 0;
}

}  // namespace vecext::pg
