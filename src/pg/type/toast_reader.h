// Reads out-of-line values.
//
// A vector of more than about 500 dimensions lies in the table's TOAST relation, in chunks of 2 kB.
// For each value, the server opens that relation and its index, and descends the index, which takes
// far longer than to compute a distance. But the chunks of a value lie next to each other, and the
// chunks of the next row's value mostly follow. So the reader remembers where the last chunk was,
// and looks for the next value there first. It uses a chunk only if the chunk has the right value
// id and number and is visible. So a wrong guess costs a lookup by the index, but never gives a
// wrong value.
//
// Between two calls, a reader holds only memory and a lock on the TOAST relation, which lasts until
// the end of the transaction, so an error needs no cleanup. A reader of values in no particular
// order (in_batch) also keeps the relation and its index open, and first looks where a session has
// found the value before (toast_hints.h).
#pragma once

#include "pg/sys/pg.h"
#include "pg/type/detoast_cache.h"
#include "pg/type/toast_hints.h"
#include "pg/type/toast_scan.h"

extern "C" {
#include "storage/itemptr.h"
}

namespace vecext::pg {

/// The state of a reader: the value that it has read last, and where it looks for the next one. It
/// begins as all zeros.
struct ToastReader {
  // The last value, uncompressed. It lies in `memory`, which has `capacity` bytes, or in `recent`.
  // It is the value of `pointer` as long as pointer.va_valueid is valid.
  varlena* value;
  varlena* memory;
  Size capacity;
  varatt_external pointer;
  // The place after the last chunk that was read from relation pointer.va_toastrelid, and the last
  // known length of that relation. They hold within the subtransaction in which they were set, in
  // which the lock keeps other sessions from truncating the relation.
  ItemPointerData next;
  BlockNumber blocks;
  LocalTransactionId transaction;
  SubTransactionId subtransaction;
  DetoastCache* recent;  // the cache that also gets the values; may be null
  bool in_batch;  // true if values are read in no particular order: `scan` then stays open until
                  // close_toast()
  ToastHints* hints;  // hints for the relation of `scan`; may be null
  ToastScan scan;
};

/// Returns the value of `datum`, which must be out of line or compressed. The value is valid until
/// the next call. It lies in memory of `context`, or in a cache (detoast_cache.h).
const varlena* read_toasted(ToastReader* reader, const varlena* datum, MemoryContext context);

/// Makes the reader keep each value that it reads from now on in `recent`, too.
inline void keep_values(ToastReader* reader, DetoastCache* recent) {
  reader->recent = recent;
  reader->pointer.va_valueid = InvalidOid;
}

}  // namespace vecext::pg
