#include "pg/am/common/opclass.h"

#include "pg/am/common/access_method.h"
#include "pg/type/functions.h"

extern "C" {
#include "access/amapi.h"
#include "access/genam.h"
#include "commands/defrem.h"
}

namespace vecext::pg {

namespace {

struct Known {
  PGFunction distance;
  Element element;
  Metric metric;  // kInnerProduct becomes kCosine if the class has a norm function
};

constexpr Known kKnown[] = {
    {vector_l2_squared_distance, Element::kFloat, Metric::kL2},
    {vector_negative_inner_product, Element::kFloat, Metric::kInnerProduct},
    {vector_l1_distance, Element::kFloat, Metric::kL1},
    {halfvec_l2_squared_distance, Element::kHalf, Metric::kL2},
    {halfvec_negative_inner_product, Element::kHalf, Metric::kInnerProduct},
    {halfvec_l1_distance, Element::kHalf, Metric::kL1},
    {bit_hamming_distance, Element::kBit, Metric::kHamming},
    {bit_jaccard_distance, Element::kBit, Metric::kJaccard},
    {sparsevec_l2_squared_distance, Element::kSparse, Metric::kL2},
    {sparsevec_negative_inner_product, Element::kSparse, Metric::kInnerProduct},
    {sparsevec_l1_distance, Element::kSparse, Metric::kL1},
};

const char* element_name(Element element) {
  switch (element) {
    case Element::kFloat:
      return "vector";
    case Element::kHalf:
      return "halfvec";
    case Element::kSparse:
      return "sparsevec";
    case Element::kBit:
      break;
  }
  return "bit";
}

}  // namespace

bool orders_by_distance(Relation index) {
  return OidIsValid(index_getprocid(index, 1, kDistanceProc));
}

void check_first_column(Relation index) {
  if (!orders_by_distance(index)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("the first column of an index with access method \"%s\" must have an "
                           "operator class that orders by distance",
                           access_method_name(index)),
                    errhint("Key columns come after the column that is searched.")));
  }
}

OpclassInfo opclass_of(Relation index) {
  check_first_column(index);
  const PGFunction distance = index_getprocinfo(index, 1, kDistanceProc)->fn_addr;
  const AccessMethod* method = access_method_of(index);
  for (const Known& known : kKnown) {
    if (known.distance != distance || !method->has_opclass(known.element, known.metric)) {
      continue;
    }
    const bool normalized = OidIsValid(index_getprocid(index, 1, kNormProc));
    const Metric metric =
        known.metric == Metric::kInnerProduct && normalized ? Metric::kCosine : known.metric;
    return {known.element, metric, vector_distance(known.element, metric),
            element_name(known.element)};
  }
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("operator class of index \"%s\" has an unknown distance function",
                         RelationGetRelationName(index)),
                  errhint("Use an operator class that comes with the extension.")));
}

const char* access_method_name(Relation index) {
  return get_am_name(index->rd_rel->relam);
}

}  // namespace vecext::pg
