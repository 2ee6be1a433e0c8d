// Routes of snapshots.
#include <chrono>

#include "base/failure.h"
#include "service/execute.h"
#include "service/snapshots.h"
#include "wire/rest/router.h"
#include "wire/rest/snapshot_job.h"
#include "wire/rest/snapshot_recovery.h"

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

// --- Snapshots of a collection -------------------------------------------------------------------

Task<std::string> list_files(Request& request) {
  const std::vector<Snapshot> snapshots =
      co_await list_snapshots(request.context, request.program.snapshots, request.collection());
  co_return snapshot_list(snapshots);
}

Task<std::string> create_now(SnapshotJob& job) {
  const Snapshot snapshot = co_await create_snapshot(job.context, job.options, job.collection);
  co_return snapshot_json(snapshot);
}

Task<HttpReply> create_file(Request& request) {
  SnapshotJob job(request, request.collection());
  const SnapshotWork work = create_now;
  co_return co_await run_job(request, std::move(job), work);
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
  return is_in_background(request) ? snapshot_reply(202, "", Clock::now())
                                   : snapshot_reply(200, "true", Clock::now());
}

Task<HttpReply> remove_file(Request& request) {
  co_await delete_snapshot(request.context, request.program.snapshots, request.collection(),
                           request.path[1]);
  co_return removed(request);
}

// --- Snapshots of all collections ----------------------------------------------------------------

Task<std::string> list_full(Request& request) {
  const std::vector<Snapshot> snapshots =
      co_await list_full_snapshots(request.context, request.program.snapshots);
  co_return snapshot_list(snapshots);
}

Task<std::string> create_full_now(SnapshotJob& job) {
  const Snapshot snapshot = co_await create_full_snapshot(job.context, job.options);
  co_return snapshot_json(snapshot);
}

Task<HttpReply> create_full(Request& request) {
  co_await verify(request.context);  // before it is answered, also if it is not waited for
  SnapshotJob job(request, "");
  const SnapshotWork work = create_full_now;
  co_return co_await run_job(request, std::move(job), work);
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
      {"PUT", "/collections/{collection_name}/snapshots/recover", recover_kept,
       "makes a collection of a snapshot that is kept here", Access::kManage},
      {"POST", "/collections/{collection_name}/snapshots/upload", recover_sent,
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
       of_shard<recover_kept>, "makes shard 0 of a snapshot that is kept here", Access::kManage},
      {"POST", "/collections/{collection_name}/shards/{shard_id}/snapshots/upload",
       of_shard<recover_sent>, "makes shard 0 of a snapshot that is sent", Access::kManage, false,
       false},
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
