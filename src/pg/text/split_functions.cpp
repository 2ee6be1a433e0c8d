// vecext.split_text(): splits a text into chunks.
#include "core/token/text_chunks.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

namespace {

constexpr int64 kMostSeparators = 32;

SplitStrategy strategy_of(const char* name) {
  constexpr struct {
    const char* name;
    SplitStrategy strategy;
  } kStrategies[] = {{"character", SplitStrategy::kCharacter},
                     {"recursive", SplitStrategy::kRecursive},
                     {"sentence", SplitStrategy::kSentence},
                     {"token", SplitStrategy::kToken},
                     {"markdown", SplitStrategy::kMarkdown}};
  for (const auto& known : kStrategies) {
    if (strcmp(name, known.name) == 0) {
      return known.strategy;
    }
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown strategy \"%s\"", name),
                  errhint("Strategies are character, recursive, sentence, token and markdown.")));
}

/// Returns the encoding in which texts are read. In SQL_ASCII each byte is a character, as in
/// LATIN1.
int encoding_of_texts() {
  return GetDatabaseEncoding() == PG_SQL_ASCII ? PG_LATIN1 : GetDatabaseEncoding();
}

/// Returns the text in encoding `to`, in the current memory context. Returns the text itself if
/// nothing has to be converted.
std::string_view converted(std::string_view bytes, int from, int to) {
  const auto* given = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* other = pg_do_encoding_conversion(const_cast<unsigned char*>(given),
                                                         static_cast<int>(bytes.size()), from, to);
  const auto* chars = reinterpret_cast<const char*>(other);
  return {chars, other == given ? bytes.size() : strlen(chars)};
}

std::string_view utf8(const text* value) {
  return converted(view_of(value), encoding_of_texts(), PG_UTF8);
}

Datum text_of_utf8(std::string_view bytes) {
  const std::string_view text = converted(bytes, PG_UTF8, encoding_of_texts());
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

std::span<const std::string_view> separators_of(ArrayType* array, SplitStrategy strategy) {
  const ArrayElements given = elements_of(array);
  if (given.count > 0 && strategy != SplitStrategy::kRecursive) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("separators are of the strategy \"recursive\"")));
  }
  if (given.count > kMostSeparators) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("more than %d separators", static_cast<int>(kMostSeparators))));
  }
  GrowingArray<std::string_view> separators{};
  for (int i = 0; i < given.count; ++i) {
    if (given.is_null[i] || view_of(DatumGetTextPP(given.at[i])).empty()) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("a separator must not be null or empty")));
    }
    separators.push(utf8(DatumGetTextPP(given.at[i])), CurrentMemoryContext);
  }
  return separators.span();
}

SplitOptions options_of(FunctionCallInfo fcinfo) {
  SplitOptions options{};
  options.strategy = strategy_of(text_to_cstring(PG_GETARG_TEXT_PP(1)));
  options.size = PG_GETARG_INT32(2);
  options.overlap = PG_GETARG_INT32(3);
  if (options.size < 1) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("chunk_size must be at least 1")));
  }
  if (options.overlap < 0 || options.overlap >= options.size) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("overlap must be at least 0 and less than chunk_size")));
  }
  options.is_stopped = [] { return QueryCancelPending || ProcDiePending; };
  options.separators = separators_of(PG_GETARG_ARRAYTYPE_P(4), options.strategy);
  return options;
}

}  // namespace

VECEXT_FUNCTION(vecext_split_text)
{
  const SplitOptions options = options_of(fcinfo);
  const std::string_view document = utf8(PG_GETARG_TEXT_PP(0));
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  const MemoryContext of_row =
      AllocSetContextCreate(CurrentMemoryContext, "vecext chunk", ALLOCSET_DEFAULT_SIZES);
  TextChunks chunks(document, options);
  int32 number = 0;
  while (!chunks.is_done()) {
    CHECK_FOR_INTERRUPTS();
    TextChunk chunk;
    if (!chunks.next(&chunk)) {
      continue;
    }
    const MemoryContext before = MemoryContextSwitchTo(of_row);
    Datum values[] = {Int32GetDatum(++number),
                      text_of_utf8(document.substr(chunk.begin, chunk.end - chunk.begin)),
                      Int32GetDatum(static_cast<int32>(chunk.first_character)),
                      Int32GetDatum(static_cast<int32>(chunk.end_character))};
    bool is_null[] = {false, false, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
    MemoryContextSwitchTo(before);
    MemoryContextReset(of_row);
  }
  return Datum{};
}

}  // namespace vecext::pg
