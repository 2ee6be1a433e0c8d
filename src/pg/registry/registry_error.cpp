// vecext.registry_error(state text, message text, detail text, hint text): raises the errors of
// functions over collections that are in PL/pgSQL.
#include "pg/sys/pg.h"

extern "C" {
#include "lib/stringinfo.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// The error context without the calls of functions that no user calls, which say nothing to one.
char* context_of_caller() {
  StringInfoData lines;
  initStringInfo(&lines);
  ErrorContextCallback* const all = error_context_stack;
  for (const ErrorContextCallback* call = all; call != nullptr; call = call->previous) {
    ErrorContextCallback alone = *call;
    alone.previous = nullptr;
    error_context_stack = &alone;
    const char* text = GetErrorContextStack();
    error_context_stack = all;
    if (text != nullptr && strstr(text, "vecext.registry_") == nullptr) {
      appendStringInfo(&lines, "%s%s", lines.len > 0 ? "\n" : "", text);
    }
  }
  return lines.data;
}

const char* argument(FunctionCallInfo fcinfo, int i) {
  return PG_ARGISNULL(i) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

}  // namespace

VECEXT_FUNCTION(vecext_registry_error)
{
  constexpr int kStateLength = 5;
  const char* state = argument(fcinfo, 0);
  const char* message = argument(fcinfo, 1);
  const char* detail = argument(fcinfo, 2);
  const char* hint = argument(fcinfo, 3);
  if (state == nullptr || strlen(state) != kStateLength || message == nullptr) {
    elog(ERROR, "an error has a state of %d characters and a message", kStateLength);
  }
  const char* context = context_of_caller();
  error_context_stack = nullptr;
  ereport(ERROR, (errcode(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
                  errmsg("%s", message), detail != nullptr ? errdetail("%s", detail) : 0,
                  hint != nullptr ? errhint("%s", hint) : 0,
                  *context != '\0' ? errcontext("%s", context) : 0));
}

}  // namespace vecext::pg
