#pragma once
// What is done of a sweep, member by member, so that a kill costs only what was under way.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/ensemble.h"

namespace wattloop {

/// Results by number of the member; nothing where there is none yet.
using SweepResults = std::vector<std::optional<MemberResult>>;

/// A file of lines, one a finished member, that only grows: members.K-of-N.jsonl for the K-th of N processes. A line is
/// handed to the system in one piece as soon as its member is done, and is on the device a second later at most; what a
/// kill leaves of a line is cut off when the file is opened again.
class SweepJournal {
 public:
  /// Throws InputError if the file cannot be written or another process writes it.
  SweepJournal(const std::string& directory, const std::string& study_id, int part, int parts);
  SweepJournal(const SweepJournal&) = delete;
  SweepJournal& operator=(const SweepJournal&) = delete;
  ~SweepJournal();

  /// Members first, first + 1, ...; those that were not run are left out. Throws std::runtime_error if they cannot be
  /// written.
  void add(std::size_t first, std::span<const MemberResult> results);
  /// Returns when all is on the device.
  void sync();

 private:
  std::string path_;
  int file_ = -1;
  double synced_ = 0.0;  ///< s of the wall clock
};

/// The results of the study in all journals of a directory. Throws InputError if one of them is that of another study.
SweepResults read_journals(const std::string& directory, const std::string& study_id, std::size_t members);

/// Makes a directory ready for a sweep called `name`. Throws InputError unless it may write there: into a new or empty
/// directory, or, to resume, into one with the journals of this study.
void claim_for_sweep(const std::string& directory, const std::string& name, const std::string& study_id, bool resume);

}  // namespace wattloop
