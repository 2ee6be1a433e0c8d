// A loop on several threads, for work that touches no server state.
//
// Threads live for one loop: its work takes milliseconds, and starting a thread some 50 us.
// (OpenMP's pool was tried first. Its threads wait for each other by spinning, and nothing in a
// library that is loaded into a server can tell them not to: on two cores with other work, 70 % of
// a build's time went there.)
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <pthread.h>

namespace vecext {

/// Blocks all signals of the calling thread for its lifetime; threads started meanwhile inherit the
/// mask. Handlers belong to the calling thread alone.
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

/// Runs task(i, slot) for every i in [0, count), on up to `threads` threads including the calling
/// one; on fewer if the system refuses more. Tasks of one slot, in [0, threads), never run at the
/// same time, so that the slot names scratch memory. Tasks are handed out in any order, so a task
/// must write only what belongs to it. Before each of its own tasks the calling thread calls
/// goes_on(taken), with the number of tasks taken so far: if it returns false, no thread takes
/// another task.
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
      // Other threads take tasks meanwhile, also beyond the last one, so `next` is read once.
      for (std::size_t taken = next; taken < count && goes_on(taken); taken = next) {
        if (const std::size_t i = next++; i < count) {
          task(i, 0);
        }
      }
      next = count;  // this changes something only if there are tasks left
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
