#include "wire/grpc/service.h"

#include "base/body_memory.h"
#include "base/request_id.h"
#include "service/execute.h"
#include "wire/grpc/framing.h"
#include "wire/grpc/health_watch.h"
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
    case FailureKind::kOverQuota:
    case FailureKind::kTooOften:
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

constexpr std::size_t kMostWithoutKey = 4u << 10;  // bytes of a request whose key is not looked at

// Compression takes longer than all else of a small answer, so it is for clients that compress
// their own requests.
bool gzips_answer(const Http2Request& request, std::size_t size) {
  constexpr std::size_t kLeast = 1024;
  return request.encoding == "gzip" && size >= kLeast &&
         request.accept_encoding.find("gzip") != std::string::npos;
}

Credentials credentials_of(const Http2Request& request) {
  return {request.api_key, request.authorization, request.namespace_id};
}

const std::vector<Method>& methods() {
  static const std::vector<Method> kMethods = [] {
    std::vector<Method> all;
    for (const std::vector<Method>* some :
         {&health_methods(), &collection_methods(), &change_methods(), &read_methods(),
          &search_methods(), &snapshot_methods(), &namespace_methods()}) {
      all.insert(all.end(), some->begin(), some->end());
    }
    return all;
  }();
  return kMethods;
}

}  // namespace

std::vector<std::string_view> all_methods() {
  std::vector<std::string_view> paths;
  for (const Method& method : methods()) {
    paths.push_back(method.path);
  }
  return paths;
}

// A reply, and what is noted of it.
struct GrpcService::Answer {
  static Answer fail(unsigned code, std::string_view message) {
    Answer answer;
    answer.code = code;
    answer.reply.headers = {{"content-type", "application/grpc"}};
    answer.reply.trailers = {{"grpc-status", std::to_string(code)},
                             {"grpc-message", percent_encoded(cut(message))}};
    return answer;
  }

  static Answer fail(const Failure& failure) {
    const FailureKind kind = failure.kind();
    Answer answer = fail(code_of(kind), std::string(prefix_of(kind)) + failure.message());
    answer.sql_state = failure.sql_state();
    answer.has_failed = kind == FailureKind::kInternal || kind == FailureKind::kUnavailable ||
                        kind == FailureKind::kOutOfSpace;
    if (may_succeed_later(kind)) {
      answer.reply.trailers.emplace_back("retry-after", "1");
    }
    return answer;
  }

  static Answer succeed(std::string frame, bool gzips) {
    Answer answer;
    answer.reply.headers = {{"content-type", "application/grpc"}, {"grpc-accept-encoding", "gzip"}};
    if (gzips) {
      answer.reply.headers.emplace_back("grpc-encoding", "gzip");
    }
    answer.reply.body = std::move(frame);
    answer.reply.trailers = {{"grpc-status", "0"}};
    return answer;
  }

  Http2Reply reply;
  unsigned code = 0;
  std::string sql_state;    // if the server raised an error
  bool has_failed = false;  // for a reason that is not the client's
};

GrpcService::GrpcService(Pool& pool, const Authenticator& authenticator, ThreadMetrics& metrics,
                         const LogOptions& log, const SnapshotOptions& snapshots,
                         std::size_t message_limit, const Shutdown& shutdown)
    : pool_(pool),
      authenticator_(authenticator),
      metrics_(metrics),
      slow_(log.slow),
      snapshots_(snapshots),
      message_limit_(message_limit),
      shutdown_(shutdown) {
  for (const Method& method : methods()) {
    methods_.emplace(method.path, Entry{&method, methods_.size()});
  }
}

Task<GrpcService::Answer> GrpcService::call(const Http2Request& request, const Method* method,
                                            std::string_view trace) {
  Context context{.pool = pool_, .grant = {}, .client = request.client, .trace = trace};
  if (const Grant* grant = std::any_cast<Grant>(&request.admitted)) {
    context.grant = *grant;
  }
  if (method == nullptr) {
    co_return Answer::fail(kUnimplemented, "unknown method " + request.path);
  }
  context.deadline = timeout_of(request.timeout);
  HeldBytes held;
  std::string space;
  Exchange exchange{context, snapshots_, {}, {}, shutdown_.has_begun()};
  exchange.message =
      co_await message_of(request.body, request.encoding, message_limit_, space, held);
  co_await method->action(exchange);
  co_await verify(context);
  const bool gzips = gzips_answer(request, exchange.frame.size());
  if (gzips) {
    exchange.frame = co_await compressed_frame(exchange.frame);
  } else {
    finish_frame(exchange.frame);
  }
  co_return Answer::succeed(std::move(exchange.frame), gzips);
}

