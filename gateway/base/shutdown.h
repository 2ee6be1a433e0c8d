// The end of a thread's work: nothing begins, what has begun goes on for a while.
#pragma once

#include <chrono>
#include <functional>
#include <list>

#include "base/task.h"

namespace vecext::gateway {

/// How far the end is.
enum class Stage {
  kNone,
  kDrain,   // nothing is accepted, and clients are asked to send no more
  kIdle,    // what waits for a client's next request ends
  kGiveUp,  // so does everything else
};

/// All of it is on one thread.
class Shutdown {
 public:
  /// `limit` is how long after its begin everything is given up. `on_end` is called once: when
  /// there is no work any more, or a second after that.
  Shutdown(Executor executor, std::chrono::seconds limit, std::function<void()> on_end)
      : timer_(executor), limit_(limit), on_end_(std::move(on_end)) {}
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  void begin();
  bool has_begun() const { return stage_ != Stage::kNone; }
  Stage stage() const { return stage_; }

  /// Something that the end waits for, as long as this object lives. Its function is called for
  /// each stage, and ends no work before it has returned.
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
  void end_if_idle();
  void after(std::chrono::milliseconds pause, std::function<void()> call);

  Timer timer_;
  std::chrono::milliseconds limit_;
  std::function<void()> on_end_;
  Stage stage_ = Stage::kNone;
  std::list<std::function<void(Stage)>> work_;
};

}  // namespace vecext::gateway
