#pragma once
// Checkpoints of a run on disk.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/errors.h"

namespace wattloop {

class Network;
class Twin;

/// The state of a run at an instant, as an Archive holds it.
struct Checkpoint {
  double time = 0.0;        ///< s from the start of the run
  std::string fingerprint;  ///< of the case and how it is run
  std::string state;
};

/// Where a run keeps the checkpoint that it would go on from, and those that it keeps to be branched from.
std::string checkpoint_path(const std::string& directory);
std::string kept_checkpoint_path(const std::string& directory, double time);
/// Checkpoints in a directory with a time of at most `time`, the latest first.
std::vector<std::string> checkpoints_until(const std::string& directory, double time);
/// Removes what a kill has left of one that was being written.
void remove_unfinished_checkpoints(const std::string& directory);

/// Replaces the file in one step, when all of the new one is on the device. Throws std::runtime_error with the reason
/// if it cannot be written; the file is then as it was. `time` in s.
void write_checkpoint(const std::string& path, double time, const std::string& fingerprint, std::string_view state);

/// Throws InputError if it is not a whole checkpoint of this program and of the case with this fingerprint.
Checkpoint read_checkpoint(const std::string& path, const std::string& fingerprint);

/// 16 hexadecimal digits of everything that decides a run: files of the case and settings, what has become of them
/// (parts, wiring, parameters, weather, workload), and the integrator. To be taken before the run begins.
std::string fingerprint(Twin& twin, bool reference);

/// The first thing in which the parts and the wiring of two networks differ, for people; empty if a state of one has
/// the unknowns of the other.
std::string network_difference(const Network& a, const Network& b);

/// The first thing in which two networks differ beyond values, for people; empty if their states fit each other.
std::string structural_difference(const Twin& a, const Twin& b);

}  // namespace wattloop