Task<GrpcService::Answer> GrpcService::try_call(const Http2Request& request, const Method* method,
                                                std::string_view trace, std::string_view id) {
  try {
    co_return co_await call(request, method, trace);
  } catch (const Failure& failure) {
    co_return Answer::fail(failure);
  } catch (const std::exception& error) {
    co_return Answer::fail(log_unexpected(error, id));
  }
}

Task<Http2Reply> GrpcService::handle(const Http2Request& request) {
  const auto start = std::chrono::steady_clock::now();
  const auto found = methods_.find(request.path);
  const Entry* entry = found == methods_.end() ? nullptr : &found->second;
  RequestLine line;
  line.trace = sane_traceparent(request.traceparent);
  const std::string_view own_id = sane_id(request.request_id);
  std::string id = own_id.empty() ? new_id() : std::string(own_id);
  Answer answer = co_await try_call(request, entry == nullptr ? nullptr : entry->method,
                                    line.trace.empty() ? own_id : line.trace, id);
  line.id = id;
  line.duration = std::chrono::steady_clock::now() - start;
  note(entry, answer, line);
  answer.reply.headers.emplace_back("x-request-id", std::move(id));
  co_return std::move(answer.reply);
}

void GrpcService::note(const Entry* entry, const Answer& answer, RequestLine line) {
  metrics_.grpc.record(entry == nullptr ? methods_.size() : entry->place, answer.code,
                       line.duration);
  line.method = "gRPC";
  line.pattern = entry == nullptr ? "unknown" : entry->method->path;
  line.status = answer.code;
  line.sql_state = answer.sql_state;
  line.has_failed = answer.has_failed;
  log_request(line, slow_);
}

std::unique_ptr<Http2Dialogue> GrpcService::begin_dialogue(const Http2Request& request) {
  if (is_health_watch(request.path)) {
    return begin_health_watch(shutdown_);
  }
  if (!is_reflection(request.path)) {
    return nullptr;
  }
  try {
    authenticator_.authenticate(credentials_of(request));
    return begin_reflection({});
  } catch (const Failure& failure) {
    return begin_reflection(
        Answer::fail(code_of(failure.kind()), failure.message()).reply.trailers);
  }
}

std::optional<Http2Reply> GrpcService::refuse_early(Http2Request& request) {
  if (request.method != "POST" || !request.content_type.starts_with("application/grpc")) {
    Http2Reply reply;
    reply.status = request.method == "POST" ? 415 : 405;
    return reply;
  }
  const auto found = methods_.find(request.path);
  const Entry* entry = found == methods_.end() ? nullptr : &found->second;
  if (is_reflection(request.path) || is_health_watch(request.path) ||
      (entry != nullptr && !entry->method->needs_key)) {
    request.most_bytes = kMostWithoutKey;
    return std::nullopt;
  }
  try {
    request.admitted = authenticator_.authenticate(credentials_of(request));
    return std::nullopt;
  } catch (const Failure& failure) {
    return refused(entry, Answer::fail(code_of(failure.kind()), failure.message()));
  }
}

Http2Reply GrpcService::refuse(Http2Fault fault) {
  if (fault == Http2Fault::kOutOfMemory) {
    return refused(nullptr, Answer::fail(out_of_body_memory()));
  }
  return refused(nullptr, Answer::fail(kResourceExhausted,
                                       fault == Http2Fault::kBodyTooLarge
                                           ? "The message exceeds the limit of its size"
                                           : "Too many requests of this connection are under way"));
}

Http2Reply GrpcService::refused(const Entry* entry, Answer answer) {
  const std::string id = new_id();
  RequestLine line;
  line.id = id;
  note(entry, answer, line);
  return std::move(answer.reply);
}

}  // namespace vecext::gateway::grpc
