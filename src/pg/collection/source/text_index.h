// Full-text search by the bm25 indexes of a table, of which nothing is known here but what the
// catalog says.
#pragma once

#include "pg/collection/source/row_source.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
}

namespace vecext::pg {

struct TextIndex {
  Oid index;
  const char* name;
  AttrNumber column;  // InvalidAttrNumber: an expression
  Oid op;             // <@>: the negative score, by which the index orders
  bool is_partial;    // it has some rows of the table
};

/// Returns the index that words are looked up in. `name` is that of a key of a collection's
/// payload, of a column or of the index. It is null where the table has only one index. An index
/// with some rows of the table serves where the filter implies its predicate. It also serves where
/// it is named, and then its rows alone are searched. Raises an ERROR 42703 if there is no such
/// index, 42702 if there are several. No SPI connection may be open.
TextIndex text_index_of(const RowSource& source, const char* name);

/// True if the text has a word to search for: its words may all be stop words.
bool has_words(const TextIndex& index, Datum words);

/// Tells the caller that there is none.
void tell_no_words();

}  // namespace vecext::pg
