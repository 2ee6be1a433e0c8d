// The server's lists as ranges: `for (const auto* path : list_of<Path>(paths))`.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pg_list.h"
}

namespace vecext::pg {

/// The elements of a list, which may be NIL. The list may grow during a loop over them, as with
/// foreach().
template <class T, T (*value_of)(const ListCell& cell)>
class ListRange {
 public:
  class Iterator {
   public:
    explicit Iterator(const List* list) : list_(list) {}

    T operator*() const { return value_of(list_->elements[at_]); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    /// Other iterators are not compared: only the end of the range.
    bool operator!=(const Iterator&) const { return at_ < list_length(list_); }

   private:
    const List* list_;
    int at_ = 0;
  };

  explicit ListRange(const List* list) : list_(list) {}

  Iterator begin() const { return Iterator(list_); }
  Iterator end() const { return Iterator(list_); }

 private:
  const List* list_;
};

template <class T>
T* pointer_of_cell(const ListCell& cell) {
  return static_cast<T*>(cell.ptr_value);
}

inline Oid oid_of_cell(const ListCell& cell) {
  return cell.oid_value;
}

inline int int_of_cell(const ListCell& cell) {
  return cell.int_value;
}

template <class T>
auto list_of(const List* list) {
  return ListRange<T*, pointer_of_cell<T>>(list);
}

inline auto oids_of(const List* list) {
  return ListRange<Oid, oid_of_cell>(list);
}

inline auto ints_of(const List* list) {
  return ListRange<int, int_of_cell>(list);
}

}  // namespace vecext::pg
