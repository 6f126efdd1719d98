#include "apps/progress.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "io/errors.h"

namespace wattloop {

namespace {

volatile std::sig_atomic_t stop_asked = 0;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Progress::Progress() : begin_(wall_clock()) {}

double Progress::elapsed() const {
  return wall_clock() - begin_;
}

void Progress::show(double share, std::string_view what) {
  const double time = elapsed();
  if (time < 2.0 || time - shown_ < 0.5 || share <= 0.0) return;
  shown_ = time;
  fmt::print(stderr, "\r{:.0f} % {}, {:.0f} s, about {:.0f} s left   ", 100.0 * share, what, time,
             time * (1.0 - share) / share);
  std::fflush(stderr);
}

void Progress::end() const {
  if (shown_ > 0.0) fmt::print(stderr, "\n");
}

void stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, [](int) { stop_asked = 1; });
}

bool is_stopped() {
  return stop_asked != 0;
}

void make_output_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    throw InputError({{directory, 0, 0, "", "cannot make this directory", error.message(), "one that can be written"}});
}

}  // namespace wattloop
