#include "core/condition/parse/parser.h"

#include <algorithm>
#include <charconv>

#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

/// True if the path of an error shows the key without quotes.
bool is_plain(std::string_view key) {
  for (const char c : key) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '$' || c == '-';
    if (!plain) {
      return false;
    }
  }
  return !key.empty();
}

/// As much of a key as the path of an error shows.
std::string_view shown(std::string_view key) {
  constexpr std::size_t kMostBytes = 64;
  std::size_t n = std::min(key.size(), kMostBytes);
  while (n > 0 && n < key.size() && (static_cast<unsigned char>(key[n]) & 0xC0) == 0x80) {
    --n;  // not within a character
  }
  return key.substr(0, n);
}

/// Characters of an index.
constexpr int kIndexLength = 12;

std::size_t length_of(const ParsePlace* place) {
  std::size_t length = 0;
  for (; place->above != nullptr; place = place->above) {
    length += shown(place->key).size() + 3 + kIndexLength;
  }
  return length;
}

/// Writes a place before `end`; returns where it begins.
char* write_before(char* end, const ParsePlace* place) {
  char* begin = end;
  for (; place->above != nullptr; place = place->above) {
    if (place->index >= 0) {
      char digits[kIndexLength];
      const char* stop = std::to_chars(digits, digits + kIndexLength, place->index).ptr;
      *--begin = ']';
      begin = std::copy_backward(static_cast<const char*>(digits), stop, begin);
      *--begin = '[';
      continue;
    }
    const std::string_view key = shown(place->key);
    const bool plain = is_plain(key);
    if (!plain) {
      *--begin = '"';
    }
    begin = std::copy_backward(key.begin(), key.end(), begin);
    if (!plain) {
      *--begin = '"';
    }
    if (place->above->above != nullptr) {
      *--begin = '.';
    }
  }
  return begin;
}

/// The equalities on one path among alternatives.
struct Equalities {
  std::string_view path;
  JsonValue* values;  // null until the first one is met
  std::size_t count;
  std::size_t taken;
  Condition* list;
};

bool is_equality(const Condition& condition) {
  return condition.kind == ConditionKind::kIn && condition.values.size() == 1 &&
         condition.count == 0;
}

/// Fills `groups`, which have room for all alternatives, with the paths of those that are
/// equalities and how many each has, in the order of the paths. Returns the number of paths.
std::size_t count_equalities(std::span<const Condition* const> alternatives, Equalities* groups) {
  std::size_t count = 0;
  for (const Condition* child : alternatives) {
    if (child != nullptr && is_equality(*child)) {
      groups[count++] = {child->path.text, nullptr, 1, 0, nullptr};
    }
  }
  std::sort(groups, groups + count,
            [](const Equalities& a, const Equalities& b) { return a.path < b.path; });
  std::size_t paths = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (paths > 0 && groups[paths - 1].path == groups[i].path) {
      ++groups[paths - 1].count;
    } else {
      groups[paths++] = groups[i];
    }
  }
  return paths;
}

}  // namespace

bool ConditionParser::fail(const ParsePlace& at, ParseErrorCode code, const char* reason,
                           std::string_view found) {
  if (!error_.ok()) {
    return false;
  }
  error_ = {code, reason, found, {}, at.position};
  const std::size_t length = length_of(&at);
  if (length > 0) {
    char* room = arena_.array<char>(length);
    if (room != nullptr) {
      const char* begin = write_before(room + length, &at);
      error_.path = {begin, static_cast<std::size_t>(room + length - begin)};
    }
  }
  return false;
}

bool ConditionParser::enter(const ParsePlace& at) {
  if (level_ == kMostLevels) {
    return fail(at, ParseErrorCode::kTooLarge, "filter has too many levels");
  }
  ++level_;
  return true;
}

bool ConditionParser::count_condition(const ParsePlace& at) {
  if (conditions_ == kMostConditions) {
    return fail(at, ParseErrorCode::kTooLarge, "filter has too many conditions");
  }
  ++conditions_;
  return true;
}

Condition* ConditionParser::condition(ConditionKind kind, const ParsePlace& at) {
  return count_condition(at) ? make(kind, at) : nullptr;
}

Condition* ConditionParser::make(ConditionKind kind, const ParsePlace& at) {
  Condition* made = array<Condition>(1, at);
  if (made != nullptr) {
    *made = Condition{};
    made->kind = kind;
  }
  return made;
}

const Condition* ConditionParser::joined(ConditionKind kind,
                                         std::span<const Condition* const> children,
                                         const ParsePlace& at) {
  if (kind == ConditionKind::kOr && children.size() > 1) {
    children = merged(children, at);
    if (children.empty()) {
      return nullptr;
    }
  }
  if (children.size() == 1) {
    return children[0];
  }
  Condition* made = make(kind, at);
  if (made != nullptr) {
    made->children = children;
  }
  return made;
}

