#include "solver/thread_pool.h"

#include <algorithm>

namespace wattloop {

/// Looks at a condition for a while; returns whether it came true.
template <class Condition>
bool ThreadPool::Patience::outlasts(const Condition& condition) {
  constexpr int least = 50, most = 6000;  // looks of about 20 ns
  for (int i = 0; i < looks_; ++i) {
    if (condition()) {
      looks_ = std::min(2 * looks_, most);
      return true;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  looks_ = std::max(looks_ / 2, least);
  return condition();
}

ThreadPool::ThreadPool(int threads)
    : errors_(static_cast<std::size_t>(std::max(threads, 1))), claimed_(errors_.size()) {
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

/// A thread that comes late fails: in every round each part is taken before the next begins.
bool ThreadPool::claim(int part, std::uint64_t round) {
  std::uint64_t last = claimed_[part];
  return last < round && claimed_[part].compare_exchange_strong(last, round);
}

/// The thread's own part first, so that it finds in every loop what it has in its cache.
void ThreadPool::run_parts(int own, std::uint64_t round) {
  for (int i = 0; i < size(); ++i) {
    const int part = (own + i) % size();
    if (!claim(part, round)) continue;
    run_part(part);
    if (++finished_ == size() && own > 0) {
      const std::lock_guard lock(mutex_);
      done_.notify_one();
    }
  }
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
  Patience patience;
  while (true) {
    const auto is_called = [&] { return stop_ || round_ != seen; };
    if (!patience.outlasts(is_called)) {
      std::unique_lock lock(mutex_);
      start_.wait(lock, is_called);
    }
    if (stop_) return;
    seen = round_;
    run_parts(part, seen);
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
    finished_ = 0;
    std::fill(errors_.begin(), errors_.end(), nullptr);
    ++round_;
  }
  start_.notify_all();
  run_parts(0, round_);
  const auto is_done = [&] { return finished_ == size(); };
  if (!patience_.outlasts(is_done)) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, is_done);
  }
  for (const std::exception_ptr& error : errors_)
    if (error) std::rethrow_exception(error);
}

}  // namespace wattloop
