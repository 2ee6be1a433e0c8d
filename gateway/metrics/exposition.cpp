#include "metrics/exposition.h"

#include <charconv>

namespace vecext::gateway {

namespace {

void append_number(std::string& out, double value) {
  char digits[32];
  const auto [end, fault] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

// A bound is a label, which people read and compare: it has no exponent.
std::string bound_of(std::size_t bucket) {
  if (bucket == kBounds.size()) {
    return "+Inf";
  }
  char digits[32];
  const auto [end, fault] = std::to_chars(digits, digits + sizeof digits, kBounds[bucket] / 1e6,
                                          std::chars_format::fixed);
  return std::string(digits, end);
}

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + ' ';
  text_ += help;
  text_ += "\n# TYPE " + name_ + ' ';
  text_ += type;
  text_ += '\n';
}

void Exposition::sample(double value, std::initializer_list<Label> labels) {
  write("", labels, value);
}

void Exposition::sample(const Durations& durations, std::initializer_list<Label> labels) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < durations.counts.size(); ++i) {
    const std::string bound = bound_of(i);
    count += durations.counts[i];
    std::vector<Label> all = labels;
    all.emplace_back("le", bound);
    write("_bucket", all, static_cast<double>(count));
  }
  write("_sum", labels, durations.sum);
  write("_count", labels, static_cast<double>(count));
}

void Exposition::write(std::string_view suffix, const std::vector<Label>& labels, double value) {
  text_ += name_;
  text_ += suffix;
  char separator = '{';
  for (const auto& [name, label] : labels) {
    text_ += separator;
    text_ += name;
    text_ += "=\"";
    append_value(text_, label);
    text_ += '"';
    separator = ',';
  }
  text_ += labels.empty() ? " " : "} ";
  append_number(text_, value);
  text_ += '\n';
}

}  // namespace vecext::gateway
