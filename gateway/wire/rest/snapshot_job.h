// Work on snapshots, which goes on without its client if that says so.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "service/context.h"
#include "service/snapshot_files.h"
#include "wire/http/message.h"
#include "wire/rest/request.h"

namespace vecext::gateway::rest {

/// Copies of what a request has, for work that goes on when it has been answered.
struct SnapshotJob {
  SnapshotJob(const Request& request, std::string of);

  Context context;
  SnapshotOptions options;
  std::string collection;
  std::string id;  // of the request
};

/// Returns the JSON of a result.
using SnapshotWork = std::function<Task<std::string>(SnapshotJob&)>;

/// True if the request has wait=false: its client does not want to wait for work on snapshots.
bool is_in_background(const Request& request);

/// Throws a Failure kUnavailable if the request has wait=false, and its thread does enough of such
/// work.
void require_place(const Request& request);

/// Runs the work, and answers with its result; with wait=false at once, before it has ended. Throws
/// as require_place() does.
Task<HttpReply> run_job(Request& request, SnapshotJob job, SnapshotWork work);

/// Returns an answer in the envelope, whose time is that since `start`. An empty result is left
/// out.
HttpReply snapshot_reply(unsigned status, std::string_view result,
                         std::chrono::steady_clock::time_point start);

}  // namespace vecext::gateway::rest
