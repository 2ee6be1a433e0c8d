#include "pg/text/config_traits.h"

#include <string_view>

#include "pg/text/text_parsers.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "tsearch/ts_cache.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

constexpr std::string_view kEdgeGrams = "vecext_edge_ngram_lexize";

/// True if the C function with that symbol is known to use nothing but the one token that it is
/// called for. The known functions are those of the server, of extensions that come with it, and of
/// this library.
bool is_of_one_token(std::string_view symbol) {
  for (const char* known :
       {"dsimple_lexize", "dsynonym_lexize", "dispell_lexize", "dsnowball_lexize",
        "unaccent_lexize", "dintdict_lexize", "dxsyn_lexize", "vecext_fold_lexize",
        "vecext_length_lexize", "vecext_ngram_lexize", "vecext_stop_lexize"}) {
    if (symbol == known) {
      return true;
    }
  }
  return symbol == kEdgeGrams;
}

/// Returns the symbol of a C function, in the current memory context. It is empty if the function
/// is not written in C.
std::string_view symbol_of(Oid function) {
  const HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) {
    return {};
  }
  const auto* form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  bool is_null;
  const Datum source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &is_null);
  const bool is_c = form->prolang == INTERNALlanguageId || form->prolang == ClanguageId;
  const std::string_view symbol =
      !is_null && is_c ? std::string_view(TextDatumGetCString(source)) : std::string_view();
  ReleaseSysCache(tuple);
  return symbol;
}

/// Returns traits whose cut is the one that the parser allows.
ConfigTraits traits_of_parser(const TSParserCacheEntry& parser) {
  if (parser.startOid == F_PRSD_START && parser.tokenOid == F_PRSD_NEXTTOKEN) {
    return {.cut = TextCut::kRuns};
  }
  const std::optional<Segmentation> segmentation = segmentation_of(parser);
  return segmentation ? ConfigTraits{.cut = TextCut::kSegments, .segmentation = *segmentation}
                      : ConfigTraits{.cut = TextCut::kNone};
}

}  // namespace

ConfigTraits traits_of_config(Oid config) {
  const TSConfigCacheEntry* entry = lookup_ts_config_cache(config);
  ConfigTraits traits = traits_of_parser(*lookup_ts_parser_cache(entry->prsId));
  entry = lookup_ts_config_cache(config);
  bool may_cut = kBlankToken >= entry->lenmap || entry->map[kBlankToken].len == 0;
  for (int type = 0; type < entry->lenmap; ++type) {
    for (int i = 0; type < entry->lenmap && i < entry->map[type].len; ++i) {
      const Oid function = lookup_ts_dictionary_cache(entry->map[type].dictIds[i])->lexizeOid;
      const std::string_view symbol = symbol_of(function);
      may_cut = may_cut && is_of_one_token(symbol);
      traits.has_edge_grams = traits.has_edge_grams || symbol == kEdgeGrams;
      // The look-up may have replaced the entry of the configuration.
      entry = lookup_ts_config_cache(config);
    }
  }
  traits.cut = may_cut ? traits.cut : TextCut::kNone;
  return traits;
}

}  // namespace vecext::pg
