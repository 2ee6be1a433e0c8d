// A loop on several threads, for work that uses nothing of the server.
//
// Threads live for one loop, whose work takes milliseconds. Starting a thread takes some 50 us.
// (The pool of OpenMP was tried first. Its threads spin while they wait for each other, and a
// library that is loaded into a server cannot tell them not to. On two cores that had other work,
// 70 % of a build's time was spent in this way.)
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <pthread.h>

namespace vecext {

/// Blocks all signals in the calling thread as long as this object lives. Threads that are started
/// meanwhile inherit this, so that handlers run only in the calling thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

inline constexpr std::int32_t kMostThreads = 256;

/// Runs task(i, slot) for every i in [0, count). It uses up to `threads` threads, one of which is
/// the calling thread; they are fewer if the system refuses more. `slot` is in [0, threads). Two
/// tasks with the same slot never run at the same time, so a task may use scratch memory that
/// belongs to its slot. Tasks may run in any order, so a task must write only what belongs to it.
/// Before each of its own tasks, the calling thread calls goes_on(taken), where `taken` is how many
/// tasks were taken so far. If that returns false, no thread takes another task.
template <class Task, class GoesOn>
void run_parallel(std::int32_t threads, std::size_t count, const Task& task,
                  const GoesOn& goes_on) {
  struct Loop {
    const Task& task;
    std::size_t count;
    std::atomic<std::size_t> next{0};
    std::atomic<std::int32_t> slot{1};  // the calling thread has slot 0

    static void* run(void* self) {
      auto* loop = static_cast<Loop*>(self);
      const std::int32_t slot = loop->slot++;
      for (std::size_t i = loop->next++; i < loop->count; i = loop->next++) {
        loop->task(i, slot);
      }
      return nullptr;
    }

    void run_polled(const GoesOn& goes_on) {
      // The other threads take tasks at the same time, and raise `next` even beyond the last task,
      // so it is read only once in a round.
      for (std::size_t taken = next; taken < count && goes_on(taken); taken = next) {
        if (const std::size_t i = next++; i < count) {
          task(i, 0);
        }
      }
      next = count;  // this has an effect only if the loop was stopped
    }
  };
  Loop loop{task, count};
  pthread_t others[kMostThreads];
  std::int32_t started = 0;
  {
    const SignalsBlocked blocked;
    while (started < threads - 1 && started < kMostThreads &&
           static_cast<std::size_t>(started) + 1 < count &&
           pthread_create(&others[started], nullptr, Loop::run, &loop) == 0) {
      ++started;
    }
  }
  loop.run_polled(goes_on);
  for (std::int32_t i = 0; i < started; ++i) {
    pthread_join(others[i], nullptr);
  }
}

/// Runs task(i, slot) for all tasks, and is never stopped.
template <class Task>
void run_parallel(std::int32_t threads, std::size_t count, const Task& task) {
  run_parallel(threads, count, task, [](std::size_t) { return true; });
}

}  // namespace vecext
