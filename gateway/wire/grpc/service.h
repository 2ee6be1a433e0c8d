// The methods of Qdrant's gRPC interface, and the status of their answers.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/authenticator.h"
#include "base/log.h"
#include "base/shutdown.h"
#include "metrics/registry.h"
#include "service/context.h"
#include "service/snapshot_files.h"
#include "wire/http2/http2.h"

namespace vecext::gateway::grpc {

/// A call of a method: its request, and the frame of its answer.
struct Exchange {
  Context& context;
  const SnapshotOptions& snapshots;
  std::string_view message;
  std::string frame;
  bool is_last = false;  // the program is about to end
};

/// Answers a call; throws a Failure.
using Action = Task<> (*)(Exchange& exchange);

struct Method {
  std::string_view path;  // "/qdrant.Points/Query"
  Action action;
  bool needs_key = true;
};

/// The paths of all methods, in the order that metrics know them by.
std::vector<std::string_view> all_methods();

/// Answers requests of one thread by the methods of all files of this room.
class GrpcService : public Http2Handler {
 public:
  GrpcService(Pool& pool, const Authenticator& authenticator, ThreadMetrics& metrics,
              const LogOptions& log, const SnapshotOptions& snapshots, std::size_t message_limit,
              const Shutdown& shutdown);
  Task<Http2Reply> handle(const Http2Request& request) override;
  std::optional<Http2Reply> refuse_early(Http2Request& request) override;
  Http2Reply refuse(Http2Fault fault) override;
  std::unique_ptr<Http2Dialogue> begin_dialogue(const Http2Request& request) override;

 private:
  struct Entry {
    const Method* method;
    std::size_t place;  // among all_methods()
  };
  struct Answer;
  Task<Answer> call(const Http2Request& request, const Method* method, std::string_view trace);
  Task<Answer> try_call(const Http2Request& request, const Method* method, std::string_view trace,
                        std::string_view id);
  Http2Reply refused(const Entry* entry, Answer answer);
  void note(const Entry* entry, const Answer& answer, RequestLine line);

  Pool& pool_;
  const Authenticator& authenticator_;
  ThreadMetrics& metrics_;
  std::chrono::milliseconds slow_;
  const SnapshotOptions& snapshots_;
  std::size_t message_limit_;
  const Shutdown& shutdown_;
  std::unordered_map<std::string_view, Entry> methods_;
};

/// The methods of each file.
const std::vector<Method>& health_methods();
const std::vector<Method>& collection_methods();
const std::vector<Method>& change_methods();
const std::vector<Method>& read_methods();
const std::vector<Method>& search_methods();
const std::vector<Method>& snapshot_methods();
const std::vector<Method>& namespace_methods();

}  // namespace vecext::gateway::grpc
