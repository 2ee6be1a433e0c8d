#include "pg/am/maintenance/build_files.h"

#include "pg/sys/pg.h"

extern "C" {
#include "storage/buffile.h"
}

namespace vecext::pg {

namespace {

/// The memory of a BufFile: a buffer of a page, and little more.
constexpr Size kFileBytes = BLCKSZ + 512;

void* make(void*) {
  return BufFileCreateTemp(false);
}

Status append(void* file, const void* bytes, Size n) {
  BufFileWrite(static_cast<BufFile*>(file), const_cast<void*>(bytes), n);
  return {};
}

Status read(void* file, uint64 from, void* bytes, Size n) {
  auto* source = static_cast<BufFile*>(file);
  if (BufFileSeek(source, 0, static_cast<off_t>(from), SEEK_SET) != 0 ||
      BufFileRead(source, bytes, n) != n) {
    ereport(ERROR, (errcode_for_file_access(), errmsg("could not read from temporary file")));
  }
  return {};
}

void drop(void* file) {
  BufFileClose(static_cast<BufFile*>(file));
}

}  // namespace

TempFiles temp_files() {
  return {nullptr, kFileBytes, make, append, read, drop};
}

}  // namespace vecext::pg
