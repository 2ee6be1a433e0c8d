#include "wire/rest/snapshot_job.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/failure.h"

namespace vecext::gateway::rest {

namespace {

using Clock = std::chrono::steady_clock;

Task<> run_in_background(SnapshotJob job, SnapshotWork work, Shutdown& shutdown) {
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

}  // namespace

SnapshotJob::SnapshotJob(const Request& request, std::string of)
    : context(request.context), options(request.program.snapshots), collection(std::move(of)) {
  context.trace = {};
}

Task<HttpReply> run_job(Request& request, SnapshotJob job, SnapshotWork work) {
  const Clock::time_point start = Clock::now();
  if (request.parameter("wait").value_or("true") == "false") {
    const Executor executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, run_in_background(std::move(job), std::move(work), request.shutdown),
                   asio::detached);
    co_return snapshot_reply(202, "", start);
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
