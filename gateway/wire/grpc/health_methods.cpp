// What is answered without a key: the version of the server, and that it serves.
#include "service/health.h"
#include "wire/grpc/proto/health.pb.h"
#include "wire/grpc/proto/qdrant.pb.h"
#include "wire/grpc/unary.h"

namespace vecext::gateway::grpc {

namespace {

Task<> version(Context&, const qdrant::HealthCheckRequest&, qdrant::HealthCheckReply& reply) {
  reply.set_title("qdrant - vector search engine");
  reply.set_version(std::string(kQdrantVersion));
  reply.set_commit(std::string(kQdrantCommit));
  co_return;
}

using ::grpc::health::v1::HealthCheckRequest;
using ::grpc::health::v1::HealthCheckResponse;

// As in Qdrant: the program serves, also while PostgreSQL does not answer.
Task<> check(Exchange& exchange, const HealthCheckRequest&, HealthCheckResponse& response) {
  response.set_status(exchange.is_last ? HealthCheckResponse::NOT_SERVING
                                       : HealthCheckResponse::SERVING);
  co_return;
}

}  // namespace

const std::vector<Method>& health_methods() {
  static const std::vector<Method> kMethods = {
      {"/qdrant.Qdrant/HealthCheck",
       unary<qdrant::HealthCheckRequest, qdrant::HealthCheckReply, version>, false},
      {"/grpc.health.v1.Health/Check", unary<HealthCheckRequest, HealthCheckResponse, check>,
       false},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
