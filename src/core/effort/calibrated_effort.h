// The efforts that given queries need, measured for searches of several numbers of rows, and their
// text, which an option of the index keeps:
//
//   {steps,{effort,effort,effort,effort},…}
//
// Inner braces for each of kCalibratedRows; efforts are in the order of kEffortRecalls.
#pragma once

#include <cstdint>

#include "core/effort/query_effort.h"

namespace vecext {

/// Numbers of rows that searches are measured for.
inline constexpr std::array<std::int32_t, 3> kCalibratedRows = {1, 10, 100};

/// That for which `steps` is kept.
inline constexpr float kRowsOfSteps = 10;

/// Zeros: not known.
struct CalibratedEffort {
  float steps;  // mean nodes or lists of a search for kRowsOfSteps that aims at a recall of .95
  float effort[kCalibratedRows.size()][kEffortRecalls.size()];

  bool is_known() const { return effort[0][0] > 0; }

  /// For searches for k rows, at most the most measured: between the numbers measured a power of
  /// k.
  QueryEffort for_rows(double k) const;
};

/// Bytes of a text with its terminating zero, at most.
inline constexpr std::size_t kMostEffortText = 256;

/// Writes the text of a known effort into `text`, of kMostEffortText bytes.
void print_effort(const CalibratedEffort& effort, char* text);

/// Reads such a text; false if it is not one, or longer, or has an effort that no search can have.
bool parse_effort(const char* text, CalibratedEffort* effort);

}  // namespace vecext
