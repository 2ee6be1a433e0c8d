// Out-of-line values, read as cheaply as Postgres allows.
//
// A vector of more than some 500 dimensions lives in the table's TOAST relation, in chunks of 2 kB.
// Core opens that relation and its index again for every value and descends the index once a value;
// a scan pays this for every row, and it costs far more than the distance. But chunks of one value
// lie one behind the other, and those of the next row's value mostly follow them: the reader
// remembers where the last chunk was and looks there first. A chunk counts only if its value id and
// number are the ones asked for and it is visible, so a wrong guess costs a look-up by the index
// and never a wrong byte.
//
// Nothing is held between calls but memory and the lock on the TOAST relation (until the end of the
// transaction, as the table's own), so an error needs no clean-up. A reader of a batch of values in
// no order keeps the relation and its index open instead, and looks where the backend has found a
// value before (toast_block_cache.h).
#pragma once

#include "pg/sys/pg.h"
#include "pg/type/detoast_cache.h"
#include "pg/type/toast_scan.h"

extern "C" {
#include "storage/itemptr.h"
}

namespace vecext::pg {

/// Memory of one reader, zero at first: the value read last, and where to look for the next one.
struct ToastReader {
  // The last value, uncompressed, in the reader's own memory of `capacity` bytes or among those
  // kept. It is the value of `pointer` while va_valueid is set.
  varlena* value;
  varlena* memory;
  Size capacity;
  varatt_external pointer;
  // Place behind the last chunk read from relation `pointer.va_toastrelid`, and that relation's
  // length when last looked at. The lock keeps it from shrinking, within one subtransaction.
  ItemPointerData next;
  BlockNumber blocks;
  LocalTransactionId transaction;
  SubTransactionId subtransaction;
  DetoastCache* recent;  // where values read are kept, or null
  bool in_batch;         // values come in no order: `scan` stays open until close_toast()
  ToastScan scan;
};

/// The value behind `datum`, which is out of line or compressed. It is the reader's, in `context`,
/// until the next call, or one of those kept (detoast_cache.h).
const varlena* read_toasted(ToastReader* reader, const varlena* datum, MemoryContext context);

/// Has values that the reader reads from now on kept in `recent`.
inline void keep_values(ToastReader* reader, DetoastCache* recent) {
  reader->recent = recent;
  reader->pointer.va_valueid = InvalidOid;
}

}  // namespace vecext::pg
