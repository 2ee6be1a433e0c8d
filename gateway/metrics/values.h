// Numbers that one thread changes, without a lock, and that other threads read meanwhile.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace vecext::gateway {

/// A number that only grows.
class Counter {
 public:
  void add(std::uint64_t more = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that grows and shrinks.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Upper bounds of durations in a histogram, in microseconds. A longer one is above them all.
inline constexpr std::array<std::uint32_t, 15> kBounds = {
    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,    50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

/// The sum of the histograms of several threads.
struct Durations {
  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // by bound, each without those below it
  double sum = 0;                                          // seconds
  double least = 0;                                        // seconds; 0 if nothing was counted
  double most = 0;                                         // seconds

  std::uint64_t count() const;
};

/// The durations of something that happens often.
class Histogram {
 public:
  void observe(std::chrono::nanoseconds duration);
  void add_to(Durations& sum) const;

 private:
  std::array<Counter, kBounds.size() + 1> counts_;
  Counter nanoseconds_;
  Gauge least_;  // nanoseconds
  Gauge most_;   // nanoseconds
};

/// Values by a key. One thread changes values and adds keys; other threads read them meanwhile.
template <class Key, class Value>
class KeyedValues {
 public:
  KeyedValues() = default;
  KeyedValues(const KeyedValues&) = delete;
  KeyedValues& operator=(const KeyedValues&) = delete;
  ~KeyedValues() {
    for (Node* node = first_.load(); node != nullptr;) {
      Node* next = node->next;
      delete node;
      node = next;
    }
  }

  /// Returns the value of a key, which is added if it is not there.
  template <class K>
  Value& at(const K& key) {
    Node* first = first_.load(std::memory_order_relaxed);
    for (Node* node = first; node != nullptr; node = node->next) {
      if (node->key == key) {
        return node->value;
      }
    }
    Node* added = new Node(Key(key), first);
    first_.store(added, std::memory_order_release);
    return added->value;
  }

  /// Calls `f(key, value)` for each key.
  template <class F>
  void each(F f) const {
    for (const Node* node = first_.load(std::memory_order_acquire); node != nullptr;
         node = node->next) {
      f(node->key, node->value);
    }
  }

 private:
  struct Node {
    Node(Key of, Node* behind) : key(std::move(of)), next(behind) {}

    Key key;
    Value value;
    Node* next;
  };
  std::atomic<Node*> first_{nullptr};
};

}  // namespace vecext::gateway
