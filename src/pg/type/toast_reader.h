// Reads out-of-line values.
//
// A vector of more than about 500 dimensions lies in the table's TOAST relation, in chunks of 2 kB.
// For every value, the server opens that relation and its index and descends the index, which costs
// far more than a distance. But the chunks of a value are adjacent, and the chunks of the next
// row's value mostly follow them. So the reader remembers where the last chunk was and looks there
// first. It uses a chunk only if the chunk has the right value id and number and is visible. A
// wrong guess costs a lookup by the index, and never gives a wrong value.
//
// Between calls the reader holds only memory, and the lock on the TOAST relation until the end of
// the transaction, so an error needs no cleanup. A reader of values in no particular order keeps
// the relation and its index open instead, and looks first where a session has found the value
// before (toast_hints.h).
#pragma once

#include "pg/sys/pg.h"
#include "pg/type/detoast_cache.h"
#include "pg/type/toast_hints.h"
#include "pg/type/toast_scan.h"

extern "C" {
#include "storage/itemptr.h"
}

namespace vecext::pg {

/// The state of a reader: the value that it read last, and where to look for the next. It begins as
/// all zeros.
struct ToastReader {
  // The last value, uncompressed, in `memory` of `capacity` bytes or in `recent`. It is the value
  // of `pointer` as long as pointer.va_valueid is set.
  varlena* value;
  varlena* memory;
  Size capacity;
  varatt_external pointer;
  // The place behind the last chunk that was read from relation `pointer.va_toastrelid`, and the
  // last known length of that relation. Within a subtransaction the lock keeps others from
  // truncating it.
  ItemPointerData next;
  BlockNumber blocks;
  LocalTransactionId transaction;
  SubTransactionId subtransaction;
  DetoastCache* recent;  // also keeps the values; may be null
  bool in_batch;         // values come in no particular order: `scan` stays open until
                         // close_toast()
  ToastHints* hints;     // hints of the relation, for values in no particular order; may be null
  ToastScan scan;
};

/// Returns the value of `datum`, which is out of line or compressed. It is valid until the next
/// call and lies in memory of `context`, or in the cache of detoast_cache.h.
const varlena* read_toasted(ToastReader* reader, const varlena* datum, MemoryContext context);

/// Also keeps in `recent` the values that the reader reads from now on.
inline void keep_values(ToastReader* reader, DetoastCache* recent) {
  reader->recent = recent;
  reader->pointer.va_valueid = InvalidOid;
}

}  // namespace vecext::pg
