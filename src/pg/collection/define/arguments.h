// Arguments of functions in C that are not strict.
#pragma once

#include "pg/collection/common/request_value.h"

extern "C" {
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

/// Returns a text argument, or null if it is null.
inline const char* text_or_null(FunctionCallInfo fcinfo, int i) {
  return PG_ARGISNULL(i) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

/// Returns a jsonb argument, which errors call `name`. SQL's null becomes JSON's null.
inline const Json& json_argument(FunctionCallInfo fcinfo, int i, const char* name) {
  return *request_of(
      PG_ARGISNULL(i) ? DirectFunctionCall1(jsonb_in, CStringGetDatum("null")) : PG_GETARG_DATUM(i),
      name);
}

}  // namespace vecext::pg
