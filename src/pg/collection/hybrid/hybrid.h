// Hybrid search: several searches of one table, the legs, whose results become one list. The table
// need not be a collection.
#pragma once

#include <optional>
#include <span>

#include "core/score/fused_rows.h"
#include "core/score/fusion.h"
#include "pg/collection/common/request_value.h"
#include "pg/collection/hybrid/table_filter.h"
#include "pg/collection/search/search_params.h"
#include "pg/collection/search/table_search.h"
#include "pg/collection/search/text_index.h"
#include "pg/registry/registry.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "storage/itemptr.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

/// One search: the rows nearest to a vector, or the best ones for a text.
struct Leg {
  SearchedValue value;
  Datum query;
  std::optional<TextIndex> text_index;  // of a search by words
  Contribution contribution;
};

struct HybridSearch {
  SearchedTable table;
  GrowingArray<Leg> legs;
  TableFilter filter;
  SearchParams params;
  double alpha;  // the share of vectors that weights have; 0: they have none
  int64 window;  // rows of a leg
  int64 limit;
  int64 offset;
};

constexpr int64 kMostRowsOfLeg = 10000;

/// A row that a leg has found.
struct LegRow {
  Oid table;
  ItemPointerData row;
  Datum key;  // if has_key
  bool has_key;
  double score;  // as vecext.search() has it: of some distances smaller ones are better
};

/// Opens the table, which must be one that has rows, or the table of an alias, and reads what there
/// is to know of it. The lock stays until the transaction ends.
Relation open_searched_table(Oid relid, SearchedTable* table);

/// Adds a leg: `name` is that of a column or of an index, null if the table has only one. The
/// query is a value of type text, vector or sparsevec.
void add_text_leg(Relation relation, const SearchedTable& table, const TableFilter& filter,
                  const char* name, Datum words, GrowingArray<Leg>* legs);
void add_vector_leg(Relation relation, const SearchedTable& table, const char* name, Datum vector,
                    GrowingArray<Leg>* legs);
void add_sparse_leg(Relation relation, const SearchedTable& table, const char* name, Datum vector,
                    GrowingArray<Leg>* legs);
/// Adds those of a list [{"text" or "vector", "using", "weight"}, …].
void add_legs(Relation relation, const SearchedTable& table, const TableFilter& filter,
              const Json& list, GrowingArray<Leg>* legs);

/// The best rows that the legs find, the best first, as many as offset and limit together; each
/// with its place in the lists of legs. Legs without weight are not run; where no text has words,
/// the weights of vectors grow.
std::span<const FusedRow<LegRow>> run_legs(HybridSearch* search);

}  // namespace vecext::pg
