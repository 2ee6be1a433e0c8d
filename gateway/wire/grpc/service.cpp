#include "wire/grpc/service.h"

#include "service/execute.h"
#include "wire/grpc/framing.h"
#include "wire/grpc/reflection.h"

namespace vecext::gateway::grpc {

namespace {

// Codes of gRPC.
enum Code {
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

Code code_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::kBadInput:
    case FailureKind::kBadJson:
    case FailureKind::kValidation:
      return kInvalidArgument;
    case FailureKind::kNotFound:
      return kNotFound;
    case FailureKind::kAlreadyExists:
      return kAlreadyExists;
    case FailureKind::kUnauthenticated:
      return kUnauthenticated;
    case FailureKind::kForbidden:
      return kPermissionDenied;
    case FailureKind::kNotOffered:
      return kUnimplemented;
    case FailureKind::kTimeout:
      return kDeadlineExceeded;
    case FailureKind::kOutOfSpace:
      return kResourceExhausted;
    case FailureKind::kUnavailable:
      return kUnavailable;
    case FailureKind::kInternal:
      break;
  }
  return kInternal;
}

// Clients take few headers. A message may quote a text of the request.
std::string_view cut(std::string_view message) {
  constexpr std::size_t kMost = 2000;  // bytes
  if (message.size() <= kMost) {
    return message;
  }
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) {
    --end;  // not within a character
  }
  return message.substr(0, end);
}

Http2Reply fail(Code code, std::string_view message) {
  Http2Reply reply;
  reply.headers = {{"content-type", "application/grpc"}};
  reply.trailers = {{"grpc-status", std::to_string(code)},
                    {"grpc-message", percent_encoded(cut(message))}};
  return reply;
}

Http2Reply fail(const Failure& failure) {
  Http2Reply reply =
      fail(code_of(failure.kind()), std::string(prefix_of(failure.kind())) + failure.message());
  if (failure.kind() == FailureKind::kUnavailable) {
    reply.trailers.emplace_back("retry-after", "1");
  }
  return reply;
}

Http2Reply succeed(std::string frame, bool gzips) {
  finish_frame(frame, gzips);
  Http2Reply reply;
  reply.headers = {{"content-type", "application/grpc"}, {"grpc-accept-encoding", "gzip"}};
  if (gzips) {
    reply.headers.emplace_back("grpc-encoding", "gzip");
  }
  reply.body = std::move(frame);
  reply.trailers = {{"grpc-status", "0"}};
  return reply;
}

// Compression takes longer than all else of a small answer, so it is for clients that compress
// their own requests.
bool gzips_answer(const Http2Request& request, std::size_t size) {
  constexpr std::size_t kLeast = 1024;
  return request.encoding == "gzip" && size >= kLeast &&
         request.accept_encoding.find("gzip") != std::string::npos;
}

}  // namespace

GrpcService::GrpcService(Pool& pool, const Authenticator& authenticator, std::size_t message_limit)
    : pool_(pool), authenticator_(authenticator), message_limit_(message_limit) {
  for (const std::vector<Method>* methods :
       {&health_methods(), &collection_methods(), &change_methods(), &read_methods(),
        &search_methods()}) {
    for (const Method& method : *methods) {
      methods_.emplace(method.path, &method);
    }
  }
}

Task<Http2Reply> GrpcService::call(const Http2Request& request) {
  const auto found = methods_.find(request.path);
  const Method* method = found == methods_.end() ? nullptr : found->second;
  Context context{pool_, {}, std::nullopt, request.client};
  if (method == nullptr || method->needs_key) {
    try {
      context.grant = authenticator_.authenticate(request.api_key, request.authorization);
    } catch (const Failure& failure) {
      co_return fail(code_of(failure.kind()), failure.message());
    }
  }
  if (method == nullptr) {
    co_return fail(kUnimplemented, "unknown method " + request.path);
  }
  context.time_limit = timeout_of(request.timeout);
  std::string space;
  Exchange exchange{context, {}, {}};
  exchange.message = message_of(request.body, request.encoding, message_limit_, space);
  co_await method->action(exchange);
  co_await verify(context);
  const bool gzips = gzips_answer(request, exchange.frame.size());
  co_return succeed(std::move(exchange.frame), gzips);
}

Task<Http2Reply> GrpcService::handle(const Http2Request& request) {
  if (request.method != "POST" || !request.content_type.starts_with("application/grpc")) {
    Http2Reply reply;
    reply.status = request.method == "POST" ? 415 : 405;
    co_return reply;
  }
  try {
    co_return co_await call(request);
  } catch (const Failure& failure) {
    co_return fail(failure);
  } catch (const std::exception& error) {
    co_return fail(kInternal, error.what());
  }
}

std::unique_ptr<Http2Dialogue> GrpcService::begin_dialogue(const Http2Request& request) {
  if (!is_reflection(request.path)) {
    return nullptr;
  }
  try {
    authenticator_.authenticate(request.api_key, request.authorization);
    return begin_reflection({});
  } catch (const Failure& failure) {
    return begin_reflection(fail(code_of(failure.kind()), failure.message()).trailers);
  }
}

Http2Reply GrpcService::refuse(Http2Fault fault) {
  return fail(kResourceExhausted, fault == Http2Fault::kBodyTooLarge
                                      ? "The message exceeds the limit of its size"
                                      : "Too many requests of this connection are under way");
}

}  // namespace vecext::gateway::grpc
