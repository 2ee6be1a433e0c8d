// The rows of one side of a join by the values of its keys, in a hash table. When they are more
// than memory is allowed for (hash_mem), they go to temporary files by their hashes, and a Bloom
// filter tells which keys there are, with errors to one side only.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "executor/tuptable.h"
#include "lib/bloomfilter.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

/// An equality of a join, `outer = inner`, or `inner = outer` where it is turned around. Both
/// operands have hash functions, and equal values equal hashes.
struct KeyOperator {
  Oid op;
  Oid collation;
  bool is_turned;
  AttrNumber column;  // of the inner operand, in the rows of the table
};

class KeyTable {
 public:
  /// For rows of `rows`, which lives as long; memory comes from children of `context`. Where
  /// `keeps_one` only one row of each key is kept.
  KeyTable(const KeyOperator* operators, int count, TupleDesc rows, bool keeps_one,
           MemoryContext context);

  /// Forgets all rows.
  void reset();

  /// Adds a row. One with a null among its keys equals no other and is left out.
  void add(TupleTableSlot* row);

  /// The hash of outer values, none of them null.
  uint32 hash(const Datum* values) const;

  /// Has a row these keys? Without an error where it says no; always, where is_exact().
  bool may_contain(uint32 hash, const Datum* values) const;

  /// Goes to the rows with these keys. `values` must stay until the last of them.
  void look_up(uint32 hash, const Datum* values);

  /// The next of them in the slot, which is of minimal tuples; false after the last.
  bool next(TupleTableSlot* slot);

  /// Are the rows in memory?
  bool is_exact() const { return part_count_ == 0; }

  /// Different keys, about so many where it is not exact.
  int64 keys() const { return key_count_; }

  /// Memory that the rows take.
  Size bytes() const { return bytes_; }

  /// Temporary files in use.
  int parts() const { return part_count_; }

  /// visit(value) for each value of the only key there is. Needs is_exact().
  template <class Visit>
  void each_value(const Visit& visit) const {
    for (uint32 i = 0; buckets_ != nullptr && i <= mask_; ++i) {
      for (const Key* key = buckets_[i]; key != nullptr; key = key->next) {
        visit(key->values()[0]);
      }
    }
  }

 private:
  struct Row {
    Row* next;
    MinimalTuple tuple;
  };
  struct Key {
    Key* next;
    Row* rows;
    uint32 hash;

    /// Behind it; in the tuple of the first row added.
    Datum* values() { return reinterpret_cast<Datum*>(this + 1); }
    const Datum* values() const { return reinterpret_cast<const Datum*>(this + 1); }
  };
  struct Operator {
    FmgrInfo equal;  // of the two sides
    FmgrInfo same;   // of two inner values
    FmgrInfo hash_outer;
    FmgrInfo hash_inner;
    Oid collation;
    bool is_turned;
    AttrNumber column;
  };

  bool equals(const Datum* outer, const Datum* inner) const;
  bool read_key(TupleTableSlot* row, Datum* values, uint32* hash) const;
  Key* find(uint32 hash, const Datum* values, bool are_inner) const;
  void keep(TupleTableSlot* row, uint32 hash, const Datum* values);
  void add_key(Key* key);
  void grow();
  void temp_files();
  void put(TupleTableSlot* row, uint32 hash);
  bool read_part(TupleTableSlot* slot);
  Tuplestorestate* part_of(uint32 hash) const {
    return parts_[(hash >> 16) % static_cast<uint32>(part_count_)];
  }

  Operator* operators_;
  int count_;
  bool keeps_one_;
  MemoryContext parent_;
  MemoryContext context_;  // of the rows
  TupleTableSlot* slot_;
  Datum* values_;
  Size bytes_;
  Size most_bytes_;
  // In memory.
  Key** buckets_;
  uint32 mask_;
  int64 key_count_;
  // In files.
  bloom_filter* filter_;
  Tuplestorestate** parts_;
  int part_count_;
  // What is looked up.
  const Row* next_;
  Tuplestorestate* part_;
  const Datum* wanted_;
};

}  // namespace vecext::pg
