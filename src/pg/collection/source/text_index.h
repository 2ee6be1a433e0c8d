// Finds the bm25 index of a table for a full-text search, by the catalog alone.
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
  AttrNumber column;  // InvalidAttrNumber if the index is on an expression
  Oid op;             // <@>: the negative score, by which the index orders
  bool is_partial;    // the index has a predicate, so it may lack rows of the table
};

/// Returns the index that words are looked up in. `name` is a key of a collection's payload, a
/// column or an index; it may be null if the table has only one such index. A partial index serves
/// if the filter of the source implies its predicate, or if `name` is its name: then only its rows
/// are searched. Raises an ERROR 42703 if there is no such index, 42702 if there are several. No
/// SPI connection may be open.
TextIndex text_index_of(const RowSource& source, const char* name);

/// True if the text has a word to search for. It has none if all its words are stop words.
bool has_words(const TextIndex& index, Datum words);

/// Says, by a NOTICE, that the text has no word to search for.
void tell_no_words();

}  // namespace vecext::pg
