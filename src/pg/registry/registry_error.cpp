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

/// True if the server takes `state` as the SQLSTATE of an error: class 00 is that of success.
bool is_state_of_error(const char* state) {
  constexpr size_t kLength = 5;
  return strlen(state) == kLength &&
         strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == kLength &&
         strncmp(state, "00", 2) != 0;
}

const char* argument(FunctionCallInfo fcinfo, int i) {
  return PG_ARGISNULL(i) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

}  // namespace

VECEXT_FUNCTION(vecext_registry_error)
{
  const char* state = argument(fcinfo, 0);
  const char* message = argument(fcinfo, 1);
  const char* detail = argument(fcinfo, 2);
  const char* hint = argument(fcinfo, 3);
  if (state == nullptr || !is_state_of_error(state)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid SQLSTATE of an error"),
             errhint("It has five digits or upper case letters, and does not begin with 00.")));
  }
  if (message == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("message of an error must not be null")));
  }
  const char* context = context_of_caller();
  error_context_stack = nullptr;
  ereport(ERROR, (errcode(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
                  errmsg("%s", message), detail != nullptr ? errdetail("%s", detail) : 0,
                  hint != nullptr ? errhint("%s", hint) : 0,
                  *context != '\0' ? errcontext("%s", context) : 0));
}

}  // namespace vecext::pg
