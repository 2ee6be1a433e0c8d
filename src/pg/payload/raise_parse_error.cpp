#include "pg/payload/raise_parse_error.h"

#include "pg/sys/error.h"

namespace vecext::pg {

namespace {

int sqlstate(ParseErrorCode code) {
  switch (code) {
    case ParseErrorCode::kSyntax:
      return ERRCODE_SYNTAX_ERROR;
    case ParseErrorCode::kTooLarge:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case ParseErrorCode::kOutOfMemory:
      return ERRCODE_OUT_OF_MEMORY;
    default:
      return ERRCODE_INVALID_PARAMETER_VALUE;
  }
}

const char* message(const ParseError& error) {
  const bool is_syntax = error.code == ParseErrorCode::kSyntax;
  if (!error.found.empty()) {
    return psprintf("%s %s\"%s\"", error.reason, is_syntax ? "at or near " : "",
                    shown_part(error.found));
  }
  const bool misses_more = is_syntax && std::string_view{error.reason}.starts_with("expected");
  return psprintf("%s%s", error.reason, misses_more ? " at end of input" : "");
}

/// Adds the DETAIL of `error` to the error that is being reported.
int detail(const ParseError& error) {
  if (!error.path.empty()) {
    return errdetail("At %.*s.", static_cast<int>(error.path.size()), error.path.data());
  }
  return error.position > 0 ? errdetail("At character %d.", error.position) : 0;
}

/// Adds a HINT: the word that may be meant or, if the filter has a key of documents where
/// conditions should be, what a filter is.
int filter_hint(const ParseError& error) {
  if (!error.meant.empty()) {
    return suggest(error.meant);
  }
  if (!error.path.empty() || std::string_view{error.reason} != "unknown key") {
    return 0;
  }
  return errhint("Conditions on a key are written as %s.",
                 R"({"must": [{"key": "color", "match": {"value": "red"}}]})");
}

void check_memory(const ParseError& error) {
  if (error.code == ParseErrorCode::kOutOfMemory) {
    ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
  }
}

}  // namespace

void raise_filter_error(const ParseError& error) {
  check_memory(error);
  ereport(ERROR, (errcode(sqlstate(error.code)), errmsg("invalid filter: %s", message(error)),
                  detail(error), filter_hint(error)));
}

void raise_path_error(const ParseError& error, std::string_view path) {
  check_memory(error);
  ereport(ERROR,
          (errcode(error.code == ParseErrorCode::kTooLarge ? sqlstate(error.code)
                                                           : ERRCODE_INVALID_PARAMETER_VALUE),
           errmsg("invalid path \"%s\"", shown_part(path)),
           errdetail("At character %d: %s.", error.position, error.reason)));
}

}  // namespace vecext::pg
