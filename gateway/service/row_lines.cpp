#include "service/row_lines.h"

#include <algorithm>

namespace vecext::gateway {

std::string RowLines::take(std::string_view part) {
  std::string rows;
  if (state_ == State::kBehind) {
    return rows;
  }
  rest_ += part;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos && state_ != State::kBehind;
       end = rest_.find('\n', begin)) {
    const std::string_view line = std::string_view(rest_).substr(begin, end - begin);
    if (state_ == State::kRows && line == "\\.") {
      state_ = State::kBehind;
    } else if (state_ == State::kRows) {
      rows += line;
      rows += '\n';
    } else if (state_ == State::kHead || line.starts_with("COPY ")) {
      quotes_ += std::ranges::count(line, '"');
      state_ = quotes_ % 2 == 0 && line.ends_with(" FROM stdin;") ? State::kRows : State::kHead;
    }
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return rows;
}

}  // namespace vecext::gateway
