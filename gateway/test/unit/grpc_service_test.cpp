// What the service of gRPC says without PostgreSQL: keys, health, and messages that are refused.
#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>

#include "base/failure.h"
#include "pool/pool.h"
#include "wire/grpc/framing.h"
#include "wire/grpc/message_reader.h"
#include "wire/grpc/proto/changes.pb.h"
#include "wire/grpc/service.h"

using namespace vecext::gateway;

namespace {

AccessOptions with_key() {
  AccessOptions options;
  options.key = "key";
  return options;
}

struct GrpcFixture {
  Http2Request request_of(std::string_view path, std::string_view key) {
    Http2Request request;
    request.method = "POST";
    request.content_type = "application/grpc";
    request.path = path;
    request.api_key = key;
    request.body = std::string(grpc::kPrefix, '\0');
    return request;
  }
  Http2Reply ask(const Http2Request& request) {
    Http2Reply reply;
    asio::co_spawn(loop, service.handle(request),
                   [&](std::exception_ptr, Http2Reply made) { reply = std::move(made); });
    loop.restart();
    loop.poll();
    return reply;
  }

  asio::io_context loop{1};
  Registry registry{0};
  ThreadMetrics& metrics = registry.add_thread();
  Pool pool{loop.get_executor(), {.conninfo = "none"}, metrics};
  Authenticator authenticator{with_key()};
  SnapshotOptions snapshots;
  Shutdown shutdown{loop.get_executor(), std::chrono::seconds(1), [] {}};
  grpc::GrpcService service{pool, authenticator, metrics, {}, snapshots, 1u << 20, shutdown};
};

std::string status_of(const Http2Headers& trailers) {
  return trailers.empty() ? "" : trailers.front().second;
}

}  // namespace

TEST_CASE_FIXTURE(GrpcFixture, "a request has what its headers admit, and nothing without them") {
  Http2Request request = request_of("/qdrant.Points/Count", "key");
  CHECK(status_of(ask(request).trailers) == "7");  // PERMISSION_DENIED
  CHECK(!service.refuse_early(request));
  CHECK(status_of(ask(request).trailers) == "14");  // PostgreSQL cannot be reached
  Http2Request stranger = request_of("/qdrant.Collections/List", "wrong");
  const std::optional<Http2Reply> refusal = service.refuse_early(stranger);
  REQUIRE(refusal);
  CHECK(status_of(refusal->trailers) == "16");
}

TEST_CASE_FIXTURE(GrpcFixture, "payload indexes are checked as those of REST") {
  qdrant::CreateFieldIndexCollection index;
  index.set_collection_name("c");
  index.set_field_name("k");
  auto* integer = index.mutable_field_index_params()->mutable_integer_index_params();
  integer->set_lookup(false);
  for (const bool has_range : {false, true}) {
    integer->set_range(has_range);
    Http2Request request = request_of("/qdrant.Points/CreateFieldIndex", "key");
    request.body += index.SerializeAsString();
    grpc::finish_frame(request.body);
    CHECK(!service.refuse_early(request));
    CHECK(status_of(ask(request).trailers) == (has_range ? "14" : "3"));
  }
}

TEST_CASE_FIXTURE(GrpcFixture, "health: the gateway serves until it is about to end") {
  const std::string serving("\0\0\0\0\2\x08\1", 7);
  const std::string not_serving("\0\0\0\0\2\x08\2", 7);
  Http2Request check = request_of("/grpc.health.v1.Health/Check", "");
  Http2Request watch = request_of("/grpc.health.v1.Health/Watch", "");
  CHECK(!service.refuse_early(check));
  CHECK(check.most_bytes == 4096);
  CHECK(!service.refuse_early(watch));
  CHECK(ask(check).body == serving);
  const std::unique_ptr<Http2Dialogue> dialogue = service.begin_dialogue(watch);
  REQUIRE(dialogue);
  std::string out;
  CHECK(dialogue->receive("\0\0", false, out).empty());
  CHECK(out.empty());
  CHECK(dialogue->receive(watch.body, true, out).empty());
  CHECK(out == serving);
  const Shutdown::Work work(shutdown);
  shutdown.begin();
  out.clear();
  CHECK(status_of(dialogue->end(out)) == "14");
  CHECK(out == not_serving);
  CHECK(ask(check).body == not_serving);
  out.clear();
  CHECK(status_of(service.begin_dialogue(watch)->receive(watch.body, true, out)) == "14");
  CHECK(out == not_serving);
  CHECK(status_of(service.begin_dialogue(watch)->receive("", true, out)) == "3");
  CHECK(status_of(service.begin_dialogue(watch)->receive(std::string(5000, '\xff'), false, out)) ==
        "3");
}

TEST_CASE("messages are read in parts, and those that grow too large are refused") {
  qdrant::UpsertPoints points;
  for (int i = 0; i < 10000; ++i) {
    qdrant::PointStruct* point = points.add_points();
    point->mutable_id()->set_uuid(std::string(36, 'a'));
    point->mutable_vectors()->mutable_vector()->mutable_dense()->mutable_data()->Resize(20, 0.5f);
  }
  const std::string text = points.SerializeAsString();
  google::protobuf::Arena arena;
  auto* read = google::protobuf::Arena::CreateMessage<qdrant::UpsertPoints>(&arena);
  grpc::read_message(*read, text, arena);
  CHECK(read->SerializeAsString() == text);
  CHECK_THROWS_AS(grpc::read_message(*read, std::string_view(text).substr(0, 100'000), arena),
                  Failure);
  qdrant::UpsertPoints small_parts;
  for (int i = 0; i < 200'000; ++i) {
    qdrant::PointStruct* point = small_parts.add_points();
    point->mutable_id()->set_num(1);
    auto& inner = *(*point->mutable_payload())["a"].mutable_struct_value()->mutable_fields();
    inner["b"].set_integer_value(1);
  }
  google::protobuf::Arena sensible;
  auto* parts = google::protobuf::Arena::CreateMessage<qdrant::UpsertPoints>(&sensible);
  CHECK_NOTHROW(grpc::read_message(*parts, small_parts.SerializeAsString(), sensible));
  CHECK(parts->points_size() == 200'000);
  std::string empty_points;
  for (int i = 0; i < 1'000'000; ++i) {
    empty_points += std::string_view("\x1a\0", 2);
  }
  google::protobuf::Arena other;
  auto* large = google::protobuf::Arena::CreateMessage<qdrant::UpsertPoints>(&other);
  CHECK_THROWS_WITH_AS(grpc::read_message(*large, empty_points, other),
                       "The message has too many parts for its size", Failure);
  CHECK(other.SpaceAllocated() < 130u << 20);
}
