// Filters made of filters, as jsonb.
#pragma once

#include <span>

#include "pg/collection/common/request_value.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the filter that a row satisfies if it satisfies both `a` and `b`.
Datum both_filters(Datum a, Datum b);

/// Returns a condition as a filter.
Datum filter_of_condition(const Json& condition);

/// Returns the filter of the points that have `value`, a string or an integer, at that key.
Datum filter_by_key(const char* key, const JsonbValue& value);

/// Returns the filter of the points that have one of the values at that key or, unless `is_any`,
/// have a value that is not one of them, without the points with these ids.
Datum filter_by_keys(const char* key, bool is_any, std::span<const JsonbValue> values, Oid id_type,
                     std::span<const Datum> without);

}  // namespace vecext::pg
