#include "pg/type/toast_reader.h"

#include "pg/sys/buffer.h"

extern "C" {
#include "access/detoast.h"
#include "access/heapam.h"
#include "access/heaptoast.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// The columns of a chunk that come before its data. They have fixed widths and are never null.
struct ChunkHead {
  Oid id;
  int32 number;
};
constexpr int kChunkColumns = 3;

/// A value that is being assembled from its chunks.
struct Assembly {
  Oid id;
  int32 chunks;
  int32 done;   // chunks copied so far
  Size size;    // bytes of the value
  char* bytes;  // room for `size` bytes

  Size chunk_size(int32 number) const {
    return number < chunks - 1 ? TOAST_MAX_CHUNK_SIZE
                               : size - static_cast<Size>(chunks - 1) * TOAST_MAX_CHUNK_SIZE;
  }
};

/// Copies the data of a tuple if the tuple is the next chunk of the value. Returns false if it is
/// not.
bool copy_chunk(Assembly* value, HeapTupleHeader tuple) {
  const char* columns = reinterpret_cast<char*>(tuple) + tuple->t_hoff;
  const auto* head = reinterpret_cast<const ChunkHead*>(columns);
  const auto* data = reinterpret_cast<const varlena*>(columns + sizeof(ChunkHead));
  const Size size = value->chunk_size(value->done);
  if (HeapTupleHeaderGetNatts(tuple) != kChunkColumns || (tuple->t_infomask & HEAP_HASNULL) != 0 ||
      head->id != value->id || head->number != value->done || VARATT_IS_EXTERNAL(data) ||
      VARATT_IS_COMPRESSED(data) || VARSIZE_ANY_EXHDR(data) != size) {
    return false;
  }
  memcpy(value->bytes + static_cast<Size>(value->done) * TOAST_MAX_CHUNK_SIZE, VARDATA_ANY(data),
         size);
  ++value->done;
  return true;
}

/// Copies the next chunks of the value from the block that reader->next is in, and sets
/// reader->next to the place after the last of them.
void copy_chunks_of_page(ToastReader* reader, Relation relation, Snapshot snapshot,
                         Assembly* value) {
  const BlockNumber block = ItemPointerGetBlockNumberNoCheck(&reader->next);
  const Buffer buffer = reader->hints != nullptr ? reader->hints->read_block(relation, block)
                                                 : ReadBuffer(relation, block);
  LockBuffer(buffer, BUFFER_LOCK_SHARE);
  const Page page = BufferGetPage(buffer);
  OffsetNumber offset = ItemPointerGetOffsetNumberNoCheck(&reader->next);
  for (; value->done < value->chunks && offset <= PageGetMaxOffsetNumber(page); ++offset) {
    const ItemId item = PageGetItemId(page, offset);
    if (!ItemIdIsNormal(item)) {
      break;
    }
    HeapTupleData tuple;
    tuple.t_data = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item));
    tuple.t_len = ItemIdGetLength(item);
    tuple.t_tableOid = RelationGetRelid(relation);
    ItemPointerSet(&tuple.t_self, block, offset);
    if (!HeapTupleSatisfiesVisibility(&tuple, snapshot, buffer) ||
        !copy_chunk(value, tuple.t_data)) {
      break;
    }
    if (!reader->in_batch) {
      prefetch_buffers(reinterpret_cast<char*>(tuple.t_data) + BLCKSZ, tuple.t_len);
    }
  }
  const bool page_used_up = offset > PageGetMaxOffsetNumber(page);
  UnlockReleaseBuffer(buffer);
  if (page_used_up) {
    ItemPointerSet(&reader->next, block + 1, FirstOffsetNumber);
  } else {
    ItemPointerSet(&reader->next, block, offset);
  }
}

/// True if the relation has the block. It asks for the relation's length only if the block is
/// beyond the known length, or if this transaction may have truncated the relation.
bool has_block(ToastReader* reader, Relation relation, BlockNumber block) {
  if (block >= reader->blocks || has_new_file(relation)) {
    reader->blocks = RelationGetNumberOfBlocks(relation);
  }
  return block < reader->blocks;
}

/// Reads the value from the place where the value read before ended. Returns true if the whole
/// value was there.
bool read_next_to_last(ToastReader* reader, Relation relation, Snapshot snapshot, Assembly* value) {
  while (value->done < value->chunks) {
    const int32 before = value->done;
    const bool pending_page = ItemPointerGetOffsetNumberNoCheck(&reader->next) == FirstOffsetNumber;
    if (!has_block(reader, relation, ItemPointerGetBlockNumberNoCheck(&reader->next))) {
      return false;
    }
    copy_chunks_of_page(reader, relation, snapshot, value);
    // A page that has no chunk of the value may be a page on which there was no room. A second such
    // page means that the guess was wrong.
    const bool moved_on = ItemPointerGetOffsetNumberNoCheck(&reader->next) == FirstOffsetNumber;
    if (value->done == before && (pending_page || !moved_on)) {
      return false;
    }
  }
  return true;
}

