#include "pg/sys/error_scope.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "pg/sys/version.h"

extern "C" {
#include "access/xact.h"
#include "access/xloginsert.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/condition_variable.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/wait_event.h"
}

namespace vecext::pg {

namespace {

/// Ends what the server was doing when an error interrupted it.
void abandon_server_work() {
  LWLockReleaseAll();
  pgstat_report_wait_end();
  abort_buffer_io();
  UnlockBuffers();
  XLogResetInsertion();
  ConditionVariableCancelSleep();
  LockErrorCleanup();
}

void end_owner(ResourceOwner owner, bool is_commit) {
  ResourceOwnerRelease(owner, RESOURCE_RELEASE_BEFORE_LOCKS, is_commit, false);
  ResourceOwnerRelease(owner, RESOURCE_RELEASE_LOCKS, is_commit, false);
  ResourceOwnerRelease(owner, RESOURCE_RELEASE_AFTER_LOCKS, is_commit, false);
}

/// The progress that the backend reports. It is saved because the rollback of a subtransaction
/// clears it.
struct Progress {
  ProgressCommandType command;
  Oid target;
  int64 parameters[PGSTAT_NUM_PROGRESS_PARAM];
};

Progress shown_progress() {
  Progress progress{PROGRESS_COMMAND_INVALID, InvalidOid, {}};
  if (MyBEEntry != nullptr) {
    progress.command = MyBEEntry->st_progress_command;
    progress.target = MyBEEntry->st_progress_command_target;
    std::copy_n(MyBEEntry->st_progress_param, PGSTAT_NUM_PROGRESS_PARAM, progress.parameters);
  }
  return progress;
}

void show_progress(const Progress& progress) {
  if (progress.command == PROGRESS_COMMAND_INVALID) {
    return;
  }
  int indexes[PGSTAT_NUM_PROGRESS_PARAM];
  std::iota(std::begin(indexes), std::end(indexes), 0);
  pgstat_progress_start_command(progress.command, progress.target);
  pgstat_progress_update_multi_param(PGSTAT_NUM_PROGRESS_PARAM, indexes, progress.parameters);
}

void roll_back_subtransaction() {
  const Progress progress = shown_progress();
  RollbackAndReleaseCurrentSubTransaction();
  show_progress(progress);
}

struct Scope {
  MemoryContext memory;
  ResourceOwner before;
  ResourceOwner own;  // null if the scope is a subtransaction, which itself restores what the
                      // members below are for
  Oid user;
  int context;     // the security context
  int nest_level;  // the nest level of settings
};

Scope begin_scope() {
  Scope scope{CurrentMemoryContext, CurrentResourceOwner, nullptr, InvalidOid, 0, 0};
  if (may_begin_subtransaction()) {
    BeginInternalSubTransaction(nullptr);
  } else {
    scope.own = ResourceOwnerCreate(scope.before, "vecext error scope");
    CurrentResourceOwner = scope.own;
    GetUserIdAndSecContext(&scope.user, &scope.context);
    scope.nest_level = NewGUCNestLevel();
  }
  MemoryContextSwitchTo(scope.memory);
  return scope;
}

void end_scope(const Scope& scope, bool is_commit) {
  if (scope.own != nullptr) {
    if (!is_commit) {
      abandon_server_work();
      SetUserIdAndSecContext(scope.user, scope.context);
    }
    AtEOXact_GUC(is_commit, scope.nest_level);
    end_owner(scope.own, is_commit);
  } else if (is_commit) {
    ReleaseCurrentSubTransaction();
  } else {
    roll_back_subtransaction();
  }
  MemoryContextSwitchTo(scope.memory);
  CurrentResourceOwner = scope.before;
  if (scope.own != nullptr) {
    ResourceOwnerDelete(scope.own);
  }
}

/// Calls run(context) in a scope. Its changes are kept if `is_commit` is true and it raises no
/// error. Returns the error in the current memory context, or null if there was none.
ErrorData* run_in_scope(void (*run)(void* context), void* context, bool is_commit) {
  const Scope scope = begin_scope();
  ErrorData* volatile error = nullptr;
  PG_TRY();
  {
    run(context);
    end_scope(scope, is_commit);
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(scope.memory);
    error = CopyErrorData();
    FlushErrorState();
    end_scope(scope, false);
  }
  PG_END_TRY();
  return error;
}

}  // namespace

ErrorData* catch_error(void (*run)(void* context), void* context) {
  return run_in_scope(run, context, true);
}

void roll_back_after(void (*run)(void* context), void* context) {
  if (ErrorData* error = run_in_scope(run, context, false); error != nullptr) {
    ReThrowError(error);
  }
}

}  // namespace vecext::pg
