// The inner side of a nested loop as a hash table by the keys of the join, filled once. Unlike a
// hash join it leaves the outer side's order as it is, and it may be filled before the outer side
// runs, which then knows by which keys alone its rows can join.
#pragma once

#include "pg/plan/key_table.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The node's name, as EXPLAIN shows it.
inline constexpr char kHashLookupName[] = "HashLookup";

/// An equality of a join, `outer = inner`, or `inner = outer` where it is turned around.
struct JoinKey {
  Expr* outer;
  Expr* inner;
  Oid op;
  Oid collation;
  bool is_turned;
};

/// What a join's other sides need to find the hash table while they run.
struct LookupLink {
  Integer* parameter;  // PARAM_EXEC; negative until the plan is made
};

/// The path of looking rows of `inner`, a path without parameters, up by keys from `outer`; `rows`
/// of them a time. Where `keeps_one` a join needs no more than one.
CustomPath* make_hash_lookup_path(PlannerInfo* root, Path* inner, Relids outer, const JoinKey* keys,
                                  int count, double rows, bool keeps_one, LookupLink link);

/// The number of the link's parameter in a plan, for a node that runs before the lookup.
int plan_link(PlannerInfo* root, Integer* parameter);

/// The table behind a link, with all rows as of now. *version is another one whenever these may be
/// others.
const KeyTable* filled_table(EState* estate, int parameter, int64* version);

/// Makes the node known by name, for plans that are read. To be called once.
void register_hash_lookup();

}  // namespace vecext::pg
