// Reads the values of indexed columns as documents.
#pragma once

#include "pg/sys/pg.h"
#include "pg/text/terms.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

enum class TextKind : uint8 { kText, kArray, kVector };

/// Returns the kind of values that the first column of the index has, which its operator class
/// decides.
TextKind text_kind_of(Relation index);

/// Returns the words of a value, in the current memory context and with the lifetime that
/// pg/text/terms.h describes.
postings::DocumentTerms terms_of_value(TextKind kind, const TextOptions& options, Datum value);

}  // namespace vecext::pg
