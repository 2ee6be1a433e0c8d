// Which documents of an index are in a set of rows, kept with the set (SetMemory) from one search
// to the next: to find them takes longer than many a search.
#pragma once

#include "core/postings/search/document_rows.h"

namespace vecext::postings {

/// What is kept of a segment.
struct KeptDocuments {
  DocumentBits bits;  // without words until there is memory for them
  bool is_made;
};

/// What the set of a filter keeps of each segment of a model; null: nothing, as it has no memory
/// for that.
KeptDocuments* kept_documents(const Model& model, const RowFilter& filter);

}  // namespace vecext::postings
