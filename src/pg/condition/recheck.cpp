// Evaluates a filter for rows that index conditions have left. The expansion of a call of matches()
// has a call of vecext_internal.matches_recheck().
#include "pg/condition/filter_argument.h"
#include "pg/condition/row_facts.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

// Positions of arguments. The last three are only for rows.
constexpr int kPayload = 0;
constexpr int kFilter = 1;
constexpr int kDialect = 2;
constexpr int kId = 4;
constexpr int kNames = 5;    // names of the collection's vectors
constexpr int kPresent = 6;  // for each name, true if the row has the vector

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

FilterSite* site_of(FunctionCallInfo fcinfo) {
  return filter_argument(fcinfo, kFilter, TEXTOID,
                         dialect_of_name(view_of(PG_GETARG_TEXT_PP(kDialect))));
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
  const FilterSite* site = site_of(fcinfo);
  check_payload_decides(site->filter);
  PG_RETURN_BOOL(satisfies_filter(fcinfo, site, ServerFacts(site->filter, site->scratch)));
}

VECEXT_FUNCTION(vecext_internal_matches_recheck_row)
{
  for (int i = kFilter; i <= kPresent; ++i) {
    if (i != kId && PG_ARGISNULL(i)) {
      PG_RETURN_NULL();
    }
  }
  const FilterSite* site = site_of(fcinfo);
  PG_RETURN_BOOL(satisfies_filter(fcinfo, site, RowOfCall(fcinfo, site)));
}

}  // namespace vecext::pg
