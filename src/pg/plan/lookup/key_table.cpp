#include "pg/plan/lookup/key_table.h"

#include "pg/sys/memory.h"

extern "C" {
#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr uint32 kFewestBuckets = 256;

/// The memory that each file takes, in kilobytes, and the limits of the number of files.
constexpr int kPartKilobytes = 64;
constexpr int kFewestParts = 8;
constexpr int kMostParts = 256;

/// Bits of the Bloom filter for each key, with which a few percent of its answers are false
/// positives.
constexpr int64 kBitsOfKey = 8;

}  // namespace

KeyTable::KeyTable(const KeyOperator* operators, int count, TupleDesc rows, bool keeps_one,
                   MemoryContext context)
    : operators_(array_in<Operator>(context, count)),
      count_(count),
      keeps_one_(keeps_one),
      parent_(context),
      context_(AllocSetContextCreate(context, "vecext join keys", ALLOCSET_DEFAULT_SIZES)),
      slot_(nullptr),
      values_(array_in<Datum>(context, count)),
      bytes_(0),
      most_bytes_(get_hash_memory_limit()),
      buckets_(nullptr),
      mask_(0),
      key_count_(0),
      filter_(nullptr),
      parts_(nullptr),
      part_count_(0),
      next_(nullptr),
      part_(nullptr),
      wanted_(nullptr) {
  const MemoryContext before = MemoryContextSwitchTo(context);
  slot_ = MakeSingleTupleTableSlot(rows, &TTSOpsMinimalTuple);
  MemoryContextSwitchTo(before);
  for (int i = 0; i < count; ++i) {
    const KeyOperator& given = operators[i];
    Operator& own = operators_[i];
    Oid hashes[2];  // hash functions of the left and of the right operand
    Oid sames[2];
    if (!get_op_hash_functions(given.op, &hashes[0], &hashes[1]) ||
        !get_compatible_hash_operators(given.op, &sames[0], &sames[1])) {
      elog(ERROR, "operator %u has no hash functions", given.op);
    }
    const int inner = given.is_turned ? 0 : 1;
    fmgr_info_cxt(get_opcode(given.op), &own.equal, context);
    fmgr_info_cxt(get_opcode(sames[inner]), &own.same, context);
    fmgr_info_cxt(hashes[1 - inner], &own.hash_outer, context);
    fmgr_info_cxt(hashes[inner], &own.hash_inner, context);
    own.collation = given.collation;
    own.is_turned = given.is_turned;
    own.column = given.column;
  }
}

void KeyTable::reset() {
  for (int i = 0; i < part_count_; ++i) {
    tuplestore_end(parts_[i]);
  }
  part_count_ = 0;
  ExecClearTuple(slot_);
  MemoryContextReset(context_);
  buckets_ = nullptr;
  mask_ = 0;
  bytes_ = 0;
  key_count_ = 0;
  next_ = nullptr;
  part_ = nullptr;
}

uint32 KeyTable::hash(const Datum* values) const {
  uint32 hash = 0;
  for (int i = 0; i < count_; ++i) {
    const Operator& op = operators_[i];
    const Datum own =
        FunctionCall1Coll(const_cast<FmgrInfo*>(&op.hash_outer), op.collation, values[i]);
    hash = hash_combine(hash, DatumGetUInt32(own));
  }
  return murmurhash32(hash);
}

/// Reads the keys of a row and their hash. Returns false if one of them is null.
bool KeyTable::read_key(TupleTableSlot* row, Datum* values, uint32* hash) const {
  *hash = 0;
  for (int i = 0; i < count_; ++i) {
    const Operator& op = operators_[i];
    bool is_null;
    values[i] = slot_getattr(row, op.column, &is_null);
    if (is_null) {
      return false;
    }
    const Datum own =
        FunctionCall1Coll(const_cast<FmgrInfo*>(&op.hash_inner), op.collation, values[i]);
    *hash = hash_combine(*hash, DatumGetUInt32(own));
  }
  *hash = murmurhash32(*hash);
  return true;
}

bool KeyTable::equals(const Datum* outer, const Datum* inner) const {
  for (int i = 0; i < count_; ++i) {
    const Operator& op = operators_[i];
    const Datum left = op.is_turned ? inner[i] : outer[i];
    const Datum right = op.is_turned ? outer[i] : inner[i];
    if (!DatumGetBool(
            FunctionCall2Coll(const_cast<FmgrInfo*>(&op.equal), op.collation, left, right))) {
      return false;
    }
  }
  return true;
}

KeyTable::Key* KeyTable::find(uint32 hash, const Datum* values, bool are_inner) const {
  Key* key = buckets_ == nullptr ? nullptr : buckets_[hash & mask_];
  for (; key != nullptr; key = key->next) {
    if (key->hash != hash) {
      continue;
    }
    if (!are_inner) {
      if (equals(values, key->values())) {
        return key;
      }
      continue;
    }
    bool is_same = true;
    for (int i = 0; is_same && i < count_; ++i) {
      const Operator& op = operators_[i];
      is_same = DatumGetBool(FunctionCall2Coll(const_cast<FmgrInfo*>(&op.same), op.collation,
                                               values[i], key->values()[i]));
    }
    if (is_same) {
      return key;
    }
  }
  return nullptr;
}

void KeyTable::add_key(Key* key) {
  Key** bucket = buckets_ + (key->hash & mask_);
  key->next = *bucket;
  *bucket = key;
}

