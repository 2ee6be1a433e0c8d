#include "wire/rest/snapshot_recovery.h"

#include <fstream>
#include <memory>

#include "base/failure.h"
#include "base/turn.h"
#include "service/execute.h"
#include "service/snapshots.h"
#include "wire/http/multipart.h"
#include "wire/rest/snapshot_job.h"

namespace vecext::gateway::rest {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_missing(std::string_view path) {
  throw Failure(FailureKind::kBadJson,
                "Bad request: Snapshot file \"" + std::string(path) + "\" does not exist");
}

// The snapshot that a location names: file:///NAME of this collection, or the path of one of any
// collection.
fs::path located(const SnapshotOptions& options, const std::string& collection,
                 std::string_view location) {
  constexpr std::string_view kFile = "file://";
  if (!location.starts_with(kFile)) {
    throw Failure(FailureKind::kForbidden,
                  "Snapshot recovery from remote URLs is disabled in the configuration");
  }
  std::string_view path = location.substr(kFile.size());
  constexpr std::string_view kHere = "localhost";
  path.remove_prefix(path.starts_with(kHere) ? kHere.size() : 0);
  if (!path.starts_with('/')) {
    throw Failure(FailureKind::kBadJson,
                  "Bad request: Invalid snapshot URI, file path must be absolute or on localhost");
  }
  const Target target = parse_target(path);
  if (target.segments.size() == 1) {
    try {
      return SnapshotFolder(options, collection).find(target.segments.front());
    } catch (const Failure& failure) {
      if (failure.kind() == FailureKind::kNotFound) {
        throw_missing(path);
      }
      throw;
    }
  }
  fs::path text = "/";
  for (const std::string& segment : target.segments) {
    text /= segment;
  }
  std::error_code error;
  const fs::path file = fs::weakly_canonical(text, error);
  const fs::path root = fs::weakly_canonical(options.folder, error);
  if (error || file.parent_path().parent_path() != root) {
    throw Failure(FailureKind::kForbidden,
                  "Snapshot file path must be inside the snapshots directory");
  }
  if (file.extension() != ".snapshot" || !fs::is_regular_file(file, error)) {
    throw_missing(path);
  }
  return file;
}

Task<> check_checksum(const fs::path& file, std::optional<std::string> expected) {
  if (!expected) {
    co_return;
  }
  const std::string found = co_await sha256_of(file);
  for (char& c : *expected) {
    c = c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c;
  }
  if (found != *expected) {
    throw Failure(FailureKind::kBadInput,
                  "Snapshot checksum mismatch: expected " + *expected + ", got " + found);
  }
}

Task<std::string> recover_now(SnapshotJob& job, fs::path file,
                              std::optional<std::string> checksum) {
  co_await check_checksum(file, std::move(checksum));
  co_await recover_snapshot(job.context, job.options, job.collection, file);
  co_return "true";
}

[[noreturn]] void throw_no_space() {
  throw Failure(FailureKind::kOutOfSpace, "The snapshot cannot be kept");
}

// Copies a part of a file to another one. Other work of the thread goes on meanwhile.
Task<> copy_part(fs::path from, FilePart part, fs::path to) {
  constexpr std::uint64_t kMost = 1 << 20;
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(part.offset));
  std::string bytes(kMost, '\0');
  for (std::uint64_t left = part.size; left > 0;) {
    const auto size = static_cast<std::streamsize>(std::min(left, kMost));
    in.read(bytes.data(), size);
    out.write(bytes.data(), size);
    if (!in || !out) {
      throw_no_space();
    }
    left -= static_cast<std::uint64_t>(size);
    co_await let_others_run();
  }
  if (!out.flush()) {
    throw_no_space();
  }
}

// Throws a Failure unless a checksum, if there is one, is a SHA-256.
void require_sha256(const std::optional<std::string>& checksum) {
  constexpr std::size_t kDigits = 64;
  if (checksum && (checksum->size() != kDigits ||
                   checksum->find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)) {
    throw Failure(FailureKind::kValidation,
                  "Validation error in query parameters: [checksum: Validation error: "
                  "invalid_sha256_hash]");
  }
}

}  // namespace

Task<HttpReply> recover_kept(Request& request) {
  const JsonObject body = request.object();
  const std::string location = json_string(body.at("location"), "location");
  const fs::path file = located(request.program.snapshots, request.collection(), location);
  co_await require_rights_of_file(request.context, request.program.snapshots, request.collection(),
                                  file);
  const std::optional<std::string> checksum = body.find_string("checksum");
  const SnapshotWork work = [file, checksum](SnapshotJob& job) {
    return recover_now(job, file, checksum);
  };
  SnapshotJob job(request, request.collection());
  co_return co_await run_job(request, std::move(job), work);
}

Task<HttpReply> recover_sent(Request& request) {
  require_sha256(request.parameter("checksum"));
  const auto boundary = boundary_of(request.http.content_type);
  if (!boundary) {
    throw Failure(FailureKind::kBadInput, "The body must be multipart/form-data");
  }
  require_place(request);
  co_await verify(request.context);
  const SnapshotFolder folder(request.program.snapshots, request.collection());
  const TemporaryFile form = folder.new_file();
  const BodyFile to{form.path(), request.program.snapshots.most_bytes};
  co_await request.http.body->read_into(to);
  const auto part = co_await find_field_in_file(form.path(), *boundary, "snapshot");
  if (!part) {
    throw Failure(FailureKind::kBadInput, "The body has no field `snapshot`");
  }
  const std::shared_ptr<TemporaryFile> file(new TemporaryFile(folder.new_file()));
  co_await copy_part(form.path(), *part, file->path());
  const std::optional<std::string> checksum = request.parameter("checksum");
  const SnapshotWork work = [file, checksum](SnapshotJob& job) {
    return recover_now(job, file->path(), checksum);
  };
  SnapshotJob job(request, request.collection());
  co_return co_await run_job(request, std::move(job), work);
}

}  // namespace vecext::gateway::rest
