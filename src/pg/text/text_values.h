// Turns values of columns with texts into words.
#pragma once

#include "pg/sys/pg.h"
#include "pg/text/terms.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

enum class TextKind : uint8 { kText, kArray, kVector };

/// Returns what the index's first column has, by its operator class.
TextKind text_kind_of(Relation index);

/// Returns the words of a value, in the current memory context (pg/text/terms.h).
postings::DocumentTerms terms_of_value(TextKind kind, const TextOptions& options, Datum value);

}  // namespace vecext::pg
