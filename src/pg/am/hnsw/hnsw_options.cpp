#include "pg/am/hnsw/hnsw_options.h"

#include <climits>

#include "pg/sys/setting.h"

namespace vecext::pg {

int hnsw_ef_search;
bool hnsw_ef_search_is_set;
// The initial value must be the setting's default, which the server asserts from 16 on.
int hnsw_iterative_scan = kIterativeStrict;
int hnsw_max_scan_tuples;
bool hnsw_max_scan_tuples_is_set;
double hnsw_scan_mem_multiplier;

namespace {

relopt_kind hnsw_kind;

constexpr int kDefaultM = 16;
constexpr int kDefaultEfConstruction = 64;

constexpr config_enum_entry kIterativeScans[] = {
    {"off", kIterativeOff, false},
    {"relaxed_order", kIterativeRelaxed, false},
    {"strict_order", kIterativeStrict, false},
    {nullptr, 0, false},
};

}  // namespace

void define_hnsw_options() {
  hnsw_kind = add_reloption_kind();
  add_int_reloption(hnsw_kind, "m", "Half the most links of a node", kDefaultM, 2, 100,
                    AccessExclusiveLock);
  add_int_reloption(hnsw_kind, "ef_construction",
                    "Checked but not used: a graph is constructed as a whole",
                    kDefaultEfConstruction, 4, 1000, AccessExclusiveLock);
  add_effort_option(hnsw_kind);

  DefineCustomIntVariable("hnsw.ef_search", "Sets the number of nodes that a search keeps in view.",
                          "More nodes find more of the nearest rows and take longer.",
                          &hnsw_ef_search, 40, 1, 1000, PGC_USERSET, 0, mark_source<int>,
                          note_if_set<int, &hnsw_ef_search_is_set>, nullptr);
  // pgvector's default is off, but then a filter leaves fewer rows than the LIMIT.
  DefineCustomEnumVariable("hnsw.iterative_scan", "Sets the mode for iterative scans.",
                           "Lets a scan search again if the first search gives too few rows.",
                           &hnsw_iterative_scan, kIterativeStrict, kIterativeScans, PGC_USERSET, 0,
                           nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "hnsw.max_scan_tuples", "Sets the number of rows after which an iterative scan stops.",
      nullptr, &hnsw_max_scan_tuples, 20000, 1, INT_MAX, PGC_USERSET, 0, mark_source<int>,
      note_if_set<int, &hnsw_max_scan_tuples_is_set>, nullptr);
  DefineCustomRealVariable(
      "hnsw.scan_mem_multiplier", "Sets the memory of an iterative scan as a multiple of work_mem.",
      nullptr, &hnsw_scan_mem_multiplier, 1, 1, 1000, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("hnsw");
}

bytea* parse_hnsw_options(Datum options, bool validate) {
  const relopt_parse_elt elements[] = {
      option("m", RELOPT_TYPE_INT, offsetof(HnswOptions, m)),
      option("ef_construction", RELOPT_TYPE_INT, offsetof(HnswOptions, ef_construction)),
      effort_option()};
  return static_cast<bytea*>(build_reloptions(options, validate, hnsw_kind, sizeof(HnswOptions),
                                              elements, lengthof(elements)));
}

HnswOptions hnsw_options(const void* parsed) {
  const auto* options = static_cast<const HnswOptions*>(parsed);
  return options != nullptr
             ? *options
             : HnswOptions{.effort = {}, .m = kDefaultM, .ef_construction = kDefaultEfConstruction};
}

void check_hnsw_options(const HnswOptions& options) {
  if (options.ef_construction < 2 * options.m) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("ef_construction must be greater than or equal to 2 * m")));
  }
}

}  // namespace vecext::pg
