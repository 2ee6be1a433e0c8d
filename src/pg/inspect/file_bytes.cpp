// vecext_internal.file_bytes(oid): the bytes of a relation on disk.
#include "pg/sys/pg.h"

extern "C" {
#include "common/relpath.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
}

#include <sys/stat.h>

namespace vecext::pg {

namespace {

/// Returns the bytes of one fork, which is a file for each gigabyte. A file that another session
/// removes meanwhile counts as none.
int64 fork_bytes(const char* path) {
  int64 bytes = 0;
  for (int segment = 0;; ++segment) {
    CHECK_FOR_INTERRUPTS();
    struct stat file;
    if (stat(segment == 0 ? path : psprintf("%s.%d", path, segment), &file) < 0) {
      return bytes;
    }
    bytes += file.st_size;
  }
}

}  // namespace

// Unlike pg_relation_size, it waits for no lock. So it tells the size while another session holds
// the relation in AccessExclusiveLock, as VACUUM FULL does.
VECEXT_FUNCTION(vecext_internal_file_bytes)
{
  LOCAL_FCINFO(of_path, 1);
  InitFunctionCallInfoData(*of_path, nullptr, 1, InvalidOid, nullptr, nullptr);
  of_path->args[0] = {PG_GETARG_DATUM(0), false};
  const Datum main_path = pg_relation_filepath(of_path);
  if (of_path->isnull) {
    PG_RETURN_INT64(0);
  }
  const char* path = TextDatumGetCString(main_path);
  int64 bytes = fork_bytes(path);
  for (int fork = MAIN_FORKNUM + 1; fork <= MAX_FORKNUM; ++fork) {
    bytes += fork_bytes(psprintf("%s_%s", path, forkNames[fork]));
  }
  PG_RETURN_INT64(bytes);
}

}  // namespace vecext::pg
