// The efforts that given queries need, measured for searches of several numbers of rows; and their
// text, which an option of the index keeps:
//
//   {steps,{effort,effort,effort,effort},…}
//
// There are inner braces for each of kCalibratedRows; efforts are in the order of kEffortRecalls.
#pragma once

#include <cstdint>

#include "core/effort/query_effort.h"

namespace vecext {

/// Numbers of rows that searches are measured for.
inline constexpr std::array<std::int32_t, 3> kCalibratedRows = {1, 10, 100};

/// The number of rows for which `steps` is kept.
inline constexpr float kRowsOfSteps = 10;

/// All fields are zero if the efforts are not known.
struct CalibratedEffort {
  float steps;  // mean nodes or lists of a search for kRowsOfSteps that aims at a recall of .95
  float effort[kCalibratedRows.size()][kEffortRecalls.size()];

  bool is_known() const { return effort[0][0] > 0; }

  /// Returns the efforts of searches for k rows, or for the greatest number measured if k is more.
  /// Between two numbers measured, an effort is taken to be a power of k.
  QueryEffort for_rows(double k) const;
};

/// The most bytes of a text with its terminating zero.
inline constexpr std::size_t kMostEffortText = 256;

/// Writes the text of a known effort into `text`, of kMostEffortText bytes.
void print_effort(const CalibratedEffort& effort, char* text);

/// Reads such a text. Returns false if it is not one, is longer, or has an effort that no search
/// can have.
bool parse_effort(const char* text, CalibratedEffort* effort);

}  // namespace vecext
