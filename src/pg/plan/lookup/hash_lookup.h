// The inner side of a nested loop as a hash table by the keys of the join, which is filled once.
// Unlike a hash join, it keeps the order of the outer side. It can be filled before the outer side
// runs, which can then leave out rows whose keys are not in the table. A deferred lookup runs a
// path by the keys for the first outer rows. Once these lookups have taken as long as it is
// expected to take to fill the table, the table is filled, in turns with further lookups.
#pragma once

#include "pg/plan/lookup/key_table.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The node's name, as EXPLAIN shows it.
inline constexpr char kHashLookupName[] = "HashLookup";

/// An equality in the condition of a join: `outer = inner`, or `inner = outer` if it is turned.
struct JoinKey {
  Expr* outer;
  Expr* inner;
  Oid op;
  Oid collation;
  bool is_turned;
};

/// Leads from another node of the plan to the lookup.
struct LookupLink {
  Integer* parameter;  // the number of a PARAM_EXEC; negative until the plan is made
};

/// A lookup of rows by keys.
struct LookupSource {
  Path* inner;    // gives all rows; it has no parameters
  Path* by_keys;  // gives the rows for one outer row, for the first lookups; null if the lookup is
                  // not deferred
  double fill_cost;  // microseconds to run `inner` and fill the table
  Relids outer;      // the relations that give the keys
  const JoinKey* equalities;
  int count;
  double rows;     // how many rows each lookup is expected to give
  bool keeps_one;  // the join needs only one row of each key
  LookupLink link;
};
CustomPath* make_hash_lookup_path(PlannerInfo* root, const LookupSource& source);

/// Returns the number of a link's parameter. The first call for a plan assigns it, which is the
/// call for the node that reads the keys, because that node is planned before the lookup.
int plan_link(PlannerInfo* root, Integer* parameter);

struct HashLookup;

/// A node that reads the keys of a lookup. It begins before the lookup does.
struct LookupReader {
  HashLookup* lookup;
  LookupReader* next;  // another reader of the same lookup
};

/// Makes the lookup with that parameter set `reader->lookup` when it begins. The parameter leads to
/// the readers only until then: for EvalPlanQual, the server copies the values of parameters again
/// and again, and a copy must not lead to the lookup of another plan state.
void await_lookup(EState* estate, int parameter, LookupReader* reader);

/// Fills the table of a lookup, but stops when that has taken `most` microseconds in all. A later
/// call goes on. Returns true if the table is filled.
bool fill_within(HashLookup* lookup, double most);

/// Returns the hash table of a lookup, and fills it first if it is not filled. Sets *version to a
/// number that changes whenever the rows of the table may have changed.
const KeyTable* filled_table(HashLookup* lookup, int64* version);

/// Registers the node by its name, so that the server can read its plans. It has to be called once,
/// when the library is loaded.
void register_hash_lookup();

}  // namespace vecext::pg
