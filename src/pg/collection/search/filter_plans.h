// Plans of searches whose filter comes again and again. Such a plan is made once for its filter, as
// a constant, so that the filter becomes conditions that indexes serve, and later searches need no
// planning.
#pragma once

#include "pg/collection/common/statement.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A place for the plan of one search with one filter. A session has few of them.
struct FilterSlot;

/// Returns the slot of the search with that key and filter if the search has come before. Otherwise
/// gives the slot to this search, whatever it had, and returns null: the first such search is
/// planned for itself. An SPI connection must be open, as for valid_plan().
FilterSlot* find_or_claim_slot(const StatementKey& key, Datum filter);

/// Returns the plan of the slot, or null if it has to be made by make_filter_plan().
SPIPlanPtr valid_plan(const FilterSlot& slot);

/// Prepares the statement of the slot, keeps its plan in the slot and returns it. In the statement,
/// $1 is of type `query_type` and $2 is the filter.
SPIPlanPtr make_filter_plan(FilterSlot* slot, const StatementDraft& draft, Oid query_type);

/// Returns the plan of a search, whose statement write(draft) writes. It is the plan of a slot if
/// the search with this filter has come before.
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
