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
/// Returns the path of a snapshot. Throws a Failure kForbidden if the role of the request, where it
/// has one, does not see all rows of the collection: the file has them all. Where the collection is
/// not there, the role needs to see the whole database.
Task<std::filesystem::path> find_snapshot(Context& context, const SnapshotOptions& options,
                                          std::string collection, std::string name);
/// Snapshots of a collection that was dropped can be deleted, too. A role needs to see all rows,
/// and the right to delete them.
Task<> delete_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                       std::string name);

/// Makes a snapshot of the database, which pg_restore restores.
Task<Snapshot> create_full_snapshot(Context& context, const SnapshotOptions& options);
Task<std::vector<Snapshot>> list_full_snapshots(Context& context, const SnapshotOptions& options);
/// Return and delete one: a role needs to see the whole database.
Task<std::filesystem::path> find_full_snapshot(Context& context, const SnapshotOptions& options,
                                               std::string name);
Task<> delete_full_snapshot(Context& context, const SnapshotOptions& options, std::string name);

/// Throws a Failure kForbidden as find_snapshot does if the file is one of this collection, and
/// otherwise if the role does not see the whole database.
Task<> require_rights_of_file(Context& context, const SnapshotOptions& options,
                              std::string collection, std::filesystem::path file);

/// Makes a collection of a file, in one transaction: either all of it is there, or nothing has
/// changed. A collection of that name is replaced, and its aliases go on. No SQL of the file is
/// executed: its rows alone are copied, into a table that is made for them.
Task<> recover_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                        std::filesystem::path file);

}  // namespace vecext::gateway
