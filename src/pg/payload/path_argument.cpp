#include "pg/payload/path_argument.h"

#include "core/condition/parse/parse_filter.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// What a call site keeps. The text and the steps of the path are in a memory context of its own.
struct CallSite {
  MemoryContext context;
  bool is_constant;  // the path does not change during one execution of the statement
  bool is_parsed;
  bool is_valid;
  std::string_view text;
  PayloadPath path;
};

CallSite* call_site(FunctionCallInfo fcinfo, int argument) {
  auto* site = static_cast<CallSite*>(fcinfo->flinfo->fn_extra);
  if (site == nullptr) {
    const MemoryContext owner = fcinfo->flinfo->fn_mcxt;
    site = object_in<CallSite>(owner);
    site->context = AllocSetContextCreate(owner, "vecext path", ALLOCSET_SMALL_SIZES);
    site->is_constant = get_fn_expr_arg_stable(fcinfo->flinfo, argument);
    fcinfo->flinfo->fn_extra = site;
  }
  return site;
}

void parse(CallSite* site, std::string_view text) {
  site->is_parsed = false;
  MemoryContextReset(site->context);
  auto* copy = array_in<char>(site->context, text.size() + 1);
  memcpy(copy, text.data(), text.size());
  site->text = {copy, text.size()};
  const ParseError error = parse_path(site->text, context_arena(site->context), &site->path);
  if (error.code == ParseErrorCode::kOutOfMemory || (!error.ok() && site->is_constant)) {
    raise_path_error(error, site->text);
  }
  site->is_valid = error.ok();
  site->is_parsed = true;
}

}  // namespace

const PayloadPath* path_argument(FunctionCallInfo fcinfo, int argument) {
  CallSite* site = call_site(fcinfo, argument);
  const std::string_view path = view_of(PG_GETARG_TEXT_PP(argument));
  if (!site->is_parsed || path != site->text) {
    parse(site, path);
  }
  return site->is_valid ? &site->path : nullptr;
}

}  // namespace vecext::pg
