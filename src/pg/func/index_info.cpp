// vecext.index_info(regclass): what an index is made of.
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_options.h"
#include "pg/am/model_cache.h"
#include "pg/func/open_index.h"
#include "pg/func/survey.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

constexpr int kColumns = 15;

const char* metric_name(Metric metric) {
  switch (metric) {
    case Metric::kL2:
      return "l2";
    case Metric::kInnerProduct:
      return "inner product";
    case Metric::kCosine:
      return "cosine";
    case Metric::kHamming:
      return "hamming";
    case Metric::kL1:
      return "l1";
    case Metric::kJaccard:
      break;
  }
  return "jaccard";
}

const char* own_name(Own own) {
  switch (own) {
    case Own::kInt8:
      return "int8";
    case Own::kHalf:
      return "fp16";
    case Own::kNone:
      break;
  }
  return "none";
}

bool ignore_row(void*, RowId, const std::byte*) {
  return true;
}
void ignore_begin(void*, const OwnSpace&) {}

constexpr SurveyVisitor kIgnore{{ignore_row, nullptr}, ignore_begin};

/// A row of the result; what an access method does not have is null.
struct Info {
  Datum values[kColumns];
  bool nulls[kColumns];
};

void check_finding(Relation index, const Finding& finding) {
  if (finding.what != nullptr) {
    check_index(index, {.code = StatusCode::kCorrupt});
  }
}

Info lists_info(Relation index) {
  Finding finding;
  const Survey survey = survey_lists(index, kIgnore, &finding);
  check_finding(index, finding);
  const Meta meta = cached_index(index)->model.meta;
  return {
      {CStringGetTextDatum(metric_name(static_cast<Metric>(meta.metric))), Int32GetDatum(meta.dims),
       Int32GetDatum(meta.bits), Int32GetDatum(meta.coded),
       CStringGetTextDatum(meta.quantizer == 0 ? "rabitq" : "pq4"),
       CStringGetTextDatum(own_name(static_cast<Own>(meta.own))), Int64GetDatum(survey.lists),
       Int64GetDatum(survey.rows), Int64GetDatum(survey.largest), Int64GetDatum(survey.full_lists),
       Int64GetDatum(survey.pages), Int64GetDatum(RelationGetNumberOfBlocks(index))},
      {false, false, false, false, false, false, false, false, false, false, false, false, true,
       true, true}};
}

Info graph_info(Relation index) {
  Finding finding;
  const GraphSurvey survey = survey_graph(index, kIgnore, &finding);
  check_finding(index, finding);
  const GraphModel& model = cached_graph(index)->model;
  const GraphMeta& meta = model.meta;
  return {
      {CStringGetTextDatum(metric_name(model.metric())), Int32GetDatum(meta.dims),
       Int32GetDatum(model.is_plain() ? 0 : 1), Int32GetDatum(model.is_plain() ? 0 : meta.coded),
       CStringGetTextDatum("rabitq"), CStringGetTextDatum(own_name(static_cast<Own>(meta.own))),
       Datum{0}, Int64GetDatum(survey.rows + survey.fresh_rows), Datum{0}, Datum{0}, Datum{0},
       Int64GetDatum(RelationGetNumberOfBlocks(index)), Int32GetDatum(meta.degree),
       Int64GetDatum(survey.nodes), Int64GetDatum(survey.fresh_rows)},
      {false, false, false, false, false, false, true, false, true, true, true, false, false, false,
       false}};
}

}  // namespace

VECEXT_FUNCTION(vecext_index_info)
{
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
  const Relation index = open_index(PG_GETARG_OID(0));
  Info info = is_hnsw(index) ? graph_info(index) : lists_info(index);
  index_close(index, AccessShareLock);
  PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), info.values, info.nulls)));
}

}  // namespace vecext::pg
