// The log of the program, on its standard output. Neither keys nor bodies are ever given to it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace vecext::gateway {

struct LogOptions {
  std::string format = "text";  // or json
  std::string level = "info";
  int slow = 1000;  // milliseconds above which a request is logged as slow; 0: none is
};

/// Makes spdlog's default logger write lines of text, or of JSON with an object each. `level` is
/// debug, info, warn, error or off.
void open_log(bool is_json, std::string_view level);

/// What the log says of a request. Its texts are the gateway's own, or texts of the client that
/// sane_id and sane_traceparent have checked.
struct RequestLine {
  std::string_view id;
  std::string_view trace;  // traceparent; empty if there is none
  std::string_view method;
  std::string_view pattern;  // the route, such as /collections/{collection_name}
  unsigned status = 0;
  bool has_failed = false;  // true if the reason is not the client's request
  std::string_view sql_state;
  std::chrono::nanoseconds duration{};
};

/// Writes a line. Its level is error if the request has failed, warn if it took longer than `slow`,
/// and debug otherwise. If `slow` is 0, no request is slow.
void log_request(const RequestLine& line, std::chrono::milliseconds slow);

/// Logs what the request of that id has failed with, which nothing expects and which may name files
/// and hosts. Returns the failure that its client learns of.
Failure log_unexpected(const std::exception& error, std::string_view id);

}  // namespace vecext::gateway
