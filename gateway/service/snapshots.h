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

/// Throws a Failure kNotFound if there is no such collection.
Task<std::vector<Snapshot>> list_snapshots(Context& context, const SnapshotOptions& options,
                                           std::string collection);
/// Snapshots of a collection that was dropped can be deleted, too.
Task<> delete_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                       std::string name);

/// Makes a snapshot of the database, which pg_restore restores.
Task<Snapshot> create_full_snapshot(Context& context, const SnapshotOptions& options);
Task<std::vector<Snapshot>> list_full_snapshots(Context& context, const SnapshotOptions& options);
Task<> delete_full_snapshot(Context& context, const SnapshotOptions& options, std::string name);

/// Makes a collection of a file, in one transaction: either all of it is there, or nothing has
/// changed. A collection of that name is replaced, and its aliases go on. No SQL of the file is
/// executed: its rows alone are copied, into a table that is made for them.
Task<> recover_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                        std::filesystem::path file);

}  // namespace vecext::gateway
