// Filters made of filters, as jsonb.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A filter by which both must hold.
Datum both_filters(Datum a, Datum b);

/// Returns a condition as a filter.
Datum filter_of_condition(const Json& condition);

/// Returns the filter by which a value of that key equals a string or an integer.
Datum filter_by_key(const char* key, const JsonbValue& value);

}  // namespace vecext::pg
