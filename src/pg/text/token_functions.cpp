// SQL functions that show which words a text has.
#include <algorithm>

#include "pg/sys/memory.h"
#include "pg/sys/sort.h"
#include "pg/sys/varlena.h"
#include "pg/text/config_hash.h"
#include "pg/text/terms.h"

extern "C" {
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

namespace {

Datum text_of(std::string_view bytes) {
  return PointerGetDatum(cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size())));
}

/// Returns the terms as rows of the function's result, in the order of their bytes.
Datum return_terms(FunctionCallInfo fcinfo, const postings::DocumentTerms& terms) {
  auto* sorted = huge_array<postings::DocumentTerm>(terms.count + 1);
  std::copy(terms.at, terms.at + terms.count, sorted);
  interruptible_sort(sorted, terms.count,
                     [](const postings::DocumentTerm& a, const postings::DocumentTerm& b) {
                       return compare(a.term, b.term) < 0;
                     });
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int64 i = 0; i < terms.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Datum lexeme = text_of({sorted[i].term.bytes, sorted[i].term.length});
    Datum values[] = {lexeme, Int64GetDatum(sorted[i].count)};
    bool is_null[] = {false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
    pfree(DatumGetPointer(lexeme));
  }
  return Datum{};
}

}  // namespace

VECEXT_FUNCTION(vecext_tokens)
{
  const TextOptions options = text_options(PG_GETARG_OID(0), PG_GETARG_BOOL(2));
  return return_terms(fcinfo, terms_of_text(options, view_of(PG_GETARG_TEXT_PP(1))));
}

VECEXT_FUNCTION(vecext_tokens_array)
{
  const TextOptions options = text_options(PG_GETARG_OID(0), PG_GETARG_BOOL(2));
  return return_terms(fcinfo, terms_of_array(options, PG_GETARG_ARRAYTYPE_P(1)));
}

VECEXT_FUNCTION(vecext_tokens_tsvector)
{ return return_terms(fcinfo, terms_of_vector(PG_GETARG_TSVECTOR(0))); }

VECEXT_FUNCTION(vecext_text_config_hash)
{ return Int64GetDatum(static_cast<int64>(text_config_hash(PG_GETARG_OID(0)))); }

}  // namespace vecext::pg
