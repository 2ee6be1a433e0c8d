#include "pg/type/datum.h"

#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// The state of a call site, in fn_extra: it has a reader for each of its vector arguments.
struct CallSite {
  ToastReader readers[2];
};

}  // namespace

const varlena* toasted_argument(FunctionCallInfo fcinfo, int n) {
  FmgrInfo* function = fcinfo->flinfo;
  if (function == nullptr) {
    return plain_varlena(PG_GETARG_DATUM(n));
  }
  if (function->fn_extra == nullptr) {
    function->fn_extra = zeroed_in<CallSite>(function->fn_mcxt);
  }
  auto* site = static_cast<CallSite*>(function->fn_extra);
  return read_toasted(&site->readers[n],
                      reinterpret_cast<const varlena*>(DatumGetPointer(PG_GETARG_DATUM(n))),
                      function->fn_mcxt);
}

}  // namespace vecext::pg
