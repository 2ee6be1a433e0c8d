#include "pg/am/ivf/ivf_options.h"

#include "core/quant/rerank_vector.h"
#include "pg/am/common/target_recall.h"
#include "pg/sys/setting.h"

namespace vecext::pg {

int ivfflat_probes;
bool ivfflat_probes_is_set;
int ivfflat_iterative_scan;
bool ivfflat_iterative_scan_is_set;
int ivfflat_max_probes;
bool ivfflat_max_probes_is_set;
int ivfpq_probes;

namespace {

relopt_kind flat_kind;
relopt_kind pq_kind;

constexpr config_enum_entry kIterativeScans[] = {
    {"off", kIterativeOff, false},
    {"relaxed_order", kIterativeRelaxed, false},
    {nullptr, 0, false},
};

relopt_enum_elt_def rerank_values[] = {
    {"none", static_cast<int>(Rerank::kNone)},
    {"int8", static_cast<int>(Rerank::kInt8)},
    {"fp16", static_cast<int>(Rerank::kHalf)},
    {nullptr, 0},
};

bool check_bits(int bits) {
  return bits == 0 || bits == 1 || bits == 2 || bits == 4;
}

bytea* build(Datum options, bool validate, relopt_kind kind, const relopt_parse_elt* elements,
             int count) {
  return static_cast<bytea*>(
      build_reloptions(options, validate, kind, sizeof(IvfOptions), elements, count));
}

}  // namespace

int forced_probes(bool is_flat) {
  if (!is_flat) {
    return ivfpq_probes;
  }
  const bool is_set =
      ivfflat_probes_is_set || ivfflat_iterative_scan_is_set || ivfflat_max_probes_is_set;
  return target_recall > 0 && !is_set ? 0 : ivfflat_probes;
}

void define_ivf_options() {
  flat_kind = add_reloption_kind();
  add_int_reloption(flat_kind, "lists", "Number of inverted lists", kFlatDefaultLists, 1, kMaxLists,
                    AccessExclusiveLock);
  add_effort_option(flat_kind);
  pq_kind = add_reloption_kind();
  add_int_reloption(pq_kind, "lists", "Number of inverted lists (0: one for 300 rows)", 0, 0,
                    kMaxLists, AccessExclusiveLock);
  add_int_reloption(pq_kind, "bits",
                    "Bits of a code for each dimension: 1, 2, 4 (0: by dimensions)", 0, 0, 4,
                    AccessExclusiveLock);
  add_enum_reloption(pq_kind, "rerank",
                     "Vectors stored beside the codes, to rerank without the table", rerank_values,
                     static_cast<int>(Rerank::kNone),
                     "Valid values are \"none\", \"int8\" and \"fp16\".", AccessExclusiveLock);
  add_effort_option(pq_kind);

  DefineCustomIntVariable(
      "ivfflat.probes", "Sets the number of probes.",
      "The number of lists that a scan reads first. If no setting of ivfflat is set, "
      "vecext.target_recall decides.",
      &ivfflat_probes, 1, 1, kMaxLists, PGC_USERSET, 0, mark_source<int>,
      note_if_set<int, &ivfflat_probes_is_set>, nullptr);
  DefineCustomEnumVariable("ivfflat.iterative_scan", "Sets the mode for iterative scans.",
                           "Lets a scan search more lists if the first ones give too few rows.",
                           &ivfflat_iterative_scan, kIterativeOff, kIterativeScans, PGC_USERSET, 0,
                           mark_source<int>, note_if_set<int, &ivfflat_iterative_scan_is_set>,
                           nullptr);
  DefineCustomIntVariable("ivfflat.max_probes",
                          "Sets the max number of probes for iterative scans.", nullptr,
                          &ivfflat_max_probes, kMaxLists, 1, kMaxLists, PGC_USERSET, 0,
                          mark_source<int>, note_if_set<int, &ivfflat_max_probes_is_set>, nullptr);
  MarkGUCPrefixReserved("ivfflat");
  DefineCustomIntVariable("ivfpq.probes", "Sets the number of lists that a scan reads first.",
                          "0 (auto) reads as many as vecext.target_recall takes.", &ivfpq_probes, 0,
                          0, kMaxLists, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("ivfpq");
}

bytea* parse_ivfflat_options(Datum options, bool validate) {
  const relopt_parse_elt elements[] = {
      option("lists", RELOPT_TYPE_INT, offsetof(IvfOptions, lists)), effort_option()};
  return build(options, validate, flat_kind, elements, lengthof(elements));
}

bytea* parse_ivfpq_options(Datum options, bool validate) {
  const relopt_parse_elt elements[] = {
      option("lists", RELOPT_TYPE_INT, offsetof(IvfOptions, lists)),
      option("bits", RELOPT_TYPE_INT, offsetof(IvfOptions, bits)),
      option("rerank", RELOPT_TYPE_ENUM, offsetof(IvfOptions, rerank)), effort_option()};
  bytea* parsed = build(options, validate, pq_kind, elements, lengthof(elements));
  if (validate && parsed != nullptr && !check_bits(reinterpret_cast<IvfOptions*>(parsed)->bits)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("value %d out of bounds for option \"bits\"",
                           reinterpret_cast<IvfOptions*>(parsed)->bits),
                    errdetail("Valid values are \"1\", \"2\" and \"4\", and \"0\" for a choice by "
                              "dimensions.")));
  }
  return parsed;
}

}  // namespace vecext::pg
