#include "solver/thread_pool.h"

#include <algorithm>

namespace wattloop {

namespace {

/// Waits for a condition for some microseconds, about what waking a thread costs; returns whether it came true.
template <class Condition>
bool spin_until(const Condition& condition) {
  constexpr int rounds = 300;
  for (int i = 0; i < rounds; ++i) {
    if (condition()) return true;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return condition();
}

}  // namespace

ThreadPool::ThreadPool(int threads) : errors_(static_cast<std::size_t>(std::max(threads, 1))) {
  for (int part = 1; part < threads; ++part) workers_.emplace_back([this, part] { work(part); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run_part(int part) {
  const int parts = size();
  const int begin = static_cast<int>(static_cast<std::int64_t>(n_) * part / parts);
  const int end = static_cast<int>(static_cast<std::int64_t>(n_) * (part + 1) / parts);
  try {
    if (begin < end) (*task_)(begin, end);
  } catch (...) {
    errors_[part] = std::current_exception();
  }
}

void ThreadPool::work(int part) {
  std::uint64_t seen = 0;
  while (true) {
    const auto is_called = [&] { return stop_ || round_ != seen; };
    if (!spin_until(is_called)) {
      std::unique_lock lock(mutex_);
      start_.wait(lock, is_called);
    }
    if (stop_) return;
    seen = round_;
    run_part(part);
    if (--running_ == 0) {
      const std::lock_guard lock(mutex_);
      done_.notify_one();
    }
  }
}

void ThreadPool::parallel_for(int n, int grain, LoopBody f) {
  if (workers_.empty() || n < grain * size()) {
    if (n > 0) f(0, n);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    task_ = &f;
    n_ = n;
    running_ = static_cast<int>(workers_.size());
    std::fill(errors_.begin(), errors_.end(), nullptr);
    ++round_;
  }
  start_.notify_all();
  run_part(0);
  const auto is_done = [&] { return running_ == 0; };
  if (!spin_until(is_done)) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, is_done);
  }
  for (const std::exception_ptr& error : errors_)
    if (error) std::rethrow_exception(error);
}

}  // namespace wattloop
