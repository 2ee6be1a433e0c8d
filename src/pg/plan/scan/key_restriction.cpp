#include "pg/plan/scan/key_restriction.h"

#include "pg/rowset/index_rows.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/detoast.h"
#include "access/genam.h"
#include "access/skey.h"
#include "executor/executor.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// Keys that take more bytes are not put into an array for an index scan, because the server limits
/// a value to a gigabyte.
constexpr Size kMostOfArray = Size{256} << 20;

/// Returns how many bytes the values take in an array that is not compressed.
Size bytes_of_values(const Datum* values, int count, int16 length, bool by_value) {
  if (length > 0) {
    return static_cast<Size>(count) * static_cast<Size>(length);
  }
  Size bytes = 0;
  for (int i = 0; i < count; ++i) {
    bytes +=
        length == -1 ? toast_raw_datum_size(values[i]) : datumGetSize(values[i], by_value, length);
  }
  return bytes;
}

}  // namespace

void KeyRestriction::begin(CustomScanState* node, bool explain_only) {
  const auto* scan = castNode(CustomScan, node->ss.ps.plan);
  const List* conditions = key_conditions_of(scan);
  index_ = nullptr;
  count_ = active_ = 0;
  if (explain_only) {
    return;
  }
  if (const auto key_index = key_index_of(scan); key_index.has_value()) {
    index_plan_ = *key_index;
    const auto lock = exec_rt_fetch(scan->scan.scanrelid, node->ss.ps.state)->rellockmode;
    index_ = index_open(index_plan_.index, lock);
    subquery_.begin(&node->ss, index_plan_.subplan);
  }
  has_deferred_ = has_deferred_condition(scan);
  count_ = list_length(conditions);
  conditions_ = palloc0_array<Condition>(count_);
  for (int i = 0; i < count_; ++i) {
    Condition& condition = conditions_[i];
    const auto* keys = static_cast<List*>(list_nth(conditions, i));
    await_lookup(node->ss.ps.state, key_parameter_of(scan, i), &condition.reader);
    condition.expected = expected_keys_of(scan, i);
    condition.key_count = list_length(keys);
    const auto count = static_cast<Size>(condition.key_count);
    condition.keys = palloc_array<ExprState*>(count);
    condition.values = palloc_array<Datum>(count);
    for (int key = 0; key < condition.key_count; ++key) {
      condition.keys[key] = ExecInitExpr(static_cast<Expr*>(list_nth(keys, key)), &node->ss.ps);
    }
  }
}

void KeyRestriction::end() {
  if (index_ != nullptr) {
    index_close(index_, NoLock);
  }
}

bool KeyRestriction::arrives(double most) {
  return fill_within(conditions_[active_].reader.lookup, most);
}

bool KeyRestriction::load(double most, bool* changed) {
  *changed = false;
  if (subquery_.is_any()) {
    subquery_.load(changed);
    if (subquery_.count() == 0) {
      return false;
    }
  }
  const int before = active_;
  const int undeferred = has_deferred_ ? count_ - 1 : count_;
  for (active_ = 0; active_ < undeferred || (active_ < count_ && arrives(most)); ++active_) {
    Condition& condition = conditions_[active_];
    int64 version;
    condition.table = filled_table(condition.reader.lookup, &version);
    *changed = *changed || version != condition.version;
    condition.version = version;
    if (condition.table->keys() == 0) {
      return false;
    }
  }
  *changed = *changed || active_ != before;
  return true;
}

double KeyRestriction::growth_of(const Condition& condition) {
  return static_cast<double>(condition.table->keys()) / condition.expected;
}

double KeyRestriction::growth() const {
  double growth = subquery_.is_any() ? index_growth() : 1;
  for (int i = 0; i < active_; ++i) {
    growth *= growth_of(conditions_[i]);
  }
  return growth;
}

double KeyRestriction::index_growth() const {
  if (subquery_.is_any()) {
    return static_cast<double>(subquery_.count()) / index_plan_.expected;
  }
  return has_index() ? growth_of(conditions_[index_plan_.condition]) : 1;
}

bool KeyRestriction::contains(ExprContext* context) const {
  for (int i = 0; i < active_; ++i) {
    const Condition& condition = conditions_[i];
    for (int key = 0; key < condition.key_count; ++key) {
      bool is_null;
      condition.values[key] = ExecEvalExpr(condition.keys[key], context, &is_null);
      if (is_null) {
        return false;
      }
    }
    const uint32 hash = condition.table->hash(condition.values);
    if (!condition.table->may_contain(hash, condition.values)) {
      return false;
    }
  }
  return true;
}

bool KeyRestriction::has_index() const {
  if (subquery_.is_any()) {
    return true;
  }
  const KeyTable* table = index_ == nullptr || index_plan_.condition >= active_
                              ? nullptr
                              : conditions_[index_plan_.condition].table;
  return table != nullptr && table->is_exact();
}

Datum* KeyRestriction::keys_of_index(int* count) const {
  if (subquery_.is_any()) {
    *count = static_cast<int>(subquery_.count());
    return subquery_.values();
  }
  const KeyTable* table = conditions_[index_plan_.condition].table;
  auto* values = huge_array<Datum>(table->keys());
  *count = 0;
  table->each_value([&](Datum value) { values[(*count)++] = value; });
  return values;
}

Size KeyRestriction::list_rows(EState* estate, Size most, RowList* rows) const {
  int count;
  Datum* values = keys_of_index(&count);
  int16 length;
  bool by_value;
  char align;
  get_typlenbyvalalign(index_plan_.type, &length, &by_value, &align);
  if (bytes_of_values(values, count, length, by_value) > kMostOfArray) {
    return kNotListed;
  }
  ArrayType* array = construct_array(values, count, index_plan_.type, length, by_value, align);
  ScanKeyData key;
  ScanKeyEntryInitialize(&key, SK_SEARCHARRAY, index_plan_.column, index_plan_.strategy,
                         index_plan_.subtype, index_plan_.collation, get_opcode(index_plan_.op),
                         PointerGetDatum(array));
  const IndexScanDesc scan = begin_bitmap_scan(index_, estate->es_snapshot, 1);
  index_rescan(scan, &key, 1, nullptr, 0);
  list_index_rows(scan, most, CurrentMemoryContext, rows, nullptr);
  index_endscan(scan);
  return rows->count();
}

}  // namespace vecext::pg
