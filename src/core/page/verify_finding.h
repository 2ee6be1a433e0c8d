// What checking an index shows.
#pragma once

#include "core/page/page.h"

namespace vecext {

/// The first thing found wrong, if any.
struct VerifyFinding {
  const char* what = nullptr;  // null: nothing wrong
  PageId page = kNoPage;
};

/// Sees each row that the index holds, with its rerank vector or null; no page is locked meanwhile.
/// False: the vector is not the row's.
struct RowVisitor {
  bool (*visit)(void* context, RowId row, const std::byte* rerank);
  void* context;
};

}  // namespace vecext
