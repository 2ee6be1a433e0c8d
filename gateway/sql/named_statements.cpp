#include "sql/named_statements.h"

#include <algorithm>
#include <charconv>

#include "base/failure.h"

namespace vecext::gateway::sql {

namespace {

constexpr std::string_view kHeading = "-- name:";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

[[noreturn]] void refuse(int line, const std::string& why) {
  throw Failure(FailureKind::kBadInput, "line " + std::to_string(line) + ": " + why);
}

bool is_name(std::string_view name) {
  constexpr std::size_t kLongest = 48;  // PostgreSQL keeps 63 bytes of the name that this becomes
  return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// Returns the largest n of `$n`. In a literal it counts, too, and is a parameter without an effect.
int parameters_of(std::string_view text) {
  int most = 0;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    int number = 0;
    std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
    most = std::max(most, number);
  }
  return most;
}

}  // namespace

NamedStatements::NamedStatements(std::string_view text) {
  int line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (one.starts_with(kHeading)) {
      close(line);
      add(trimmed(one.substr(kHeading.size())), line);
    } else if (!statements_.empty()) {
      statements_.back().text.append(one).append("\n");
    } else if (!trimmed(one).empty() && !one.starts_with("--")) {
      refuse(line, "a statement begins with a line \"-- name: …\"");
    }
  }
  close(line);
}

void NamedStatements::add(std::string_view heading, int line) {
  NamedStatement statement;
  const std::size_t blank = std::min(heading.find_first_of(kBlanks), heading.size());
  statement.name = heading.substr(0, blank);
  const std::string_view mark = trimmed(heading.substr(blank));
  if (!is_name(statement.name)) {
    refuse(line, "a name has 1 to 48 letters, digits, _ and -");
  }
  if (!mark.empty() && mark != "write") {
    refuse(line, "\"write\" is the only word that may follow a name");
  }
  if (find(statement.name) != nullptr) {
    refuse(line, "there are two statements \"" + statement.name + "\"");
  }
  statement.is_write = mark == "write";
  statements_.push_back(std::move(statement));
}

void NamedStatements::close(int line) {
  if (statements_.empty()) {
    return;
  }
  NamedStatement& last = statements_.back();
  std::string_view text = trimmed(last.text);
  if (text.ends_with(';')) {
    text = trimmed(text.substr(0, text.size() - 1));
  }
  if (text.empty()) {
    refuse(line, "statement \"" + last.name + "\" is empty");
  }
  last.id = "named_" + last.name;
  last.text = std::string(text);
  last.prepared = "WITH answer AS (" + last.text +
                  "\n) SELECT pg_catalog.row_to_json(answer)::text FROM answer";
  last.statement = {last.id.c_str(), last.prepared.c_str(), parameters_of(last.text), true};
}

const NamedStatement* NamedStatements::find(std::string_view name) const {
  const auto found = std::ranges::find(statements_, name, &NamedStatement::name);
  return found == statements_.end() ? nullptr : &*found;
}

Call forbid_writes() {
  static const Statement kStatement{
      "forbid_writes", "SELECT pg_catalog.set_config('transaction_read_only', 'on', true)"};
  return {&kStatement, {}};
}

Call call_named(const NamedStatement& statement, const std::vector<RawJson>& parameters) {
  Call call{&statement.statement, {}};
  for (const RawJson value : parameters) {
    if (value == "null") {
      call.arguments.null();
    } else if (is_string(value)) {
      call.arguments.text(json_string(value, "parameters"));
    } else {
      call.arguments.text(value);
    }
  }
  return call;
}

}  // namespace vecext::gateway::sql
