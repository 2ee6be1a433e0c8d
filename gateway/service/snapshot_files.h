// Files of snapshots: a file of pg_dump, behind which stands what vecext knows of the collection.
// pg_restore reads them as they are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

struct SnapshotOptions {
  std::string folder;    // where snapshots are kept; empty: there are none
  std::string programs;  // folder of pg_dump and pg_restore; empty: they are looked for in PATH
  std::uint64_t most_bytes = std::uint64_t{64} << 30;  // of a file that is sent
};

struct Snapshot {
  std::string name;
  std::uint64_t size = 0;
  std::string created;   // ISO 8601, without a time zone: UTC
  std::string checksum;  // SHA-256 in hexadecimal digits
};

/// An empty file with a name of its own, which is removed at the end of a scope, if it is still
/// there. It is locked as long as the object lives, so that those of a gateway that was killed are
/// known by the lock that they lack.
class TemporaryFile {
 public:
  /// Throws a Failure kInternal if no file can be made in the folder.
  explicit TemporaryFile(const std::filesystem::path& folder);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

/// Returns how pg_dump or pg_restore is called.
std::string program_of(const SnapshotOptions& options, const char* name);

/// Makes the folder of snapshots if it does not exist. Throws a Failure kInternal if no file can be
/// made in it.
void prepare_folder(const SnapshotOptions& options);
/// Removes the temporary files that gateways have left behind, but not those of gateways that run.
void remove_stale_files(const SnapshotOptions& options);

/// The snapshots of one collection, or those of the database if no collection is named. No name of
/// a file is made of a name that a client has sent, unless it consists of harmless signs.
class SnapshotFolder {
 public:
  /// Throws a Failure kBadInput if there are no snapshots.
  SnapshotFolder(const SnapshotOptions& options, std::optional<std::string_view> collection);

  std::vector<Snapshot> list() const;
  /// Returns the path of a snapshot. Throws a Failure kNotFound if there is none of that name.
  std::filesystem::path find(std::string_view name) const;
  /// True if that is the path of a file in this folder, by whatever links.
  bool has(const std::filesystem::path& file) const;
  void remove(std::string_view name) const;
  /// Makes an empty file for what becomes a snapshot. The folder is made, too.
  TemporaryFile new_file() const;
  /// Makes such a file a snapshot. Throws a Failure kInternal if its checksum cannot be written.
  Snapshot adopt(const std::filesystem::path& file, const std::string& checksum) const;

 private:
  std::filesystem::path folder_;
  std::string prefix_;  // of names of new files
};

/// Returns the SHA-256 of a file. Other work of the thread goes on meanwhile.
Task<std::string> sha256_of(std::filesystem::path file);

/// Appends JSON to a file of pg_dump; reads it back. The latter throws a Failure kBadInput if the
/// file is not a snapshot.
void append_definition(const std::filesystem::path& file, std::string_view json);
std::string read_definition(const std::filesystem::path& file);

}  // namespace vecext::gateway
