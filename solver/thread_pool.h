#pragma once
// A small pool of std::thread for loops whose iterations do not touch each other.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace wattloop {

/// A loop body by reference: unlike std::function it never allocates. Valid while the body lives.
class LoopBody {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, LoopBody>) LoopBody(F&& f)  // NOLINT: made from a lambda at the call
      : object_(const_cast<void*>(static_cast<const void*>(&f))), call_([](void* object, int begin, int end) {
          (*static_cast<std::remove_reference_t<F>*>(object))(begin, end);
        }) {}
  void operator()(int begin, int end) const { call_(object_, begin, end); }

 private:
  void* object_;
  void (*call_)(void*, int, int);
};

/// Loops follow each other within microseconds, so threads spin before they sleep: longer while that helps, shorter
/// while it does not, as on a machine with other work.
///
/// Runs f(begin, end) over [0, n) cut into one fixed part a thread. A thread that is done takes over what others have
/// not begun: nobody waits for one that sleeps or has lost its core. Results do not depend on the number of threads as
/// long as iterations are independent: no reduction happens here.
class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Loops with fewer than `grain` iterations a thread stay on the calling thread.
  /// Rethrows the exception of the lowest part that threw.
  void parallel_for(int n, int grain, LoopBody f);

 private:
  /// How long a thread waits awake, in looks at the condition.
  class Patience {
   public:
    template <class Condition>
    bool outlasts(const Condition& condition);

   private:
    int looks_ = 300;
  };

  void work(int part);
  void run_parts(int own, std::uint64_t round);
  bool claim(int part, std::uint64_t round);
  void run_part(int part);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable start_, done_;
  Patience patience_;
  const LoopBody* task_ = nullptr;
  std::vector<std::exception_ptr> errors_;
  int n_ = 0;
  std::vector<std::atomic<std::uint64_t>> claimed_;  ///< the last round in which a thread has taken each part
  std::atomic<int> finished_{0};                     ///< parts of this round
  std::atomic<std::uint64_t> round_{0};
  std::atomic<bool> stop_{false};
};

}  // namespace wattloop
