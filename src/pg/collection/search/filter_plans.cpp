#include "pg/collection/search/filter_plans.h"

extern "C" {
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

struct FilterSlot {
  PlanKey key;
  Jsonb* filter;  // null if the slot is free
  Oid query_type;
  SPIPlanPtr plan;             // null if the search has come only once
  std::uint64_t changes_seen;  // changes_of_catalogs() when the plan was made
};

namespace {

constexpr int kSlots = 64;
FilterSlot slots[kSlots];

/// The largest filter, in bytes, that gets a slot. A search with a larger filter is planned each
/// time: its execution costs more than its planning.
constexpr Size kLargestFilter = 4096;

bool is_same(const FilterSlot& slot, const PlanKey& key, const Jsonb* filter) {
  return slot.filter != nullptr && slot.key == key && VARSIZE(slot.filter) == VARSIZE(filter) &&
         memcmp(slot.filter, filter, VARSIZE(filter)) == 0;
}

Node* read_parameter(ParseState* state, ParamRef* reference) {
  const auto* slot = static_cast<const FilterSlot*>(state->p_ref_hook_state);
  if (reference->number == 2) {
    return reinterpret_cast<Node*>(
        makeConst(JSONBOID, -1, InvalidOid, -1, JsonbPGetDatum(slot->filter), false, false));
  }
  Param* parameter = makeNode(Param);
  parameter->paramkind = PARAM_EXTERN;
  parameter->paramid = reference->number;
  parameter->paramtype = slot->query_type;
  parameter->paramtypmod = -1;
  parameter->paramcollid = InvalidOid;
  parameter->location = reference->location;
  return reinterpret_cast<Node*>(parameter);
}

void set_up_parser(ParseState* state, void* slot) {
  state->p_paramref_hook = read_parameter;
  state->p_ref_hook_state = slot;
}

/// Makes a slot free. The plan is dropped before the filter is freed, as the plan's parser reads
/// the filter from the slot.
void free_slot(FilterSlot* slot) {
  if (slot->plan != nullptr) {
    drop_plan(slot->plan);
  }
  pfree(slot->filter);
  *slot = {};
}

}  // namespace

FilterSlot* find_or_claim_slot(const StatementKey& statement, Datum filter) {
  const PlanKey key = plan_key(statement);
  const Jsonb* document = DatumGetJsonbP(filter);
  const Size bytes = VARSIZE(document);
  if (bytes > kLargestFilter) {
    return nullptr;
  }
  const uint32 hash =
      hash_bytes(reinterpret_cast<const unsigned char*>(document), static_cast<int>(bytes)) ^
      hash_bytes(reinterpret_cast<const unsigned char*>(&key), sizeof(key));
  FilterSlot* slot = &slots[hash % kSlots];
  if (is_same(*slot, key, document)) {
    return slot;
  }
  if (slot->filter != nullptr) {
    free_slot(slot);
  }
  auto* copy = static_cast<Jsonb*>(MemoryContextAlloc(TopMemoryContext, bytes));
  memcpy(copy, document, bytes);
  slot->key = key;
  slot->filter = copy;
  return nullptr;
}

SPIPlanPtr valid_plan(const FilterSlot& slot) {
  return slot.plan != nullptr && slot.changes_seen == changes_of_catalogs() ? slot.plan : nullptr;
}

SPIPlanPtr make_filter_plan(FilterSlot* slot, const StatementDraft& draft, Oid query_type) {
  if (slot->plan != nullptr) {
    const SPIPlanPtr stale = slot->plan;
    slot->plan = nullptr;
    drop_plan(stale);
  }
  slot->query_type = query_type;
  const MemoryContext before = CurrentMemoryContext;
  const SPIPlanPtr plan =
      SPI_prepare_params(draft.text.data, set_up_parser, slot, CURSOR_OPT_GENERIC_PLAN);
  MemoryContextSwitchTo(before);
  if (plan == nullptr) {
    elog(ERROR, "SPI_prepare_params failed: %s", SPI_result_code_string(SPI_result));
  }
  SPI_keepplan(plan);
  slot->plan = plan;
  slot->changes_seen = draft.changes_seen;
  return plan;
}

}  // namespace vecext::pg
