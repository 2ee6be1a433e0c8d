#include "core/effort/calibrated_effort.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace vecext {

namespace {

/// The least and the greatest effort of a text. No search can have another effort, so
/// print_effort() did not write a text that has one.
constexpr float kLeastEffort = 1e-6F;
constexpr float kMostEffort = 1e6F;

/// Returns the number `part` of the way from one number to another, on a scale of powers.
float between(float from, float to, double part) {
  return static_cast<float>(from * std::pow(to / static_cast<double>(from), part));
}

struct Writer {
  char* at;
  char* const end;

  void put(char c) {
    if (at < end) {
      *at++ = c;
    }
  }

  void put(float number) {
    constexpr int kDigits = 4;
    at = std::to_chars(at, end, number, std::chars_format::general, kDigits).ptr;
  }
};

struct Reader {
  const char* at;
  const char* const end;

  /// Skips blanks. True if the next character is `c`, which is then skipped, too.
  bool next(char c) {
    while (at < end && *at == ' ') {
      ++at;
    }
    if (at < end && *at == c) {
      ++at;
      return true;
    }
    return false;
  }

  bool next(float* number, float least, float most) {
    while (at < end && *at == ' ') {
      ++at;
    }
    const auto result = std::from_chars(at, end, *number);
    at = result.ptr;
    return result.ec == std::errc() && *number >= least && *number <= most;
  }
};

/// Reads {effort,effort,effort,effort}.
bool read(Reader* reader, float* efforts) {
  char before = '{';
  for (std::size_t i = 0; i < kEffortRecalls.size(); ++i) {
    if (!reader->next(before) || !reader->next(&efforts[i], kLeastEffort, kMostEffort)) {
      return false;
    }
    before = ',';
  }
  return reader->next('}');
}

}  // namespace

QueryEffort CalibratedEffort::for_rows(double k) const {
  std::size_t i = 1;
  while (i + 1 < kCalibratedRows.size() && k > kCalibratedRows[i]) {
    ++i;
  }
  const double low = std::log(kCalibratedRows[i - 1]);
  const double high = std::log(kCalibratedRows[i]);
  const double part = std::clamp((std::log(std::max(k, 1.0)) - low) / (high - low), 0.0, 1.0);
  QueryEffort known{.effort = {}, .steps = steps, .rows = kRowsOfSteps};
  for (std::size_t recall = 0; recall < kEffortRecalls.size(); ++recall) {
    known.effort[recall] = between(effort[i - 1][recall], effort[i][recall], part);
  }
  return known;
}

void print_effort(const CalibratedEffort& effort, char* text) {
  Writer writer{text, text + kMostEffortText - 1};
  writer.put('{');
  writer.put(effort.steps);
  for (const auto& efforts : effort.effort) {
    char before = '{';
    writer.put(',');
    for (const float one : efforts) {
      writer.put(before);
      writer.put(one);
      before = ',';
    }
    writer.put('}');
  }
  writer.put('}');
  *writer.at = '\0';
}

bool parse_effort(const char* text, CalibratedEffort* effort) {
  Reader reader{text, text + std::strlen(text)};
  bool is_sound = reader.at + kMostEffortText > reader.end && reader.next('{') &&
                  reader.next(&effort->steps, 0, kMostSteps);
  for (auto& efforts : effort->effort) {
    is_sound = is_sound && reader.next(',') && read(&reader, efforts);
  }
  return is_sound && reader.next('}') && reader.at == reader.end;
}

}  // namespace vecext
