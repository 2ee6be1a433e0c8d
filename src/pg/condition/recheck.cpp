// Evaluates a filter for rows that index conditions have left. The expansion of a call of matches()
// has a call of vecext_internal.matches_recheck().
#include "pg/condition/filter_argument.h"
#include "pg/condition/indexed_texts.h"
#include "pg/condition/row_facts.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

// Positions of arguments. Those from the id to the vectors are only for rows. The last argument
// may be the configurations of text indexes: number 4 of a payload, number 7 of a row.
constexpr int kPayload = 0;
constexpr int kFilter = 1;
constexpr int kDialect = 2;
constexpr int kId = 4;
constexpr int kNames = 5;    // names of the collection's vectors
constexpr int kPresent = 6;  // for each name, true if the row has the vector
constexpr int kPayloadConfigs = 4;
constexpr int kRowConfigs = 7;

/// A row that is given by the arguments of a call.
class RowOfCall final : public ServerFacts {
 public:
  RowOfCall(FunctionCallInfo fcinfo, const FilterSite* site)
      : ServerFacts(site->filter, site->scratch), fcinfo_(fcinfo) {}

  bool has_id(const Condition& condition) const override {
    const NullableDatum& own = fcinfo_->args[kId];
    return !own.isnull && is_named(get_fn_expr_argtype(fcinfo_->flinfo, kId), own.value, condition);
  }

  bool is_in_slice(const IdSlice& slice) const override {
    const NullableDatum& own = fcinfo_->args[kId];
    return !own.isnull &&
           is_id_in_slice(get_fn_expr_argtype(fcinfo_->flinfo, kId), own.value, slice);
  }

  bool has_vector(std::string_view name) const override {
    const ArrayElements names = elements_of(kNames, TEXTOID, -1, false, TYPALIGN_INT);
    const ArrayElements present = elements_of(kPresent, BOOLOID, sizeof(bool), true, TYPALIGN_CHAR);
    if (names.count != present.count) {
      ereport(ERROR,
              (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
               errmsg("there are %d names of vectors and %d values", names.count, present.count)));
    }
    for (int i = 0; i < names.count; ++i) {
      if (names.is_null[i]) {
        continue;
      }
      if (name == view_of(names.at[i])) {
        return !present.is_null[i] && DatumGetBool(present.at[i]);
      }
    }
    return false;
  }

 private:
  /// Returns the elements of an argument that is an array. The caller gives what the catalog has of
  /// the element type, as this is called for each row.
  ArrayElements elements_of(int argument, Oid type, int16 length, bool is_by_value,
                            char alignment) const {
    ArrayElements elements{};
    deconstruct_array(DatumGetArrayTypeP(fcinfo_->args[argument].value), type, length, is_by_value,
                      alignment, &elements.at, &elements.is_null, &elements.count);
    return elements;
  }

  FunctionCallInfo fcinfo_;
};

/// Returns the filter of the call. `configs` is the number of the argument that has configurations
/// of text indexes, if the call has so many arguments.
FilterSite* site_of(FunctionCallInfo fcinfo, int configs) {
  FilterSite* site = filter_argument(fcinfo, kFilter, TEXTOID,
                                     dialect_of_name(view_of(PG_GETARG_TEXT_PP(kDialect))));
  if (PG_NARGS() > configs && !site->is_checked) {
    const MemoryContext before = MemoryContextSwitchTo(site->context);
    const Condition* condition =
        with_given_configs(site->filter.condition, PG_GETARG_DATUM(configs));
    MemoryContextSwitchTo(before);
    site->filter = filter_of(condition, site->context);
    site->is_checked = true;
  }
  return site;
}

/// True if the payload satisfies the filter. A null payload counts as an empty object.
bool satisfies_filter(FunctionCallInfo fcinfo, const FilterSite* site, const RowFacts& facts) {
  if (PG_ARGISNULL(kPayload)) {
    return satisfies(site->filter, JsonValue{}, facts);
  }
  Jsonb* payload = PG_GETARG_JSONB_P(kPayload);
  const bool result = satisfies(site->filter, root_value(payload), facts);
  PG_FREE_IF_COPY(payload, kPayload);
  return result;
}

}  // namespace

VECEXT_FUNCTION(vecext_internal_matches_recheck)
{
  const FilterSite* site = site_of(fcinfo, kPayloadConfigs);
  check_payload_decides(site->filter);
  PG_RETURN_BOOL(satisfies_filter(fcinfo, site, ServerFacts(site->filter, site->scratch)));
}

VECEXT_FUNCTION(vecext_internal_matches_recheck_row)
{
  for (int i = kFilter; i < PG_NARGS(); ++i) {
    if (i != kId && PG_ARGISNULL(i)) {
      PG_RETURN_NULL();
    }
  }
  const FilterSite* site = site_of(fcinfo, kRowConfigs);
  PG_RETURN_BOOL(satisfies_filter(fcinfo, site, RowOfCall(fcinfo, site)));
}

}  // namespace vecext::pg