std::span<const Condition* const> ConditionParser::merged(
    std::span<const Condition* const> alternatives, const ParsePlace& at) {
  auto* groups = array<Equalities>(alternatives.size(), at);
  auto* kept = array<const Condition*>(alternatives.size(), at);
  if (groups == nullptr || kept == nullptr) {
    return {};
  }
  const std::size_t paths = count_equalities(alternatives, groups);
  std::size_t kept_count = 0;
  for (const Condition* child : alternatives) {
    if (child == nullptr || !is_equality(*child)) {
      kept[kept_count++] = child;
      continue;
    }
    Equalities* group =
        std::lower_bound(groups, groups + paths, child->path.text,
                         [](const Equalities& a, std::string_view path) { return a.path < path; });
    if (group->count == 1) {
      kept[kept_count++] = child;
      continue;
    }
    if (group->values == nullptr) {
      group->values = array<JsonValue>(group->count, at);
      group->list = make(ConditionKind::kIn, at);
      if (group->values == nullptr || group->list == nullptr) {
        return {};
      }
      group->list->path = child->path;
      group->list->count = static_cast<std::int32_t>(group->count);
      kept[kept_count++] = group->list;
    }
    group->values[group->taken++] = child->values[0];
    if (group->taken == group->count) {
      group->list->values = sorted_values({group->values, group->count});
    }
  }
  return {kept, kept_count};
}

const Condition* ConditionParser::negated(const Condition* child, const ParsePlace& at) {
  Condition* made = make(ConditionKind::kNot, at);
  const Condition** children = array<const Condition*>(1, at);
  if (made == nullptr || children == nullptr) {
    return nullptr;
  }
  children[0] = child;
  made->children = {children, 1};
  return made;
}

bool ConditionParser::count_values(std::int64_t n, const ParsePlace& at) {
  if (n > kMostValues - values_) {
    return fail(at, ParseErrorCode::kTooLarge, "filter has too many values");
  }
  values_ += n;
  return true;
}

bool ConditionParser::parse_path(std::string_view text, const ParsePlace& at, PayloadPath* path) {
  const ParseError error = vecext::parse_path(text, arena_, path);
  if (error.ok()) {
    return true;
  }
  return fail(at, error.code, error.reason, text);
}

bool JsonConditionParser::need_object(const JsonValue& value, const ParsePlace& at) {
  return value.kind == JsonKind::kObject || unlike(value, at, "must be an object");
}

bool JsonConditionParser::need_array(const JsonValue& value, const ParsePlace& at) {
  return value.kind == JsonKind::kArray || unlike(value, at, "must be an array");
}

bool JsonConditionParser::need_string(const JsonValue& value, const ParsePlace& at,
                                      std::string_view* text) {
  *text = value.text;
  return value.kind == JsonKind::kString || unlike(value, at, "must be a string");
}

bool JsonConditionParser::need_bool(const JsonValue& value, const ParsePlace& at, bool* boolean) {
  *boolean = value.boolean;
  return value.kind == JsonKind::kBool || unlike(value, at, "must be true or false");
}

bool JsonConditionParser::need_number(const JsonValue& value, const ParsePlace& at,
                                      double* number) {
  *number = value.number;
  if (value.kind != JsonKind::kNumber) {
    return unlike(value, at, "must be a number");
  }
  return __builtin_isfinite(value.number) || malformed(at, "number is out of range");
}

bool JsonConditionParser::need_integer(const JsonValue& value, const ParsePlace& at,
                                       std::int64_t* integer) {
  *integer = value.integer;
  return (value.kind == JsonKind::kNumber && value.is_integer) ||
         unlike(value, at, "must be an integer of 64 bits");
}

bool JsonConditionParser::need_scalar(const JsonValue& value, const ParsePlace& at) {
  double number;
  switch (value.kind) {
    case JsonKind::kString:
    case JsonKind::kBool:
      return true;
    case JsonKind::kNumber:
      return need_number(value, at, &number);
    default:
      return unlike(value, at, "must be a string, a number or a boolean");
  }
}

bool JsonConditionParser::need_path(const JsonValue& value, const ParsePlace& at,
                                    PayloadPath* path) {
  std::string_view text;
  return need_string(value, at, &text) && parse_path(text, at, path);
}

bool JsonConditionParser::one_value(const JsonValue& value, const ParsePlace& at,
                                    std::span<const JsonValue>* values) {
  JsonValue* list = array<JsonValue>(1, at);
  if (list == nullptr || !count_values(1, at)) {
    return false;
  }
  list[0] = value;
  *values = {list, 1};
  return true;
}

bool JsonConditionParser::only_keys(const JsonValue& object, const ParsePlace& at,
                                    std::initializer_list<std::string_view> keys) {
  const int n = size(object);
  for (int i = 0; i < n; ++i) {
    const std::string_view key = source_.member(object, i).key;
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      return malformed(at, "unknown key", key);
    }
  }
  return true;
}

}  // namespace vecext
