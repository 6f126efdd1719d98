#include "apps/progress.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>

namespace wattloop {

namespace {

volatile std::sig_atomic_t stop_asked = 0;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Progress::Progress() : begin_(wall_clock()), begin_of_work_(begin_), shown_(begin_) {}

double Progress::elapsed() const {
  return wall_clock() - begin_;
}

void Progress::show(double share, std::string_view what) {
  const double now = wall_clock();
  const bool is_terminal = isatty(STDERR_FILENO) != 0;
  const double interval = is_terminal ? 0.5 : 15.0;  // s
  if (!has_begun_ || share < last_share_) begin_of_work_ = shown_ = now, first_share_ = share;
  has_begun_ = true;
  last_share_ = share;
  const double done = share - first_share_;
  if (now - begin_of_work_ < 2.0 || now - shown_ < interval || done <= 0.0) return;
  shown_ = now;
  fmt::print(stderr, "{}{:5.1f} %  {}, about {:.0f} s left{}", is_terminal ? "\r" : "", 100.0 * share, what,
             (now - begin_of_work_) * (1.0 - share) / done, is_terminal ? "   " : "\n");
  std::fflush(stderr);
  is_open_ = is_terminal;
}

void Progress::end() const {
  if (is_open_) fmt::print(stderr, "\n");
}

void stop_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, [](int) { stop_asked = 1; });
}

bool is_stopped() {
  return stop_asked != 0;
}

}  // namespace wattloop