/// Reads the value by the index of its relation. Returns true if all chunks were found.
bool read_by_index(ToastReader* reader, ToastScan* toast, MemoryContext context, Assembly* value) {
  value->done = 0;
  seek_toast(toast, value->id, context);
  HeapTuple tuple;
  while (value->done < value->chunks && (tuple = next_chunk(toast)) != nullptr &&
         copy_chunk(value, tuple->t_data)) {
    if (reader->hints != nullptr && value->done == 1) {
      reader->hints->keep(value->id, *tuple);
    }
    ItemPointerSet(&reader->next, ItemPointerGetBlockNumber(&tuple->t_self),
                   OffsetNumberNext(ItemPointerGetOffsetNumber(&tuple->t_self)));
  }
  return value->done == value->chunks;
}

/// Makes room for a value of `size` bytes, which include its header. It takes the room from
/// `recent` if that is not null and not full.
void reserve(ToastReader* reader, DetoastCache* recent, Size size, MemoryContext context) {
  reader->value = recent == nullptr ? nullptr : room_for_recent(recent, size);
  if (reader->value == nullptr) {
    if (reader->capacity < size) {
      if (reader->memory != nullptr) {
        pfree(reader->memory);
      }
      reader->memory = nullptr;
      reader->capacity = 0;
      reader->memory = static_cast<varlena*>(MemoryContextAlloc(context, size));
      reader->capacity = size;
    }
    reader->value = reader->memory;
  }
  SET_VARSIZE(reader->value, size);
}

/// Makes the server read the value. This is for compressed values and for other table access
/// methods, and it raises the error if chunks are missing.
void read_by_core(ToastReader* reader, DetoastCache* recent, const varlena* datum,
                  MemoryContext context) {
  varlena* flat = detoast_attr(const_cast<varlena*>(datum));
  reserve(reader, recent, VARSIZE(flat), context);
  memcpy(reader->value, flat, VARSIZE(flat));
  if (flat != datum) {
    pfree(flat);
  }
}

/// Does the same as VARATT_EXTERNAL_IS_COMPRESSED. That macro compares a signed size with an
/// unsigned one.
bool is_compressed(const varatt_external& pointer) {
  return VARATT_EXTERNAL_GET_EXTSIZE(pointer) < static_cast<Size>(pointer.va_rawsize) - VARHDRSZ;
}

/// True if the place that the reader remembers is from the current subtransaction.
bool is_current(const ToastReader* reader) {
  return reader->transaction == local_transaction_id() &&
         reader->subtransaction == GetCurrentSubTransactionId();
}

/// Reads the value at the place where it is expected. That is where the value read before ended or,
/// in a batch, where a session has found this value before. Returns true if the whole value was
/// there.
bool read_where_expected(ToastReader* reader, const ToastScan& toast, Assembly* value) {
  bool is_known = true;
  if (!is_current(reader) || reader->pointer.va_toastrelid != RelationGetRelid(toast.relation)) {
    reader->blocks = 0;
    reader->transaction = local_transaction_id();
    reader->subtransaction = GetCurrentSubTransactionId();
    is_known = false;
  }
  if (reader->in_batch) {
    is_known = reader->hints != nullptr && reader->hints->find(value->id, &reader->next);
  }
  return is_known && read_next_to_last(reader, toast.relation, toast.snapshot, value);
}

/// Reads an uncompressed out-of-line value into reader->value. Returns false if the server has to
/// read it.
bool read_external(ToastReader* reader, const varatt_external& pointer, MemoryContext context) {
  const Size size = VARATT_EXTERNAL_GET_EXTSIZE(pointer);
  reserve(reader, reader->recent, size + VARHDRSZ, context);
  Assembly value{pointer.va_valueid, static_cast<int32>((size - 1) / TOAST_MAX_CHUNK_SIZE) + 1, 0,
                 size, VARDATA(reader->value)};
  // The scan is closed at the end of this call. After an error, the abort of the transaction closes
  // it.
  ToastScan of_call{};
  ToastScan* toast = reader->in_batch ? &reader->scan : &of_call;
  if (toast->relation != nullptr && RelationGetRelid(toast->relation) != pointer.va_toastrelid) {
    close_toast(toast);
  }
  if (toast->relation == nullptr) {
    open_toast(toast, pointer.va_toastrelid);
  }
  const bool found = toast->relation->rd_rel->relam == HEAP_TABLE_AM_OID &&
                     (read_where_expected(reader, *toast, &value) ||
                      read_by_index(reader, toast, context, &value));
  if (!reader->in_batch) {
    close_toast(toast);
  }
  return found;
}

}  // namespace

const varlena* read_toasted(ToastReader* reader, const varlena* datum, MemoryContext context) {
  if (!VARATT_IS_EXTERNAL_ONDISK(datum)) {
    reader->pointer.va_valueid = InvalidOid;
    read_by_core(reader, nullptr, datum, context);
    return reader->value;
  }
  varatt_external pointer;
  VARATT_EXTERNAL_GET_POINTER(pointer, datum);
  if (is_current(reader) && memcmp(&reader->pointer, &pointer, sizeof(pointer)) == 0) {
    return reader->value;
  }
  if (const varlena* recent = find_recent(pointer); recent != nullptr) {
    return recent;
  }
  // An error may interrupt the copy, so the reader has no value until the new one is complete.
  reader->pointer.va_valueid = InvalidOid;
  if (is_compressed(pointer) || !read_external(reader, pointer, context)) {
    read_by_core(reader, reader->recent, datum, context);
  }
  reader->pointer = pointer;
  if (reader->value != reader->memory) {
    keep_recent(reader->recent, pointer, reader->value);
  }
  return reader->value;
}

}  // namespace vecext::pg
