#pragma once
// What long commands show while they work, and how they are stopped.

#include <string>
#include <string_view>

namespace wattloop {

/// A line on the terminal that rewrites itself, once the work has taken two seconds.
class Progress {
 public:
  Progress();
  /// `share` of the work that is done, 0 to 1; the time left is told from it.
  void show(double share, std::string_view what);
  /// Ends the line.
  void end() const;
  double elapsed() const;  ///< s

 private:
  double begin_, shown_ = 0.0;  // s
};

/// SIGINT, SIGTERM and SIGUSR1 are remembered from now on instead of ending the program.
void stop_on_signals();
bool is_stopped();

/// Throws InputError if it cannot be made.
void make_output_directory(const std::string& directory);

}  // namespace wattloop
