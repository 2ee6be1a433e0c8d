#include "wire/grpc/health_watch.h"

#include "wire/grpc/framing.h"
#include "wire/grpc/proto/health.pb.h"

namespace vecext::gateway::grpc {

namespace {

using ::grpc::health::v1::HealthCheckResponse;

class HealthWatch : public Http2Dialogue {
 public:
  explicit HealthWatch(const Shutdown& shutdown) : shutdown_(shutdown) {}

  Http2Headers receive(std::string_view bytes, bool is_end, std::string& out) override {
    constexpr std::size_t kMostBytes = 4u << 10;  // of a request
    if (has_asked_) {
      return {};
    }
    received_ += bytes;
    if (frame_size(received_) > 0) {
      has_asked_ = true;
      if (shutdown_.has_begun()) {
        return end(out);
      }
      say(HealthCheckResponse::SERVING, out);
    } else if (is_end || received_.size() > kMostBytes) {
      return {{"grpc-status", "3"}, {"grpc-message", "The message is not a request"}};
    }
    return {};
  }

  Http2Headers end(std::string& out) override {
    say(HealthCheckResponse::NOT_SERVING, out);
    return {{"grpc-status", "14"}, {"grpc-message", "The gateway is about to end"}};
  }

 private:
  static void say(HealthCheckResponse::ServingStatus status, std::string& out) {
    HealthCheckResponse response;
    response.set_status(status);
    std::string frame(kPrefix, '\0');
    response.AppendToString(&frame);
    finish_frame(frame);
    out += frame;
  }

  const Shutdown& shutdown_;
  std::string received_;
  bool has_asked_ = false;
};

}  // namespace

bool is_health_watch(std::string_view path) {
  return path == "/grpc.health.v1.Health/Watch";
}

std::unique_ptr<Http2Dialogue> begin_health_watch(const Shutdown& shutdown) {
  return std::make_unique<HealthWatch>(shutdown);
}

}  // namespace vecext::gateway::grpc
