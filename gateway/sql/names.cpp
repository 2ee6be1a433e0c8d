#include "sql/names.h"

namespace vecext::gateway::sql {

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') {
      out += '"';
    }
  }
  out += '"';
  return out;
}

std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    i += text[i] == '"' ? 1 : 0;  // a quote stands twice
  }
  return out;
}

}  // namespace vecext::gateway::sql
