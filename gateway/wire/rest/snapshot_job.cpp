#include "wire/rest/snapshot_job.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "base/failure.h"
#include "base/request_id.h"

namespace vecext::gateway::rest {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostJobs = 4;  // of a thread; each runs a program, with a session of its own

thread_local int jobs = 0;

// One of the jobs of a thread, as long as it lives.
struct JobCount {
  JobCount() { ++jobs; }
  ~JobCount() { --jobs; }
  JobCount(const JobCount&) = delete;
  JobCount& operator=(const JobCount&) = delete;
};

// What PostgreSQL says of a failure may have values of points.
void log_failure(const SnapshotJob& job, std::string_view reason, std::string_view sql_state) {
  spdlog::warn("work on a snapshot that nobody waits for has failed: {} id={}{}{}",
               sql_state.empty() ? reason : "PostgreSQL has raised an error", job.id,
               sql_state.empty() ? "" : " sqlstate=", sql_state);
}

Task<> run_in_background(SnapshotJob job, SnapshotWork work, Shutdown& shutdown,
                         [[maybe_unused]] std::unique_ptr<JobCount> place) {
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
    log_failure(job, failure.message(), failure.sql_state());
  } catch (const std::exception& error) {
    log_failure(job, error.what(), "");
  }
}

}  // namespace

SnapshotJob::SnapshotJob(const Request& request, std::string of)
    : context(request.context),
      options(request.program.snapshots),
      collection(std::move(of)),
      id(request.http.request_id) {
  context.trace = {};
}

bool is_in_background(const Request& request) {
  return !request.flag("wait").value_or(true);
}

void require_place(const Request& request) {
  if (is_in_background(request) && jobs >= kMostJobs) {
    throw Failure(FailureKind::kUnavailable,
                  "Too many snapshots that nobody waits for are under way");
  }
}

Task<HttpReply> run_job(Request& request, SnapshotJob job, SnapshotWork work) {
  const Clock::time_point start = Clock::now();
  require_place(request);
  if (is_in_background(request)) {
    if (job.id.empty()) {
      job.id = new_id();
    }
    HttpReply reply = snapshot_reply(202, "", start);
    reply.request_id = job.id;
    const Executor executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor,
                   run_in_background(std::move(job), std::move(work), request.shutdown,
                                     std::make_unique<JobCount>()),
                   asio::detached);
    co_return reply;
  }
  const std::string result = co_await work(job);
  co_return snapshot_reply(200, result, start);
}

HttpReply snapshot_reply(unsigned status, std::string_view result, Clock::time_point start) {
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

}  // namespace vecext::gateway::rest
