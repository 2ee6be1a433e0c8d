// A change of an index that stops at every one of its changes of pages, and at its reads, in turn:
// what the pages are then is what a crash, a full disk or an unreadable page leaves.
#pragma once

#include <vector>

#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test {

/// Which calls fail.
struct Fault {
  const char* name;
  unsigned calls;
  bool is_once;
};

/// A crash or an error at a change; a disk that is full from then on, and for a moment; pages that
/// cannot be read, and one.
inline constexpr Fault kFaults[] = {{"changes", kChanges | kAdds, false},
                                    {"a full disk", kAdds, false},
                                    {"a disk full once", kAdds, true},
                                    {"reads", kReads, false},
                                    {"one read", kReads, true}};

/// Every change fails in turn, and every page that is added. Reads are many and alike: of these,
/// how many of the first, and of the later ones each how manyth.
inline constexpr int kAllCalls = 40;
inline constexpr int kStep = 9;

/// Calls operate(), a Status, again and again, each time with a later call of the store failing,
/// until none is left (kAllCalls); before each time the pages are as they are now, and
/// prepare() is called. After each, check() must find the index as it was, or as it should be.
/// Returns how many calls failed.
template <class Prepare, class Operate, class Check>
int with_faults(MemoryStore& store, const Prepare& prepare, const Operate& operate,
                const Check& check) {
  const std::vector<Page> sound = store.copy();
  int failed = 0;
  for (const Fault& fault : kFaults) {
    CAPTURE(fault.name);
    for (int n = 0;; n += n < kAllCalls || (fault.calls & kReads) == 0 ? 1 : kStep) {
      CAPTURE(n);
      store.restore(sound);
      prepare();
      store.fail_after(n, fault.calls, fault.is_once);
      const Status status = operate();
      const bool has_failed = store.mend();
      REQUIRE(status.ok() == !has_failed);
      check();
      if (!has_failed) {
        break;
      }
      ++failed;
    }
  }
  store.restore(sound);
  prepare();
  return failed;
}

/// The same with each page in turn as a crash may leave it: all zeros; or the file ends before it.
/// ask() may do anything but not end. Returns how many.
template <class Ask>
int with_lost_pages(MemoryStore& store, const Ask& ask) {
  const std::vector<Page> sound = store.copy();
  for (PageId page = 0; page < sound.size(); ++page) {
    CAPTURE(page);
    store.restore(sound);
    std::fill_n(store.bytes(page), kPageSize, std::byte{});
    ask();
    store.restore({sound.begin(), sound.begin() + page});
    ask();
  }
  store.restore(sound);
  return 2 * static_cast<int>(sound.size());
}

/// The same with a bit of each byte of the heads and tails of all pages, and of the begin and the
/// end of their payload, another one.
template <class Ask>
int with_flipped_bits(MemoryStore& store, const Ask& ask) {
  const std::vector<Page> sound = store.copy();
  int flipped = 0;
  for (PageId page = 0; page < sound.size(); ++page) {
    for (std::size_t at = 24; at < kPageSize; at = at == 95 ? kPayloadEnd - 24 : at + 1) {
      // One of the eight: which one differs from byte to byte and from page to page.
      const std::size_t bit = (at + 3 * page) % 8;
      CAPTURE(static_cast<int>(page_tail(sound[page].data())->kind));
      CAPTURE(page);
      CAPTURE(at);
      store.restore(sound);
      store.bytes(page)[at] ^= static_cast<std::byte>(1u << bit);
      ask();
      ++flipped;
    }
  }
  store.restore(sound);
  return flipped;
}

}  // namespace vecext::test
