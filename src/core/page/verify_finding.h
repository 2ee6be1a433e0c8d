// What checking an index finds.
#pragma once

#include "core/page/page.h"

namespace vecext {

/// The first fault found, if any.
struct VerifyFinding {
  const char* what = nullptr;  // null: nothing wrong
  PageId page = kNoPage;
};

/// Is called for each row of the index with its rerank vector or null, while no page is locked.
/// Returns false if the vector is not the row's.
struct RowVisitor {
  bool (*visit)(void* context, RowId row, const std::byte* rerank);
  void* context;
};

}  // namespace vecext
