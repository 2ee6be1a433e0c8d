// The findings of a check of an index.
#pragma once

#include "core/page/page.h"

namespace vecext {

/// The first fault that a check finds. `what` stays null if there is none.
struct VerifyFinding {
  const char* what = nullptr;  // null if nothing is wrong
  PageId page = kNoPage;
};

/// `visit` is called for each row of the index while no page is locked. `rerank` is the row's
/// rerank vector, or null if it has none. Returns false if the vector does not belong to the row.
struct RowVisitor {
  bool (*visit)(void* context, RowId row, const std::byte* rerank);
  void* context;
};

}  // namespace vecext
