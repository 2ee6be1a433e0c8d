// What functions that read texts by a configuration may rely on.
#pragma once

#include "core/token/segments.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// How a text may be cut into parts in which the parser and the dictionaries find the same words as
/// in the whole text.
enum class TextCut : uint8 {
  kNone,      // texts are not cut: the server gets whole texts
  kRuns,      // core/token/text_runs
  kSegments,  // core/token/segments
};

struct ConfigTraits {
  TextCut cut;
  Segmentation segmentation;  // valid with kSegments
  /// True if a dictionary makes all beginnings of a word into words. In a query, the longest
  /// beginning then implies the others.
  bool has_edge_grams;
};

ConfigTraits traits_of_config(Oid config);

}  // namespace vecext::pg
