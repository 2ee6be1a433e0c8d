// A hash table of the rows of one side of a join, by the values of its keys. When the rows take
// more memory than allowed (work_mem * hash_mem_multiplier), they move to temporary files by their
// hashes, and a Bloom filter says which keys may be there. The filter never misses a key.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "executor/tuptable.h"
#include "lib/bloomfilter.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

/// An equality of a join: `outer = inner`, or `inner = outer` if it is turned. Both operands have
/// hash functions, by which equal values have equal hashes.
struct KeyOperator {
  Oid op;
  Oid collation;
  bool is_turned;
  AttrNumber column;  // of the inner operand, in the rows of the table
};

class KeyTable {
 public:
  /// A table without rows, whose rows have the columns of `rows`. The descriptor must live as long
  /// as the table. Memory comes from `context`. If `keeps_one`, a table in memory keeps only one
  /// row of each key.
  KeyTable(const KeyOperator* operators, int count, TupleDesc rows, bool keeps_one,
           MemoryContext context);

  /// Forgets all rows.
  void reset();

  /// Adds a row, unless one of its keys is null: null equals no key.
  void add(TupleTableSlot* row);

  /// The hash of outer values, none of them null.
  uint32 hash(const Datum* values) const;

  /// False if no row has these keys. True if one has them, or may have them unless is_exact().
  bool may_contain(uint32 hash, const Datum* values) const;

  /// Starts a lookup of the rows with these keys. `values` must stay valid until next() returns
  /// false.
  void look_up(uint32 hash, const Datum* values);

  /// Gets the next row of the lookup into a slot of minimal tuples; false after the last.
  bool next(TupleTableSlot* slot);

  /// True if all rows are in memory.
  bool is_exact() const { return part_count_ == 0; }

  /// The number of distinct keys; an estimate unless is_exact().
  int64 keys() const { return key_count_; }

  /// The number of temporary files.
  int parts() const { return part_count_; }

  /// Calls visit(value) for each value of the key. The table must have one key column and be
  /// is_exact().
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

    /// The key's values, which lie behind the struct and point into the first row added.
    Datum* values() { return reinterpret_cast<Datum*>(this + 1); }
    const Datum* values() const { return reinterpret_cast<const Datum*>(this + 1); }
  };
  struct Operator {
    FmgrInfo equal;  // compares an outer and an inner value
    FmgrInfo same;   // compares two inner values
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
  void move_to_files();
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
