// The lines of COPY among the SQL that pg_restore writes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecext::gateway {

/// Takes the text part by part, and returns its rows: the lines between the first
/// "COPY … FROM stdin;", whose quoted names may contain ends of lines, and the line "\.".
class RowLines {
 public:
  /// Returns the rows, as whole lines, of this part and of what was kept of the part before it.
  std::string take(std::string_view part);
  /// True once the line "\." was seen. What follows that is ignored.
  bool has_ended() const { return state_ == State::kBehind; }

 private:
  enum class State { kBefore, kHead, kRows, kBehind };

  State state_ = State::kBefore;
  std::ptrdiff_t quotes_ = 0;  // in the head so far
  std::string rest_;           // of a line whose end has not come yet
};

}  // namespace vecext::gateway