/// Makes room for one more key. There are at least as many buckets as keys.
void KeyTable::grow() {
  if (buckets_ != nullptr && key_count_ <= mask_) {
    return;
  }
  Key** before = buckets_;
  const uint32 count = before == nullptr ? 0 : mask_ + 1;
  const uint32 more = Max(kFewestBuckets, count * 2);
  buckets_ = static_cast<Key**>(
      MemoryContextAllocExtended(context_, more * sizeof(Key*), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
  mask_ = more - 1;
  bytes_ += (more - count) * sizeof(Key*);
  for (uint32 i = 0; i < count; ++i) {
    while (before[i] != nullptr) {
      Key* key = before[i];
      before[i] = key->next;
      add_key(key);
    }
  }
  if (before != nullptr) {
    pfree(before);
  }
}

/// Keeps a row in memory.
void KeyTable::keep(TupleTableSlot* row, uint32 hash, const Datum* values) {
  Key* key = find(hash, values, true);
  if (key != nullptr && keeps_one_) {
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(context_);
  auto* kept = palloc_object<Row>();
  kept->tuple = ExecCopySlotMinimalTuple(row);
  bytes_ += GetMemoryChunkSpace(kept) + GetMemoryChunkSpace(kept->tuple);
  if (key == nullptr) {
    grow();
    key = static_cast<Key*>(palloc(sizeof(Key) + sizeof(Datum) * static_cast<Size>(count_)));
    bytes_ += GetMemoryChunkSpace(key);
    key->hash = hash;
    key->rows = nullptr;
    ExecStoreMinimalTuple(kept->tuple, slot_, false);
    for (int i = 0; i < count_; ++i) {
      bool is_null;
      key->values()[i] = slot_getattr(slot_, operators_[i].column, &is_null);
    }
    add_key(key);
    ++key_count_;
  }
  kept->next = key->rows;
  key->rows = kept;
  MemoryContextSwitchTo(before);
}

/// Adds a row to the file of its hash.
void KeyTable::put(TupleTableSlot* row, uint32 hash) {
  auto* bytes = reinterpret_cast<unsigned char*>(&hash);
  if (bloom_lacks_element(filter_, bytes, sizeof(hash))) {
    bloom_add_element(filter_, bytes, sizeof(hash));
    ++key_count_;
  }
  tuplestore_puttupleslot(part_of(hash), row);
}

/// Moves all rows from memory to temporary files.
void KeyTable::move_to_files() {
  const MemoryContext rows =
      AllocSetContextCreate(parent_, "vecext join keys", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(rows);
  const auto kilobytes = static_cast<int>(Min(most_bytes_ / 1024, INT_MAX));
  filter_ = bloom_create(static_cast<int64>(most_bytes_) / 2 * BITS_PER_BYTE / kBitsOfKey,
                         Max(kilobytes / 2, 1), 0);
  const int parts = Min(Max(kilobytes / 2 / kPartKilobytes, kFewestParts), kMostParts);
  parts_ = palloc_array<Tuplestorestate*>(parts);
  for (int i = 0; i < parts; ++i) {
    parts_[i] = tuplestore_begin_heap(false, false, kPartKilobytes);
    tuplestore_set_eflags(parts_[i], EXEC_FLAG_REWIND);
  }
  part_count_ = parts;
  key_count_ = 0;
  for (uint32 i = 0; i <= mask_; ++i) {
    for (Key* key = buckets_[i]; key != nullptr; key = key->next) {
      CHECK_FOR_INTERRUPTS();
      for (const Row* row = key->rows; row != nullptr; row = row->next) {
        ExecStoreMinimalTuple(row->tuple, slot_, false);
        put(slot_, key->hash);
      }
    }
  }
  ExecClearTuple(slot_);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context_);
  context_ = rows;
  buckets_ = nullptr;
}

void KeyTable::add(TupleTableSlot* row) {
  uint32 hash;
  if (!read_key(row, values_, &hash)) {
    return;
  }
  if (is_exact()) {
    keep(row, hash, values_);
    if (bytes_ > most_bytes_) {
      move_to_files();
    }
  } else {
    put(row, hash);
  }
}

bool KeyTable::may_contain(uint32 hash, const Datum* values) const {
  if (is_exact()) {
    return find(hash, values, false) != nullptr;
  }
  return !bloom_lacks_element(filter_, reinterpret_cast<unsigned char*>(&hash), sizeof(hash));
}

void KeyTable::look_up(uint32 hash, const Datum* values) {
  next_ = nullptr;
  part_ = nullptr;
  wanted_ = values;
  if (is_exact()) {
    const Key* key = find(hash, values, false);
    next_ = key == nullptr ? nullptr : key->rows;
  } else if (may_contain(hash, values)) {
    part_ = part_of(hash);
    tuplestore_rescan(part_);
  }
}

bool KeyTable::next(TupleTableSlot* slot) {
  if (next_ != nullptr) {
    ExecStoreMinimalTuple(next_->tuple, slot, false);
    next_ = next_->next;
    return true;
  }
  while (part_ != nullptr && read_part(slot)) {
    CHECK_FOR_INTERRUPTS();
    uint32 hash;
    if (read_key(slot, values_, &hash) && equals(wanted_, values_)) {
      return true;
    }
  }
  part_ = nullptr;
  return false;
}

/// Gets the next row of the file into the slot, which frees the row later.
bool KeyTable::read_part(TupleTableSlot* slot) {
  const MemoryContext before = MemoryContextSwitchTo(context_);
  const bool has_row = tuplestore_gettupleslot(part_, true, false, slot);
  MemoryContextSwitchTo(before);
  return has_row;
}

}  // namespace vecext::pg
