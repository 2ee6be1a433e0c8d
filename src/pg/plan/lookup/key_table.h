// A hash table of the rows of one side of a join, by the values of their keys. When the rows take
// more memory than allowed (work_mem * hash_mem_multiplier), they move to temporary files by their
// hashes. A Bloom filter then tells which keys may be there; it never misses a key.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "executor/tuptable.h"
#include "lib/bloomfilter.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

/// An equality in the condition of a join: `outer = inner`, or `inner = outer` if it is turned.
/// Both operands have hash functions that give equal hashes for equal values.
struct KeyOperator {
  Oid op;
  Oid collation;
  bool is_turned;
  AttrNumber column;  // the column of the inner operand in the table's rows
};

class KeyTable {
 public:
  /// Makes a table without rows. Its rows will have the columns of `rows`, a descriptor that must
  /// live as long as the table. Memory comes from `context`. If `keeps_one` is true, a table in
  /// memory keeps only one row of each key.
  KeyTable(const KeyOperator* operators, int count, TupleDesc rows, bool keeps_one,
           MemoryContext context);

  /// Forgets all rows.
  void reset();

  /// Adds a row, unless one of its keys is null, because null equals no key.
  void add(TupleTableSlot* row);

  /// Returns the hash of outer values. None of them may be null.
  uint32 hash(const Datum* values) const;

  /// False if no row has these keys. If it is true and is_exact() is true, a row has these keys. If
  /// it is true and is_exact() is false, a row may have them.
  bool may_contain(uint32 hash, const Datum* values) const;

  /// Starts a lookup of the rows with these keys. `values` must stay valid until next() returns
  /// false.
  void look_up(uint32 hash, const Datum* values);

  /// Gets the next row of the lookup into a slot of minimal tuples. Returns false after the last.
  bool next(TupleTableSlot* slot);

  /// True if all rows are in memory.
  bool is_exact() const { return part_count_ == 0; }

  /// Returns the number of distinct keys, which is an estimate unless is_exact().
  int64 keys() const { return key_count_; }

  /// Returns the number of temporary files.
  int parts() const { return part_count_; }

  /// Calls visit(value) for each value of the key. The table must have one key column, and
  /// is_exact() must be true.
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

    /// The key's values lie behind the struct and point into the row that was added first.
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
  MemoryContext context_;  // has the rows
  TupleTableSlot* slot_;
  Datum* values_;
  Size bytes_;
  Size most_bytes_;
  // Used while the rows are in memory:
  Key** buckets_;
  uint32 mask_;
  int64 key_count_;
  // Used when the rows are in files:
  bloom_filter* filter_;
  Tuplestorestate** parts_;
  int part_count_;
  // The state of a lookup:
  const Row* next_;
  Tuplestorestate* part_;
  const Datum* wanted_;
};

}  // namespace vecext::pg
