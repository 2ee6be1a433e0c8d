#include "service/row_lines.h"

#include <algorithm>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr std::string_view kEndOfRows = "\\.\n";
constexpr std::size_t kMostHead = 1 << 20;  // bytes: a table has at most 1,600 columns

}  // namespace

std::string RowLines::take(std::string_view part) {
  std::string rows;
  while (!part.empty() && state_ != State::kBehind) {
    const std::size_t end = part.find('\n');
    const std::string_view text = part.substr(0, end == std::string_view::npos ? end : end + 1);
    part.remove_prefix(text.size());
    if (state_ == State::kRows) {
      take_row(text, rows);
    } else {
      take_head(text);
    }
  }
  return rows;
}

// `text` is a line, or a part of one, as below.
void RowLines::take_head(std::string_view text) {
  rest_ += text;
  if (rest_.size() > kMostHead) {
    throw Failure(FailureKind::kBadInput, "The snapshot has a line that is too long");
  }
  if (!rest_.ends_with('\n')) {
    return;
  }
  if (state_ == State::kHead || rest_.starts_with("COPY ")) {
    quotes_ += std::ranges::count(rest_, '"');
    state_ = quotes_ % 2 == 0 && rest_.ends_with(" FROM stdin;\n") ? State::kRows : State::kHead;
  }
  rest_.clear();
}

// A row may have a gigabyte, so only what may become the last line is kept.
void RowLines::take_row(std::string_view text, std::string& rows) {
  if (!is_within_row_) {
    rest_ += text;
    if (rest_ == kEndOfRows) {
      state_ = State::kBehind;
      return;
    }
    if (kEndOfRows.starts_with(rest_)) {
      return;
    }
    text = rest_;
  }
  rows += text;
  is_within_row_ = !text.ends_with('\n');
  rest_.clear();
}

}  // namespace vecext::gateway
