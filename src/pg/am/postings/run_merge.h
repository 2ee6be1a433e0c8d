// Merges sorted runs of a build into a segment, or into one run.
#pragma once

#include <algorithm>

#include "pg/am/postings/run_files.h"
#include "pg/sys/error.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/progress.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

/// Where a run is.
struct RunPlace {
  BufFile* file;
  uint64 start;
};

/// A run that is merged. Its documents get new numbers.
class MergedRun {
 public:
  explicit MergedRun(const RunPlace& place) : reader(place.file, place.start) {}

  /// Sets the number of the reader's document.
  void set_number(DocumentId number);

  /// Goes to the first posting of the reader's term. Returns false if there is none.
  bool begin_postings();
  /// Goes to the next posting. Returns false if there are no more.
  bool next_posting();
  /// Returns the number of the posting's document.
  DocumentId number() const { return number_; }

  RunReader reader;

 private:
  /// Documents from `first` on have numbers from `number` on.
  struct NumberStep {
    DocumentId first;
    DocumentId number;
  };

  GrowingArray<NumberStep> steps_{};
  DocumentId documents_ = 0;  // how many have a number
  DocumentId next_number_ = 0;
  int64 step_ = 0;  // the step that the posting's document belongs to
  DocumentId number_ = 0;
};

/// A heap of runs, which gives the least of them by an order.
class RunHeap {
 public:
  using IsGreater = bool (*)(const MergedRun* a, const MergedRun* b);

  /// Makes room for n runs.
  RunHeap(IsGreater is_greater, int64 n);

  bool is_empty() const { return end_ == runs_; }
  MergedRun* least() const { return runs_[0]; }
  void add(MergedRun* run);
  void remove_least();
  /// Moves the least run to its new place. It has to be called after the run has become greater.
  void sink_least();

 private:
  IsGreater is_greater_;
  MergedRun** runs_;
  MergedRun** end_;
};

class RunMerge {
 public:
  /// Memory comes from the current context, in which write() has to be called as well.
  RunMerge(const RunPlace* places, int64 count);

  /// Writes all documents in the order of rows, and then all terms. No two documents have the same
  /// row. `Sink` has the functions of SegmentWriter. add_progress() counts postings as work.
  template <class Sink>
  void write(Sink* sink);

  /// Bytes of memory that each run takes. They leave out NumberSteps, whose number depends on how
  /// the rows of the runs interleave.
  static constexpr Size kRunBytes = 12 * 1024;

 private:
  template <class Sink>
  void write_documents(Sink* sink);
  template <class Sink>
  void write_terms(Sink* sink);
  template <class Sink>
  int64 write_postings(Sink* sink);
  void pop_lists();
  void next_terms();

  int64 count_;
  MergedRun* runs_;
  RunHeap rows_;
  RunHeap terms_;
  RunHeap postings_;
  MergedRun** lists_;  // the runs that have the current term
  int64 list_count_ = 0;
};

template <class Sink>
void RunMerge::write_documents(Sink* sink) {
  for (int64 i = 0; i < count_; ++i) {
    if (runs_[i].reader.next_document()) {
      rows_.add(runs_ + i);
    }
  }
  for (DocumentId number = 0; !rows_.is_empty(); ++number) {
    if (number % 1024 == 0) {
      CHECK_FOR_INTERRUPTS();
    }
    MergedRun* run = rows_.least();
    run->set_number(number);
    check(sink->add_coded_document(run->reader.row(), run->reader.code()));
    if (run->reader.next_document()) {
      rows_.sink_least();
    } else {
      rows_.remove_least();
    }
  }
  check(sink->end_documents());
}

/// Writes the postings of the lists, and returns how many there are.
template <class Sink>
int64 RunMerge::write_postings(Sink* sink) {
  for (int64 i = 0; i < list_count_; ++i) {
    if (lists_[i]->begin_postings()) {
      postings_.add(lists_[i]);
    }
  }
  int64 count = 0;
  while (!postings_.is_empty()) {
    MergedRun* run = postings_.least();
    check(sink->add_extra(run->number(), run->reader.extra()));
    ++count;
    if (run->next_posting()) {
      postings_.sink_least();
    } else {
      postings_.remove_least();
    }
  }
  return count;
}

template <class Sink>
void RunMerge::write_terms(Sink* sink) {
  for (int64 i = 0; i < count_; ++i) {
    if (runs_[i].reader.next_term()) {
      terms_.add(runs_ + i);
    }
  }
  while (!terms_.is_empty()) {
    CHECK_FOR_INTERRUPTS();
    pop_lists();
    sink->begin_term(lists_[0]->reader.term());
    add_progress(Steps::kWork, static_cast<double>(write_postings(sink)));
    check(sink->end_term());
    next_terms();
  }
}

template <class Sink>
void RunMerge::write(Sink* sink) {
  write_documents(sink);
  write_terms(sink);
}

}  // namespace vecext::pg
