// What the reading of texts by a configuration may rely on.
#pragma once

#include "core/token/segments.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// How a text is cut so that the parser and dictionaries find the same words in the parts.
enum class TextCut : uint8 {
  kNone,      // texts are not cut: the server gets whole texts
  kRuns,      // core/token/text_runs
  kSegments,  // core/token/segments
};

struct ConfigTraits {
  TextCut cut;
  Segmentation segmentation;  // used with kSegments
  /// True if a dictionary makes all beginnings of a word, so that a query's longest one implies the
  /// others.
  bool has_edge_grams;
};

ConfigTraits traits_of_config(Oid config);

}  // namespace vecext::pg
