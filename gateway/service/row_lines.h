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
  /// Returns what this part has of the rows, whose lines may end in a later part. Throws a Failure
  /// kBadInput if a line ahead of the rows is longer than any that pg_restore writes.
  std::string take(std::string_view part);
  /// True once the line "\." was seen. What follows that is ignored.
  bool has_ended() const { return state_ == State::kBehind; }

 private:
  enum class State { kBefore, kHead, kRows, kBehind };

  void take_head(std::string_view text);
  void take_row(std::string_view text, std::string& rows);

  State state_ = State::kBefore;
  std::ptrdiff_t quotes_ = 0;   // in the head so far
  bool is_within_row_ = false;  // true if the beginning of the line was returned
  std::string rest_;            // the beginning of a line that was not returned
};

}  // namespace vecext::gateway
