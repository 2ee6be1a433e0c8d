#include "wire/rest/request.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/failure.h"

namespace vecext::gateway::rest {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string without_escapes(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 &&
        digit_of(text[i + 2]) >= 0) {
      out += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_blank ? ' ' : text[i];
    }
  }
  return out;
}

// Calls `f` with each part of a text between separators.
template <class F>
void each_part(std::string_view text, char separator, F f) {
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    f(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

// A target may also be absolute: "http://host:port/path" (RFC 9112, section 3.2.2).
std::string_view without_authority(std::string_view target) {
  const std::size_t colon = target.find("://");
  if (target.starts_with('/') || colon == std::string_view::npos) {
    return target;
  }
  const std::size_t end = target.find_first_of("/?", colon + 3);
  return end == std::string_view::npos ? std::string_view() : target.substr(end);
}

[[noreturn]] void refuse_parameter(std::string_view why) {
  throw Failure(FailureKind::kBadJson,
                "Deserialize error in query parameters: " + std::string(why));
}

// Returns nothing if the text is not a whole number.
std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

}  // namespace

std::optional<std::string> Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

std::optional<bool> Request::flag(std::string_view name) const {
  const auto text = parameter(name);
  if (!text) {
    return std::nullopt;
  }
  if (*text != "true" && *text != "false") {
    refuse_parameter("provided string was not `true` or `false`");
  }
  return *text == "true";
}

std::optional<std::chrono::seconds> Request::time_limit() const {
  const auto text = parameter("timeout");
  if (!text) {
    return std::nullopt;
  }
  const auto seconds = whole_number(*text);
  if (!seconds) {
    refuse_parameter("invalid digit found in string");
  }
  if (*seconds == 0) {
    throw Failure(FailureKind::kValidation,
                  "Validation error in query parameters: [timeout: value 0 invalid, must be 1 or "
                  "larger]");
  }
  constexpr std::uint64_t kLongest = 2'147'483;  // seconds: as many milliseconds as an int holds
  return std::chrono::seconds(std::min(*seconds, kLongest));
}

void Request::require_levels() const {
  const std::string ordering = parameter("ordering").value_or("weak");
  if (ordering != "weak" && ordering != "medium" && ordering != "strong") {
    refuse_parameter("unknown variant `" + ordering +
                     "`, expected one of `weak`, `medium`, `strong`");
  }
  const std::string consistency = parameter("consistency").value_or("");
  const bool is_type = consistency.empty() || consistency == "majority" ||
                       consistency == "quorum" || consistency == "all";
  if (!is_type && whole_number(consistency).value_or(0) == 0) {
    refuse_parameter("failed to deserialize read consistency query parameter value");
  }
}

Target parse_target(std::string_view target) {
  Target parsed;
  target = without_authority(target);
  const std::size_t question = target.find('?');
  each_part(target.substr(0, question), '/', [&](std::string_view segment) {
    // Slashes at both ends and two of them in a row mean nothing.
    if (!segment.empty()) {
      parsed.segments.push_back(without_escapes(segment, false));
    }
  });
  if (question != std::string_view::npos) {
    each_part(target.substr(question + 1), '&', [&](std::string_view pair) {
      const std::size_t equals = pair.find('=');
      parsed.query.emplace_back(
          without_escapes(pair.substr(0, equals), true),
          equals == std::string_view::npos ? "" : without_escapes(pair.substr(equals + 1), true));
    });
  }
  return parsed;
}

std::int32_t number_member(const JsonObject& object, std::string_view name, std::int32_t otherwise,
                           std::int32_t least) {
  const auto value = object.find_integer(name);
  if (!value) {
    return otherwise;
  }
  if (*value < least) {
    throw Failure(FailureKind::kValidation, "Validation error in JSON body: [" + std::string(name) +
                                                ": value " + std::to_string(*value) +
                                                " invalid, must be " + std::to_string(least) +
                                                " or larger]");
  }
  return static_cast<std::int32_t>(
      std::min<std::int64_t>(*value, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace vecext::gateway::rest
