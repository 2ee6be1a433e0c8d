#include "base/log.h"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "base/json.h"

namespace vecext::gateway {

namespace {

bool is_in_json = false;

// The name of the logger of requests, whose messages are members of JSON already if the log is
// JSON.
constexpr std::string_view kRequests = "request";

std::string_view view(const spdlog::string_view_t& text) {
  return {text.data(), text.size()};
}

class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    time_.format(message, out);
    std::string line;
    append_object(line, [&](JsonWriter& object) {
      object.string("level", view(spdlog::level::to_string_view(message.level)));
      if (view(message.logger_name) != kRequests) {
        object.string("message", view(message.payload));
      }
    });
    line.erase(0, 1);  // the brace that stands before the time
    if (view(message.logger_name) == kRequests) {
      line.pop_back();
      line += ',';
      line += view(message.payload);
      line += '}';
    }
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }

 private:
  spdlog::pattern_formatter time_{R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",)",
                                  spdlog::pattern_time_type::utc, ""};
};

spdlog::logger& requests() {
  static const std::shared_ptr<spdlog::logger> logger =
      spdlog::default_logger()->clone(std::string(kRequests));
  return *logger;
}

double milliseconds_of(std::chrono::nanoseconds duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

std::string text_of(const RequestLine& line) {
  std::string text = fmt::format("{} {} {} {:.3f} ms id={}", line.method, line.pattern, line.status,
                                 milliseconds_of(line.duration), line.id);
  if (!line.trace.empty()) {
    text += fmt::format(" traceparent={}", line.trace);
  }
  if (!line.sql_state.empty()) {
    text += fmt::format(" sqlstate={}", line.sql_state);
  }
  return text;
}

std::string json_of(const RequestLine& line) {
  std::string text = json_object([&](JsonWriter& object) {
    object.string("request_id", line.id);
    object.string("method", line.method);
    object.string("route", line.pattern);
    object.integer("status", line.status);
    object.raw("ms", fmt::format("{:.3f}", milliseconds_of(line.duration)));
    if (!line.trace.empty()) {
      object.string("traceparent", line.trace);
    }
    if (!line.sql_state.empty()) {
      object.string("sqlstate", line.sql_state);
    }
  });
  return text.substr(1, text.size() - 2);
}

}  // namespace

void open_log(bool is_json, std::string_view level) {
  is_in_json = is_json;
  auto logger =
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stdout_sink_mt>());
  if (is_json) {
    logger->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger->set_pattern("[%Y-%m-%d %H:%M:%S.%e] [%l] %v");
  }
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

void log_request(const RequestLine& line, std::chrono::milliseconds slow) {
  const bool is_slow = slow.count() > 0 && line.duration > slow;
  const auto level = line.has_failed ? spdlog::level::err
                     : is_slow       ? spdlog::level::warn
                                     : spdlog::level::debug;
  if (requests().should_log(level)) {
    requests().log(level, is_in_json ? json_of(line) : text_of(line));
  }
}

Failure log_unexpected(const std::exception& error, std::string_view id) {
  spdlog::error("a request has failed: {} id={}", error.what(), id);
  return Failure(FailureKind::kInternal, "The log says why, with the id " + std::string(id));
}

}  // namespace vecext::gateway
