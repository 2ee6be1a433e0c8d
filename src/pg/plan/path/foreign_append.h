// Partitions that are foreign tables, searched at the same time. A Merge Append asks the servers of
// its members one after another, and so takes as long as all of them together. An Append can ask
// them at once, if their option async_capable is set; a Sort above it orders what they return.
#pragma once

namespace vecext::pg {

/// Installs the planner's hook. It has to be called once, when the library is loaded.
void offer_foreign_appends();

}  // namespace vecext::pg
