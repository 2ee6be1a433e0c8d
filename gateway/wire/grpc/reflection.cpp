#include "wire/grpc/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>

#include "base/failure.h"
#include "wire/grpc/framing.h"
#include "wire/grpc/proto/reflection.pb.h"

namespace vecext::gateway::grpc {

namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using ::grpc::reflection::v1::FileDescriptorResponse;
using ::grpc::reflection::v1::ServerReflectionRequest;
using ::grpc::reflection::v1::ServerReflectionResponse;

constexpr const char* kServices[] = {"grpc.health.v1.Health", "qdrant.Collections",
                                     "qdrant.Points",         "qdrant.Qdrant",
                                     "qdrant.Snapshots",      "vecext.Namespaces"};
constexpr std::size_t kMostBytes = 64u << 10;   // of a request
constexpr std::size_t kMostPending = 4u << 20;  // bytes of answers that the client has not read
constexpr int kUnknownSymbol = 5;

// Adds a file behind all that it imports.
void add_file(const FileDescriptor* file, std::set<const FileDescriptor*>& added,
              FileDescriptorResponse& response) {
  if (!added.insert(file).second) {
    return;
  }
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  response.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) {
    add_file(file->dependency(i), added, response);
  }
}

const FileDescriptor* find_file(const ServerReflectionRequest& request) {
  const DescriptorPool* pool = DescriptorPool::generated_pool();
  if (request.has_file_by_filename()) {
    return pool->FindFileByName(request.file_by_filename());
  }
  return request.has_file_containing_symbol()
             ? pool->FindFileContainingSymbol(request.file_containing_symbol())
             : nullptr;
}

void answer(const ServerReflectionRequest& request, ServerReflectionResponse& response) {
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  if (request.has_list_services()) {
    for (const char* name : kServices) {
      response.mutable_list_services_response()->add_service()->set_name(name);
    }
  } else if (const FileDescriptor* file = find_file(request)) {
    std::set<const FileDescriptor*> added;
    add_file(file, added, *response.mutable_file_descriptor_response());
  } else {
    response.mutable_error_response()->set_error_code(kUnknownSymbol);
    response.mutable_error_response()->set_error_message("not found");
  }
}

class Reflection : public Http2Dialogue {
 public:
  explicit Reflection(Http2Headers trailers) : trailers_(std::move(trailers)) {}

  Http2Headers receive(std::string_view bytes, bool is_end, std::string& out) override {
    if (!trailers_.empty()) {
      return trailers_;
    }
    received_ += bytes;
    while (const std::size_t size = frame_size(received_)) {
      if (out.size() > kMostPending) {
        return {{"grpc-status", "8"}, {"grpc-message", "Answers are not being read"}};
      }
      if (size > kMostBytes || !answer_frame(std::string_view(received_).substr(0, size), out)) {
        return {{"grpc-status", "3"}, {"grpc-message", "The message is not a request"}};
      }
      received_.erase(0, size);
    }
    return is_end || received_.size() > kMostBytes ? Http2Headers{{"grpc-status", "0"}}
                                                   : Http2Headers{};
  }

 private:
  static bool answer_frame(std::string_view frame, std::string& out) {
    ServerReflectionRequest request;
    const std::string_view message = frame.substr(kPrefix);
    if (frame[0] != 0 ||
        !request.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return false;
    }
    ServerReflectionResponse response;
    answer(request, response);
    std::string answered(kPrefix, '\0');
    response.AppendToString(&answered);
    finish_frame(answered);
    out += answered;
    return true;
  }

  Http2Headers trailers_;
  std::string received_;
};

}  // namespace

bool is_reflection(std::string_view path) {
  return path == "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" ||
         path == "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
}

std::unique_ptr<Http2Dialogue> begin_reflection(Http2Headers trailers) {
  return std::make_unique<Reflection>(std::move(trailers));
}

}  // namespace vecext::gateway::grpc
