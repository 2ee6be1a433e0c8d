#include "pg/am/common/index_description.h"

namespace vecext::pg {

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

const char* rerank_name(Rerank rerank) {
  switch (rerank) {
    case Rerank::kInt8:
      return "int8";
    case Rerank::kHalf:
      return "fp16";
    case Rerank::kNone:
      break;
  }
  return "none";
}

}  // namespace vecext::pg
