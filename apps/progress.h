#pragma once
// What long commands show while they work, and how they are stopped.

#include <string>
#include <string_view>

namespace wattloop {

/// A line that rewrites itself on a terminal, plain lines now and then in a log, once the work has taken two seconds.
class Progress {
 public:
  Progress();
  /// `share` of the work that is done, 0 to 1; the time left follows from what has been done since the first call, or
  /// since `share` last fell: then other work has begun.
  void show(double share, std::string_view what);
  /// Ends the line.
  void end() const;
  double elapsed() const;  ///< s, of all the work

 private:
  double begin_, begin_of_work_, shown_;  // s
  double first_share_ = 0.0, last_share_ = 0.0;
  bool has_begun_ = false, is_open_ = false;
};

/// SIGINT, SIGTERM and SIGUSR1 are remembered from now on instead of ending the program.
void stop_on_signals();
bool is_stopped();

}  // namespace wattloop
