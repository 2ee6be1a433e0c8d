#include "pg/am/common/being_built.h"

#include "pg/shared/index_counters.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// A build that runs. It lies in a memory context of its own.
struct RunningBuild {
  Oid index;
  MemoryContext context;
  RunningBuild* outer;
  MemoryContextCallback callback;
};

RunningBuild* innermost;

void forget_build(void* build) {
  for (RunningBuild** at = &innermost; *at != nullptr; at = &(*at)->outer) {
    if (*at == build) {
      *at = (*at)->outer;
      return;
    }
  }
}

}  // namespace

void begin_build(Relation index) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext running build", ALLOCSET_SMALL_SIZES);
  auto* build = zeroed_in<RunningBuild>(context);
  build->index = RelationGetRelid(index);
  build->context = context;
  build->outer = innermost;
  build->callback.func = forget_build;
  build->callback.arg = build;
  MemoryContextRegisterResetCallback(context, &build->callback);
  innermost = build;
  forget_damages(index);
}

void end_build() {
  MemoryContextDelete(innermost->context);
}

void check_not_being_built(Relation index) {
  for (const RunningBuild* build = innermost; build != nullptr; build = build->outer) {
    if (build->index == RelationGetRelid(index)) {
      ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
                      errmsg("cannot access index \"%s\" while it is being built",
                             RelationGetRelationName(index)),
                      errdetail("A function of its expression or predicate uses it, or writes rows "
                                "into its table.")));
    }
  }
}

}  // namespace vecext::pg
