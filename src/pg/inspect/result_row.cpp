#include "pg/inspect/result_row.h"

extern "C" {
#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

bool has_columns(TupleDesc row, const Oid* types, int columns) {
  bool is_same = row->natts == columns;
  for (int i = 0; is_same && i < columns; ++i) {
    is_same = TupleDescAttr(row, i)->atttypid == types[i];
  }
  return is_same;
}

}  // namespace

TupleDesc result_row(FunctionCallInfo fcinfo, const Oid* types, int columns) {
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE ||
      !has_columns(row, types, columns)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
             errmsg("declaration of function %s does not match the library of vecext",
                    get_func_name(fcinfo->flinfo->fn_oid)),
             errhint("The library is of another version than the installed extension. Run ALTER "
                     "EXTENSION vecext UPDATE.")));
  }
  return BlessTupleDesc(row);
}

}  // namespace vecext::pg
