// Messages of all methods of gRPC, up to the first statement. The first byte of the input is the
// method; the second says what the others are: a body, a message, or choices that make a message.
// No request is a fault of the gateway.
#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "backend.h"
#include "fuzz.h"
#include "message_maker.h"
#include "wire/grpc/framing.h"
#include "wire/grpc/service.h"

namespace vecext::gateway::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::MessageFactory;

constexpr std::size_t kLimit = 1 << 16;  // bytes of a message

// Returns the type of the request of "/qdrant.Points/Query".
const Descriptor* request_of(std::string_view path) {
  std::string name(path.substr(1));
  name[name.find('/')] = '.';
  const auto* method = DescriptorPool::generated_pool()->FindMethodByName(name);
  require(method != nullptr);
  return method->input_type();
}

std::string made_message(std::string_view path, FuzzedDataProvider& choices) {
  const std::unique_ptr<google::protobuf::Message> message(
      MessageFactory::generated_factory()->GetPrototype(request_of(path))->New());
  fill(*message, choices);
  return message->SerializePartialAsString();
}

std::string frame_of(Backend& backend, const std::string& message, bool gzips) {
  std::string frame(grpc::kPrefix, '\0');
  frame += message;
  grpc::finish_frame(frame);
  return gzips ? backend.run(grpc::compressed_frame(frame)) : frame;
}

std::string body_of(Backend& backend, std::string_view path, FuzzedDataProvider& choices) {
  const int form = choices.ConsumeIntegralInRange(0, 3);
  if (form == 0) {
    return choices.ConsumeRemainingBytesAsString();
  }
  return form == 1
             ? frame_of(backend, choices.ConsumeRemainingBytesAsString(), choices.ConsumeBool())
             : frame_of(backend, made_message(path, choices), form == 2);
}

void answer(FuzzedDataProvider& choices) {
  static Backend backend;
  static grpc::GrpcService service(backend.pool, backend.authenticator, backend.metrics, {},
                                   backend.snapshots, kLimit, backend.shutdown);
  static const std::vector<std::string_view> kPaths = grpc::all_methods();
  Http2Request request;
  request.method = "POST";
  request.path = kPaths[choices.ConsumeIntegralInRange<std::size_t>(0, kPaths.size() - 1)];
  request.content_type = "application/grpc";
  request.encoding = "gzip";
  request.body = body_of(backend, request.path, choices);
  require(!service.refuse_early(request));
  const Http2Reply reply = backend.run(service.handle(request));
  require(reply.status == 200 && !reply.trailers.empty());
  require(reply.trailers.front().second != "13");  // INTERNAL
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider choices(data, size);
  vecext::gateway::fuzz::answer(choices);
  return 0;
}
