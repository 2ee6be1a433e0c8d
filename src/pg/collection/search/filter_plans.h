// Plans of searches whose filter comes again and again: made once with the filter as a constant, so
// that it becomes conditions that indexes serve, and none is planned for each search.
#pragma once

#include "pg/collection/common/statement.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A slot of the session's few plans, for a search of that key with that filter.
struct FilterSlot;

/// Returns the slot of a search that has come before. Otherwise claims the slot for it, whatever
/// was there, and returns null: the first such search is planned for itself. An SPI connection
/// must be open, as for the next one.
FilterSlot* find_or_claim_slot(const StatementKey& key, Datum filter);

/// Returns the plan of the slot, or null if it has to be made.
SPIPlanPtr valid_plan(const FilterSlot& slot);

/// Prepares the statement of the slot, in which $1 is of type `query_type` and $2 the filter.
SPIPlanPtr make_filter_plan(FilterSlot* slot, const StatementDraft& draft, Oid query_type);

/// The plan of a search, whose statement `write(draft)` writes: that of a slot, if such a search
/// with such a filter has come before.
template <class Write>
SPIPlanPtr plan_for_filter(const StatementKey& key, Datum filter, Oid query, Write write) {
  FilterSlot* slot = find_or_claim_slot(key, filter);
  if (slot == nullptr) {
    return kept_plan(key, write);
  }
  if (const SPIPlanPtr plan = valid_plan(*slot); plan != nullptr) {
    return plan;
  }
  StatementDraft draft = new_statement();
  write(draft);
  return make_filter_plan(slot, draft, query);
}

}  // namespace vecext::pg
