// The end of a thread's work, in stages: nothing new begins, and what has begun may go on for a
// while.
#pragma once

#include <chrono>
#include <functional>
#include <list>

#include "base/task.h"

namespace vecext::gateway {

enum class Stage {
  kNone,    // the end has not begun
  kDrain,   // nothing new is accepted, and clients are asked to send no more
  kIdle,    // connections that wait for the next request of their client are closed
  kGiveUp,  // requests that are still under way are given up
};

/// Leads the work of one thread through the stages. All calls are made on that thread.
class Shutdown {
 public:
  /// What is still under way `limit` after the call of begin() is given up. `on_end` is called
  /// once: when no work is left after begin(), or one second after the rest was given up.
  Shutdown(Executor executor, std::chrono::seconds limit, std::function<void()> on_end)
      : timer_(executor), limit_(limit), on_end_(std::move(on_end)) {}
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  void begin();
  bool has_begun() const { return stage_ != Stage::kNone; }
  Stage stage() const { return stage_; }

  /// A piece of work that the end waits for, as long as this object lives. Its function is called
  /// at the beginning of each stage. It must not destroy a Work itself, since the list of them is
  /// being read then: it lets the work end later.
  class Work {
   public:
    explicit Work(Shutdown& shutdown, std::function<void(Stage)> on_stage = nullptr);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    Shutdown& shutdown_;
    std::list<std::function<void(Stage)>>::iterator place_;
  };

 private:
  void enter(Stage stage);
  void end_if_done();
  void after(std::chrono::milliseconds pause, std::function<void()> call);

  Timer timer_;
  std::chrono::milliseconds limit_;
  std::function<void()> on_end_;
  Stage stage_ = Stage::kNone;
  std::list<std::function<void(Stage)>> work_;
};

}  // namespace vecext::gateway
