#include "pg/am/bm25/bm25_options.h"

#include "pg/am/common/options.h"
#include "pg/sys/catalog.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/reloptions.h"
#include "catalog/namespace.h"
#include "utils/guc.h"
#include "utils/varlena.h"
}

namespace vecext::pg {

bool bm25_pruning = true;

namespace {

constexpr double kDefaultK1 = 1.2;
constexpr double kMostK1 = 10;
constexpr double kDefaultB = 0.75;

relopt_kind kind;

relopt_enum_elt_def cjk_values[] = {{"parser", 0}, {"bigrams", 1}, {nullptr, 0}};

const Bm25Options* options_of(Relation index) {
  return reinterpret_cast<const Bm25Options*>(index->rd_options);
}

/// Checks only the name, because the option is also checked where the configuration is not needed.
/// parts_of_name() raises an error if the text is not a name.
void check_config(const char* name) {
  if (name == nullptr) {
    return;
  }
  if (strlen(name) >= NAMEDATALEN) {
    ereport(ERROR,
            (errcode(ERRCODE_NAME_TOO_LONG),
             errmsg("value of option \"text_config\" is longer than %d bytes", NAMEDATALEN - 1)));
  }
  List* parts = parts_of_name(name);
  if (list_length(parts) > 2) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("value of option \"text_config\" has more than a schema and a name")));
  }
  list_free_deep(parts);
}

}  // namespace

void define_bm25_options() {
  kind = add_reloption_kind();
  add_real_reloption(kind, "k1", "How soon more occurrences of a word count no more", kDefaultK1, 0,
                     kMostK1, AccessExclusiveLock);
  add_real_reloption(kind, "b", "How much a text's length counts against it", kDefaultB, 0, 1,
                     AccessExclusiveLock);
  add_string_reloption(kind, "text_config",
                       "Text search configuration; of pg_catalog, unless a schema is written",
                       nullptr, check_config, AccessExclusiveLock);
  add_enum_reloption(kind, "cjk", "How Chinese, Japanese and Korean text becomes words", cjk_values,
                     0, "Valid values are \"parser\" and \"bigrams\".", AccessExclusiveLock);
  DefineCustomBoolVariable(
      "vecext.bm25_pruning",
      "Lets searches of bm25 indexes leave out what cannot be among the best rows.",
      "Off, they score every match, with the same result; for tests.", &bm25_pruning, true,
      PGC_USERSET, GUC_NOT_IN_SAMPLE, nullptr, nullptr, nullptr);
}

bytea* parse_bm25_options(Datum options, bool validate) {
  const relopt_parse_elt elements[] = {
      option("k1", RELOPT_TYPE_REAL, offsetof(Bm25Options, k1)),
      option("b", RELOPT_TYPE_REAL, offsetof(Bm25Options, b)),
      option("text_config", RELOPT_TYPE_STRING, offsetof(Bm25Options, text_config)),
      option("cjk", RELOPT_TYPE_ENUM, offsetof(Bm25Options, cjk))};
  return static_cast<bytea*>(
      build_reloptions(options, validate, kind, sizeof(Bm25Options), elements, lengthof(elements)));
}

postings::Bm25 bm25_parameters(Relation index) {
  const Bm25Options* options = options_of(index);
  return options == nullptr ? postings::Bm25{.k1 = static_cast<float>(kDefaultK1),
                                             .b = static_cast<float>(kDefaultB)}
                            : postings::Bm25{.k1 = static_cast<float>(options->k1),
                                             .b = static_cast<float>(options->b)};
}

const char* bm25_config_name(Relation index) {
  const Bm25Options* options = options_of(index);
  return options == nullptr || options->text_config == 0
             ? nullptr
             : reinterpret_cast<const char*>(options) + options->text_config;
}

Bigrams built_bigrams(Relation index) {
  const Bm25Options* options = options_of(index);
  return options != nullptr && options->cjk != 0 ? Bigrams::kPairsAndLast : Bigrams::kNone;
}

Oid config_to_build(Relation index) {
  const char* name = bm25_config_name(index);
  List* parts = config_name_parts(name);
  const Oid config = get_ts_config_oid(parts, true);
  if (!OidIsValid(config)) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_OBJECT),
             errmsg("text search configuration \"%s\" does not exist", NameListToString(parts)),
             errhint("Name the schema of one that is not in pg_catalog, as in "
                     "text_config = 'public.shop'.")));
  }
  // A temporary configuration ends with its session, and the index would end with it. Other
  // sessions would not find it.
  if (isAnyTempNamespace(schema_of_text_config(config))) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
             errmsg("text search configuration \"%s\" is temporary and cannot be that of an index",
                    name),
             errhint("Create the configuration in another schema.")));
  }
  return config;
}

}  // namespace vecext::pg
