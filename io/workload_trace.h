#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/workload_spec.h"

namespace wattloop {

/// A trace as its file holds it.
struct WorkloadTrace {
  std::vector<double> time;                  // s, from the first row
  std::vector<std::string> names;            ///< of the columns of values
  std::vector<std::vector<double>> columns;  ///< values[column][row] in the file's own scale
};

/// What a trace's file may hold.
struct TraceLimits {
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  std::optional<double> max_gap;  ///< s, between rows; without it 1.5 times the middle (median) of the intervals
};

/// Reads a comma-separated file with one line of names: the first column is `time_s` (seconds) or `time` (ISO 8601),
/// each other column holds values; empty lines and lines that begin with # are left out. Throws InputError with every
/// line and column where a number is missing, no number, not finite or out of the limits, where times do not
/// increase and where there is a gap.
WorkloadTrace read_workload_trace(const std::string& path, const TraceLimits& limits = {});

/// Reads the file of a trace into its specification, with the limits which the specification sets.
void fill_trace(TraceSpec& spec, const DevicePower& power, const std::string& path, std::optional<double> max_gap = {});

/// Reads a log of requests with the columns TIMESTAMP (ISO 8601), ContextTokens and GeneratedTokens, as in the Azure
/// public dataset (2023); times count from the first request. Throws InputError as above; equal times are in order.
std::vector<TokenRequest> read_token_log(const std::string& path);

}  // namespace wattloop
