// Routes of snapshots.
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>

#include "base/failure.h"
#include "service/execute.h"
#include "service/snapshots.h"
#include "wire/http/multipart.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// --- Answers -------------------------------------------------------------------------------------

void write_snapshot(JsonWriter& object, const Snapshot& snapshot) {
  object.string("name", snapshot.name);
  object.string("creation_time", snapshot.created);
  object.integer("size", static_cast<std::int64_t>(snapshot.size));
  object.string("checksum", snapshot.checksum);
}

std::string snapshot_json(const Snapshot& snapshot) {
  return json_object([&](JsonWriter& object) { write_snapshot(object, snapshot); });
}

std::string snapshot_list(const std::vector<Snapshot>& snapshots) {
  return json_list([&](JsonList& list) {
    for (const Snapshot& snapshot : snapshots) {
      list.object([&](JsonWriter& object) { write_snapshot(object, snapshot); });
    }
  });
}

HttpReply reply_of(unsigned status, std::string_view result, Clock::time_point start) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  HttpReply reply;
  reply.status = status;
  append_object(reply.body, [&](JsonWriter& envelope) {
    if (!result.empty()) {
      envelope.raw("result", result);
    }
    envelope.string("status", status == 202 ? "accepted" : "ok");
    envelope.raw("time", std::to_string(seconds));
  });
  return reply;
}

// --- Work that a client need not wait for --------------------------------------------------------

// Copies of what a request has, for work that goes on when it has been answered.
struct Job {
  Job(const Request& request, std::string of)
      : context(request.context), options(request.program.snapshots), collection(std::move(of)) {
    context.trace = {};
  }

  Context context;
  SnapshotOptions options;
  std::string collection;
};

// Returns the JSON of a result.
using Work = std::function<Task<std::string>(Job&)>;

Task<> run_in_background(Job job, Work work, Shutdown& shutdown) {
  Client nobody;
  job.context.client = &nobody;
  const Shutdown::Work held(shutdown, [&nobody](Stage stage) {
    if (stage == Stage::kGiveUp) {
      nobody.leave();
    }
  });
  try {
    co_await work(job);
  } catch (const Failure& failure) {
    spdlog::warn("work on a snapshot that nobody waits for has failed, SQLSTATE \"{}\"",
                 failure.sql_state());
  } catch (const std::exception&) {
    spdlog::warn("work on a snapshot that nobody waits for has failed");
  }
}

// Runs the work, and answers with its result; with wait=false at once, before it has ended.
Task<HttpReply> run(Request& request, Job job, Work work) {
  const Clock::time_point start = Clock::now();
  if (request.parameter("wait").value_or("true") == "false") {
    const Executor executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, run_in_background(std::move(job), std::move(work), request.shutdown),
                   asio::detached);
    co_return reply_of(202, "", start);
  }
  const std::string result = co_await work(job);
  co_return reply_of(200, result, start);
}

// --- Snapshots of a collection -------------------------------------------------------------------

Task<std::string> list_files(Request& request) {
  const std::vector<Snapshot> snapshots =
      co_await list_snapshots(request.context, request.program.snapshots, request.collection());
  co_return snapshot_list(snapshots);
}

Task<std::string> create_now(Job& job) {
  const Snapshot snapshot = co_await create_snapshot(job.context, job.options, job.collection);
  co_return snapshot_json(snapshot);
}

Task<HttpReply> create_file(Request& request) {
  Job job(request, request.collection());
  const Work work = create_now;
  co_return co_await run(request, std::move(job), work);
}

HttpReply file_reply(const fs::path& file) {
  HttpReply reply;
  reply.content_type = "application/octet-stream";
  reply.body_file = file;
  return reply;
}

Task<HttpReply> download(Request& request) {
  const fs::path file = co_await find_snapshot(request.context, request.program.snapshots,
                                               request.collection(), request.path[1]);
  co_return file_reply(file);
}

// Answers as if the client had not waited, if it says so: the file has gone by then, too.
HttpReply removed(const Request& request) {
  const bool waits = request.parameter("wait").value_or("true") != "false";
  return waits ? reply_of(200, "true", Clock::now()) : reply_of(202, "", Clock::now());
}

Task<HttpReply> remove_file(Request& request) {
  co_await delete_snapshot(request.context, request.program.snapshots, request.collection(),
                           request.path[1]);
  co_return removed(request);
}

