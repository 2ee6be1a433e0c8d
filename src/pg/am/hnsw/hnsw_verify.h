// Checking the pages of an hnsw index, and counting what they hold.
#pragma once

#include "pg/am/common/index_description.h"
#include "pg/am/common/verify_walk.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// AccessMethod::verify.
void verify_graph_index(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);

/// AccessMethod::describe.
IndexDescription describe_graph(Relation index);

}  // namespace vecext::pg
