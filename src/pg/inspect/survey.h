// Walking an index to look at it.
#pragma once

#include "core/graph/format/graph_verify.h"
#include "core/ivf/verify.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tableam.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// What the rerank vectors of an index stand for.
struct RerankSpace {
  VectorTransform transform;
  Rerank rerank;
};

/// Who sees the rows of an index: begin(visitor.context, own) is called before the first; what it
/// is told lives as long as rows are shown.
struct SurveyVisitor {
  RowVisitor rows;
  void (*begin)(void* context, const RerankSpace& rerank);
};

/// Checks the pages of an index of lists with a current model and shows each row to the visitor.
/// Where lists were made again meanwhile, it begins again, with begin(). A row that was removed
/// meanwhile, and whose place another has taken, may be shown twice.
Survey survey_lists(Relation index, const SurveyVisitor& visitor, Finding* finding);

/// The same for a graph.
GraphSurvey survey_graph(Relation index, const SurveyVisitor& visitor, Finding* finding);

/// Calls `callback` for the rows of the table that the index should have and the active snapshot
/// sees, which is older than anything that is found in the index from now on.
void scan_indexed_rows(Relation heap, Relation index, IndexBuildCallback callback, void* context);

}  // namespace vecext::pg
