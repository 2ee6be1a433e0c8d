// Arguments of the functions over collections, and the rows that they return.
#pragma once

#include "pg/collection/common/time_limit.h"
#include "pg/namespace/admission.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

inline std::string_view text_argument(FunctionCallInfo fcinfo, int n) {
  return view_of(PG_GETARG_TEXT_PP(n));
}

/// Raises an ERROR if argument `n` is null. This is for arguments without a default: null stands
/// for the default of others.
inline void refuse_null(FunctionCallInfo fcinfo, int n, const char* name) {
  if (PG_ARGISNULL(n)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", name)));
  }
}

/// Begins a call of that kind about the collection whose name is argument `n`, which is called `c`
/// in SQL, and returns the collection.
inline const Collection* begin_call_on_collection(FunctionCallInfo fcinfo, int n,
                                                  CallKind kind = CallKind::kQuery) {
  refuse_null(fcinfo, n, "c");
  const Collection* collection = locked_collection_of_name(text_argument(fcinfo, n));
  begin_call(*collection);
  announce_call(*collection, kind);
  return collection;
}

/// Returns another collection, which the call that has begun reads besides.
inline const Collection* other_collection(std::string_view name) {
  const Collection* collection = locked_collection_of_name(name);
  add_to_call(*collection);
  return collection;
}

/// Returns the argument, or null if the argument is null.
inline Jsonb* jsonb_argument(FunctionCallInfo fcinfo, int n) {
  return PG_ARGISNULL(n) ? nullptr : PG_GETARG_JSONB_P(n);
}

/// Returns the argument, or `otherwise` if the argument is null. Raises an ERROR if the number is
/// below `least`.
inline int32 count_argument(FunctionCallInfo fcinfo, int n, const char* name, int32 least,
                            int32 otherwise) {
  const int32 value = PG_ARGISNULL(n) ? otherwise : PG_GETARG_INT32(n);
  if (value < least) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must be at least %d", name, least)));
  }
  return value;
}

/// Rows of a set-returning function. All are made before the first is read; beyond work_mem they
/// are kept on disk.
struct ResultRows {
  ReturnSetInfo* result;
  MemoryContext of_row;  // reset after each row
};

inline ResultRows new_result_rows(FunctionCallInfo fcinfo) {
  InitMaterializedSRF(fcinfo, 0);
  return {.result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo),
          .of_row = AllocSetContextCreate(CurrentMemoryContext, "vecext result row",
                                          ALLOCSET_DEFAULT_SIZES)};
}

/// Adds the row whose columns make(values, is_null) sets. Memory that make() takes from the current
/// context is freed afterwards.
template <int columns, class Make>
void add_result_row(const ResultRows& rows, Make make) {
  CHECK_FOR_INTERRUPTS();
  Datum values[columns];
  bool is_null[columns];
  const MemoryContext before = MemoryContextSwitchTo(rows.of_row);
  make(values, is_null);
  tuplestore_putvalues(rows.result->setResult, rows.result->setDesc, values, is_null);
  MemoryContextSwitchTo(before);
  MemoryContextReset(rows.of_row);
}

}  // namespace vecext::pg
