#include "io/sweep_needs.h"

#include <unistd.h>

#include <array>
#include <optional>

#include <fmt/format.h>

#include "io/ensemble.h"

namespace wattloop {

SweepNeeds needs_of(const Study& study) {
  // Of the text of a number and of what stands beside the numbers in a line; the allocator's of a vector.
  constexpr double number = 18.0, beside = 30.0, allocation = 16.0;
  const auto metrics = static_cast<double>(study.metrics.size()),
             columns = metrics + static_cast<double>(study.parameters.size()),
             members = static_cast<double>(study.size());
  const double row = number * columns + beside;
  SweepNeeds needs;
  // All results at once, and the table as a text before it is written.
  needs.memory = members * (sizeof(std::optional<MemberResult>) + allocation + sizeof(double) * metrics + row);
  needs.files = members * (number * metrics + beside + row + sizeof(double) * columns);
  return needs;
}

double memory_of_machine() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::string bytes_text(double bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t i = 0;
  for (; bytes >= 1000.0 && i + 1 < units.size(); ++i) bytes /= 1000.0;
  return fmt::format("{:.3g} {}", bytes, units[i]);
}

}  // namespace wattloop