// --- Recovery ------------------------------------------------------------------------------------

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
  if (file.extension() != ".snapshot" || !fs::is_regular_file(file)) {
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

Task<std::string> recover_now(Job& job, fs::path file, std::optional<std::string> checksum) {
  co_await check_checksum(file, std::move(checksum));
  co_await recover_snapshot(job.context, job.options, job.collection, file);
  co_return "true";
}

Task<HttpReply> recover(Request& request) {
  const JsonObject body = request.object();
  const std::string location = json_string(body.at("location"), "location");
  const fs::path file = located(request.program.snapshots, request.collection(), location);
  co_await require_rights_of_file(request.context, request.program.snapshots, request.collection(),
                                  file);
  const std::optional<std::string> checksum = body.find_string("checksum");
  const Work work = [file, checksum](Job& job) { return recover_now(job, file, checksum); };
  Job job(request, request.collection());
  co_return co_await run(request, std::move(job), work);
}

// Copies a part of a file to another one. Other work of the thread goes on meanwhile.
Task<> copy_part(fs::path from, FilePart part, fs::path to) {
  constexpr std::uint64_t kMost = 1 << 20;
  const Executor executor = co_await asio::this_coro::executor;
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(part.offset));
  std::string bytes(kMost, '\0');
  for (std::uint64_t left = part.size; left > 0;) {
    const auto size = static_cast<std::streamsize>(std::min(left, kMost));
    in.read(bytes.data(), size);
    out.write(bytes.data(), size);
    if (!in || !out) {
      throw Failure(FailureKind::kOutOfSpace, "The snapshot cannot be kept");
    }
    left -= static_cast<std::uint64_t>(size);
    co_await asio::post(executor, asio::use_awaitable_t<Executor>());
  }
  out.flush();
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

Task<HttpReply> upload(Request& request) {
  require_sha256(request.parameter("checksum"));
  const auto boundary = boundary_of(request.http.content_type);
  if (!boundary) {
    throw Failure(FailureKind::kBadInput, "The body must be multipart/form-data");
  }
  co_await verify(request.context);
  const SnapshotFolder folder(request.program.snapshots, request.collection());
  const TemporaryFile form(folder.new_file());
  const BodyFile to{form.path(), request.program.snapshots.most_bytes};
  co_await request.http.body->read_into(to);
  const auto part = find_field_in_file(form.path(), *boundary, "snapshot");
  if (!part) {
    throw Failure(FailureKind::kBadInput, "The body has no field `snapshot`");
  }
  const auto file = std::make_shared<TemporaryFile>(folder.new_file());
  co_await copy_part(form.path(), *part, file->path());
  const std::optional<std::string> checksum = request.parameter("checksum");
  const Work work = [file, checksum](Job& job) { return recover_now(job, file->path(), checksum); };
  Job job(request, request.collection());
  co_return co_await run(request, std::move(job), work);
}

// --- Snapshots of all collections ----------------------------------------------------------------

Task<std::string> list_full(Request& request) {
  const std::vector<Snapshot> snapshots =
      co_await list_full_snapshots(request.context, request.program.snapshots);
  co_return snapshot_list(snapshots);
}

Task<std::string> create_full_now(Job& job) {
  const Snapshot snapshot = co_await create_full_snapshot(job.context, job.options);
  co_return snapshot_json(snapshot);
}

Task<HttpReply> create_full(Request& request) {
  co_await verify(request.context);  // before it is answered, also if it is not waited for
  Job job(request, "");
  const Work work = create_full_now;
  co_return co_await run(request, std::move(job), work);
}

Task<HttpReply> download_full(Request& request) {
  const fs::path file =
      co_await find_full_snapshot(request.context, request.program.snapshots, request.path[0]);
  co_return file_reply(file);
}

Task<HttpReply> remove_full(Request& request) {
  co_await delete_full_snapshot(request.context, request.program.snapshots, request.path[0]);
  co_return removed(request);
}

// --- Snapshots of a shard: those of the collection, which is one shard ---------------------------

// Takes the number of the shard out of the path.
void leave_shard_out(Request& request) {
  if (request.path[1] != "0") {
    throw Failure(FailureKind::kNotFound, "Shard " + request.path[1] + " not found");
  }
  request.path.erase(request.path.begin() + 1);
}

template <auto Action>
auto of_shard(Request& request) {
  leave_shard_out(request);
  return Action(request);
}

}  // namespace

const std::vector<Route>& snapshot_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/collections/{collection_name}/snapshots", list_files,
       "lists the snapshots of a collection", Access::kReadExtras},
      {"POST", "/collections/{collection_name}/snapshots", create_file,
       "makes a snapshot of a collection", Access::kWriteExtras},
      {"GET", "/collections/{collection_name}/snapshots/{snapshot_name}", download,
       "returns the file of a snapshot", Access::kReadExtras},
      {"DELETE", "/collections/{collection_name}/snapshots/{snapshot_name}", remove_file,
       "deletes a snapshot", Access::kWriteExtras},
      {"PUT", "/collections/{collection_name}/snapshots/recover", recover,
       "makes a collection of a snapshot that is kept here", Access::kManage},
      {"POST", "/collections/{collection_name}/snapshots/upload", upload,
       "makes a collection of a snapshot that is sent", Access::kManage, false, false},
      {"GET", "/collections/{collection_name}/shards/{shard_id}/snapshots", of_shard<list_files>,
       "lists the snapshots of a collection, which is shard 0", Access::kReadExtras},
      {"POST", "/collections/{collection_name}/shards/{shard_id}/snapshots", of_shard<create_file>,
       "makes a snapshot of shard 0", Access::kWriteExtras},
      {"GET", "/collections/{collection_name}/shards/{shard_id}/snapshots/{snapshot_name}",
       of_shard<download>, "returns the file of a snapshot of shard 0", Access::kReadExtras},
      {"DELETE", "/collections/{collection_name}/shards/{shard_id}/snapshots/{snapshot_name}",
       of_shard<remove_file>, "deletes a snapshot of shard 0", Access::kWriteExtras},
      {"PUT", "/collections/{collection_name}/shards/{shard_id}/snapshots/recover",
       of_shard<recover>, "makes shard 0 of a snapshot that is kept here", Access::kManage},
      {"POST", "/collections/{collection_name}/shards/{shard_id}/snapshots/upload",
       of_shard<upload>, "makes shard 0 of a snapshot that is sent", Access::kManage, false, false},
      {"GET", "/snapshots", list_full, "lists the snapshots of the database", Access::kReadExtras},
      {"POST", "/snapshots", create_full, "makes a snapshot of the database", Access::kManage},
      {"GET", "/snapshots/{snapshot_name}", download_full,
       "returns the file of a snapshot of the database", Access::kManage},
      {"DELETE", "/snapshots/{snapshot_name}", remove_full, "deletes a snapshot of the database",
       Access::kManage},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
