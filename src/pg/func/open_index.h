// Opening an index that somebody asks about.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Opens an ivfflat, ivfpq or hnsw index and locks it; raises what is not one, or may not be read.
Relation open_index(Oid oid);

/// The same for ivfflat or ivfpq alone.
Relation open_ivf_index(Oid oid);

/// Who runs expressions of an index.
struct Role {
  Oid user;
  int context;
};

/// From now on the table's owner does, restricted, as in every maintenance command: its expressions
/// must not run with the rights of whoever looks after it. Returns what restore_role() takes back;
/// an error does so too.
Role become_owner(Relation heap);
void restore_role(const Role& role);

}  // namespace vecext::pg
