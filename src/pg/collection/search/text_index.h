// Full-text search by the bm25 indexes of a table, of which nothing is known here but what the
// catalog says.
#pragma once

#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

struct TextIndex {
  Oid index;
  const char* name;
  AttrNumber column;  // InvalidAttrNumber: an expression
  Oid op;             // <@>: the negative score, by which the index orders
  bool is_partial;    // it has some rows of the table
};

/// The valid bm25 indexes of a table, in the order of their names. The caller has locked the table.
GrowingArray<TextIndex> text_indexes(Relation table);

/// True if both are on the same column or expression.
bool is_on_same(const TextIndex& a, const TextIndex& b);

/// The name of the payload index of a collection by which words at the key are found; null: none.
/// An SPI connection must be open.
const char* text_index_of_key(const Collection& collection, const char* key);

/// True if the text has a word to search for: its words may all be stop words.
bool has_words(const TextIndex& index, Datum words);

/// Tells the caller that there is none.
void tell_no_words();

/// Writes what the index is on, of the table `alias`, which must be the only one of its query
/// level, as the left operand of `op`.
void write_indexed_value(StatementDraft* draft, Oid table, Oid index, AttrNumber column, Oid op,
                         const char* alias);

}  // namespace vecext::pg
