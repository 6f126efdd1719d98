#pragma once
// Processes that compute one plant together.

#include <span>
#include <stdexcept>
#include <string>

#include "solver/errors.h"

namespace wattloop {

/// The first rank has failed at what it does for all; it says why.
class FirstRankFailed : public std::runtime_error {
 public:
  FirstRankFailed() : std::runtime_error("the first rank has failed") {}
};

/// Processes with a memory of their own that run the same program on the same case. Calls are collective: every rank
/// makes the same ones in the same order. This one is alone.
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int rank() const { return 0; }
  virtual int size() const { return 1; }
  /// The largest of the values of all ranks; they are finite or infinite.
  virtual double max(double value) { return value; }
  /// `all` holds counts[0] values of rank 0, then counts[1] of rank 1, ...: fills in those of the others.
  virtual void gather(std::span<double> /*all*/, std::span<const int> /*counts*/) {}
  /// What `from` has.
  virtual std::string broadcast(std::string text, int /*from*/) { return text; }

  bool is_first() const { return rank() == 0; }
  bool any(bool value) { return size() == 1 ? value : max(value ? 1.0 : 0.0) > 0.0; }

  /// Runs f(), which makes no collective calls. A SingularBlock on any rank is thrown on all.
  template <class F>
  void together(const F& f) {
    if (size() == 1) return f();
    std::string what;
    try {
      f();
    } catch (const SingularBlock& error) {
      what = error.what();
    }
    const auto lowest = static_cast<int>(max(what.empty() ? 0.0 : size() - rank()));
    if (lowest > 0) throw SingularBlock(broadcast(what, size() - lowest));
  }
  /// Runs f(), which makes no collective calls, on the first rank. If it throws there the others throw
  /// FirstRankFailed.
  template <class F>
  void on_first(const F& f) {
    if (size() == 1) return f();
    if (!is_first()) {
      if (any(false)) throw FirstRankFailed();
      return;
    }
    try {
      f();
    } catch (...) {
      any(true);
      throw;
    }
    any(false);
  }
};

/// What computes: threads in this process, and the processes it belongs to.
struct Workers {
  Workers(int threads_here, Ranks* all = nullptr) : threads(threads_here) {  // NOLINT: threads alone are workers
    if (all) ranks = all;
  }
  static Ranks& alone() {
    static Ranks one;
    return one;
  }
  int threads;
  Ranks* ranks = &alone();
};

}  // namespace wattloop
