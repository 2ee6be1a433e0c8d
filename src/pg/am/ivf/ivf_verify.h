// Checks the pages of an ivfflat or ivfpq index, and counts their contents.
#pragma once

#include "pg/am/common/index_description.h"
#include "pg/am/common/verify_walk.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// AccessMethod::verify.
void verify_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);

/// AccessMethod::describe.
IndexDescription describe_lists(Relation index);

}  // namespace vecext::pg
