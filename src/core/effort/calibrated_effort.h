// The efforts that given queries need, measured for searches for several numbers of rows, and the
// text of these efforts, which an option of the index keeps:
//
//   {steps,{effort,effort,effort,effort},…}
//
// There are inner braces for each of kCalibratedRows. The efforts in them are in the order of
// kEffortRecalls.
#pragma once

#include <cstdint>

#include "core/effort/query_effort.h"

namespace vecext {

/// The numbers of rows that measured searches are for.
inline constexpr std::array<std::int32_t, 3> kCalibratedRows = {1, 10, 100};

/// The number of rows that the searches of `steps` are for.
inline constexpr float kRowsOfSteps = 10;

/// All fields are zero if the efforts are not known.
struct CalibratedEffort {
  float steps;  // mean number of nodes or lists of a search for kRowsOfSteps rows that aims at a
                // recall of .95
  float effort[kCalibratedRows.size()][kEffortRecalls.size()];

  bool is_known() const { return effort[0][0] > 0; }

  /// Returns the efforts of searches for k rows. Between two numbers measured, an effort is assumed
  /// to be a power of k. If k is more than the greatest number measured, returns the efforts for
  /// that number.
  QueryEffort for_rows(double k) const;
};

/// The most bytes of a text, including its terminating zero.
inline constexpr std::size_t kMostEffortText = 256;

/// Writes the text of a known effort into `text`, which has room for kMostEffortText bytes.
void print_effort(const CalibratedEffort& effort, char* text);

/// Reads a text of print_effort(). Returns false if `text` is not such a text, is too long, or has
/// an effort that no search can have.
bool parse_effort(const char* text, CalibratedEffort* effort);

}  // namespace vecext
