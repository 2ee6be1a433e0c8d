// Snapshots of collections: made by pg_dump, and made collections again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "service/context.h"
#include "service/snapshot_files.h"

namespace vecext::gateway {

/// Makes a snapshot of a collection, whose rows are in one table.
Task<Snapshot> create_snapshot(Context& context, const SnapshotOptions& options,
                               std::string collection);

/// Makes a snapshot of the database, which pg_restore restores.
Task<Snapshot> create_full_snapshot(Context& context, const SnapshotOptions& options);

/// Makes a collection of a file, in one transaction: either all of it is there, or nothing has
/// changed. A collection of that name is replaced, and its aliases go on. No SQL of the file is
/// executed: its rows alone are copied, into a table that is made for them.
Task<> recover_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                        std::filesystem::path file);

}  // namespace vecext::gateway
