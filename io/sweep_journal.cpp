#include "io/sweep_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/results_directory.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double sync_interval = 1.0;  // s

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

InputError refused(const std::string& path, std::string what, std::string got = {}, std::string allowed = {}) {
  return InputError({{path, 0, 0, "", std::move(what), std::move(got), std::move(allowed)}});
}

std::string header_of(const std::string& study_id) {
  return json{{"wattloop_sweep", 1}, {"study", study_id}}.dump() + "\n";
}

/// [member, seconds, reason, metrics], numbers to their last bit.
std::string line_of(std::size_t member, const MemberResult& result) {
  json metrics = json::array();
  for (const double value : result.metrics) metrics.push_back(std::isfinite(value) ? json(value) : json(nullptr));
  return json{member, result.seconds, result.error, metrics}.dump(-1, ' ', false, json::error_handler_t::replace) +
         "\n";
}

/// Nothing where a line is not whole.
std::optional<std::pair<std::size_t, MemberResult>> parse_line(const std::string& line) {
  const json entry = json::parse(line, nullptr, false);
  if (!entry.is_array() || entry.size() != 4) return std::nullopt;
  MemberResult result;
  result.was_run = true;
  result.seconds = entry[1].get<double>();
  result.error = entry[2].get<std::string>();
  for (const json& value : entry[3]) result.metrics.push_back(value.is_null() ? std::nan("") : value.get<double>());
  return std::pair{entry[0].get<std::size_t>(), std::move(result)};
}

/// The study whose results a journal holds; empty if a kill has left less than that.
std::string study_of(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line) || in.eof()) return "";
  const json header = json::parse(line, nullptr, false);
  if (!header.is_object() || !header.contains("study")) throw refused(path.string(), "not a journal of a sweep");
  return header["study"].get<std::string>();
}

std::vector<fs::path> journals(const std::string& directory) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("members.") && name.ends_with(".jsonl")) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Bytes up to the end of the last whole line.
off_t whole_lines(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  off_t end = 0;
  for (std::string line; std::getline(in, line) && !in.eof();) end += static_cast<off_t>(line.size()) + 1;
  return end;
}

}  // namespace

SweepJournal::SweepJournal(const std::string& directory, const std::string& study_id, int part, int parts)
    : path_((fs::path(directory) / fmt::format("members.{}-of-{}.jsonl", part + 1, parts)).string()) {
  make_results_directory(directory);
  file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file_ < 0) throw refused(path_, "cannot write this file", std::strerror(errno), "a file that can be written");
  if (flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    close(file_);
    throw refused(path_, "another process is at work on this sweep", "", "one at a time");
  }
  const off_t end = whole_lines(path_);
  const std::string header = end == 0 ? header_of(study_id) : "";
  if (ftruncate(file_, end) != 0 || write(file_, header.data(), header.size()) != static_cast<ssize_t>(header.size())) {
    close(file_);
    throw refused(path_, "cannot write this file", std::strerror(errno), "a file that can be written");
  }
}

SweepJournal::~SweepJournal() {
  close(file_);
}

void SweepJournal::add(std::size_t first, std::span<const MemberResult> results) {
  std::string lines;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i].was_run) lines += line_of(first + i, results[i]);
  for (std::size_t done = 0; done < lines.size();) {
    const ssize_t n = write(file_, lines.data() + done, lines.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::runtime_error(fmt::format("cannot write {}: {}", path_, std::strerror(errno)));
    done += static_cast<std::size_t>(n);
  }
  if (wall_clock() - synced_ > sync_interval) sync();
}

void SweepJournal::sync() {
  if (fdatasync(file_) != 0) throw std::runtime_error(fmt::format("cannot write {}: {}", path_, std::strerror(errno)));
  synced_ = wall_clock();
}

SweepResults read_journals(const std::string& directory, const std::string& study_id, std::size_t members) {
  SweepResults results(members);
  for (const fs::path& path : journals(directory)) {
    const std::string id = study_of(path);
    if (id.empty()) continue;
    if (id != study_id) throw refused(path.string(), "the results of another study", id, study_id);
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line) && !in.eof()) {
      auto entry = parse_line(line);
      if (entry && entry->first < members && !results[entry->first]) results[entry->first] = std::move(entry->second);
    }
  }
  return results;
}

void claim_for_sweep(const std::string& directory, const std::string& name, const std::string& study_id, bool resume) {
  const std::vector<fs::path> found = journals(directory);
  for (const fs::path& path : found)
    if (const std::string id = study_of(path); !id.empty() && id != study_id)
      throw refused(path.string(), "the results of another study, or of this one before it was changed", id,
                    "another directory with -o");
  if (!found.empty() && !resume)
    throw refused(directory, "results of this study are here", "", "--resume to go on, or another directory with -o");
  if (found.empty()) claim_directory(directory, fmt::format("wattloop sweep of {} ({})", name, study_id));
}

}  // namespace wattloop
