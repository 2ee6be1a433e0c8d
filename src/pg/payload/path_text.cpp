// vecext_internal.canonical_path() returns the same text for all ways to write a path.
#include <algorithm>
#include <cctype>

#include "core/condition/parse/parse_filter.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "lib/stringinfo.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// True if Qdrant reads the key without quotes: it has letters, digits, '_' and '-' alone.
bool is_plain(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c & 0x80) != 0 || isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
}

/// Writes a key, in quotes if Qdrant needs them.
void write_key(StringInfo out, std::string_view key) {
  if (is_plain(key)) {
    appendBinaryStringInfo(out, key.data(), static_cast<int>(key.size()));
    return;
  }
  appendStringInfoChar(out, '"');
  for (const char c : key) {
    if (c == '"') {
      appendStringInfoChar(out, '"');
    }
    appendStringInfoChar(out, c);
  }
  appendStringInfoChar(out, '"');
}

void write_step(StringInfo out, const PathStep& step) {
  switch (step.kind) {
    case PathStep::Kind::kKey:
      if (out->len > 0) {
        appendStringInfoChar(out, '.');
      }
      write_key(out, step.key);
      break;
    case PathStep::Kind::kIndex:
      appendStringInfo(out, "[%lld]", static_cast<long long>(step.index));
      break;
    case PathStep::Kind::kAllElements:
      appendStringInfoString(out, "[]");
      break;
  }
}

}  // namespace

// vecext_internal.canonical_path(path text) → text; null if it is not a path
VECEXT_FUNCTION(vecext_internal_canonical_path)
{
  const std::string_view written = view_of(PG_GETARG_TEXT_PP(0));
  PayloadPath path;
  const ParseError error = parse_path(written, context_arena(CurrentMemoryContext), &path);
  if (error.code == ParseErrorCode::kOutOfMemory) {
    raise_path_error(error, written);
  }
  if (!error.ok()) {
    PG_RETURN_NULL();
  }
  StringInfoData result;
  initStringInfo(&result);
  for (const PathStep& step : path.steps) {
    write_step(&result, step);
  }
  PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}

}  // namespace vecext::pg
