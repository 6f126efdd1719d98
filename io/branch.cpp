// Where a run came from, and how another one goes on from one of its moments.

#include <filesystem>

#include <nlohmann/json.hpp>

#include "io/checkpoint.h"
#include "io/run.h"
#include "io/run_file.h"

namespace wattloop {

namespace {

constexpr double same_instant = 1e-6;  // s

InputError refused(const std::string& directory, std::string what, std::string got = {}, std::string allowed = {}) {
  return InputError({{directory, 0, 0, "", std::move(what), std::move(got), std::move(allowed)}});
}

}  // namespace

Case RunOrigin::read() const {
  Case description = read_case(case_path, settings);
  description.file = case_file;
  return description;
}

RunOrigin origin_of(const std::string& directory) {
  const RunFile file((std::filesystem::path(directory) / "run.h5").string());
  const auto path = file.provenance("case_path"), settings = file.provenance("settings");
  if (!path || !settings)
    throw refused(directory, "these results do not say how their run was made", "", "results of this version");
  RunOrigin origin;
  origin.case_path = *path;
  origin.case_file = file.provenance("case_file").value_or(*path);
  origin.settings = nlohmann::json::parse(*settings).get<decltype(origin.settings)>();
  origin.reference = file.provenance("integrator") == "IDA";
  origin.is_complete = file.provenance("ended") == "complete";
  origin.is_branch = file.provenance("branch_time").has_value();
  origin.fingerprint = file.provenance("fingerprint").value_or("");
  return origin;
}

std::optional<BranchPoint> branch_point(const std::string& directory, double time, const Twin& changed, Workers workers,
                                        const std::function<bool(double t, double duration)>& stop) {
  const RunOrigin origin = origin_of(directory);
  Twin twin(origin.read(), workers);
  if (const std::string difference = structural_difference(twin, changed); !difference.empty())
    throw refused(directory, "a branch changes values only: its structure is that of the run it comes from",
                  "a change of " + difference);
  BranchPoint point;
  point.time = time;
  point.origin = directory;
  point.events = twin.description().events;
  twin.system().held_values(point.held);
  const std::string own = fingerprint(twin, origin.reference);
  CaseRun run(twin, origin.reference);
  const std::vector<std::string> checkpoints = checkpoints_until(directory, time + same_instant);
  if (!checkpoints.empty()) {
    Archive archive(read_checkpoint(checkpoints.front(), own).state);
    try {
      run.archive(archive);
    } catch (const ArchiveError& error) {
      throw refused(checkpoints.front(), "the checkpoint does not fit this program", error.what());
    }
  } else if (origin.is_branch) {
    throw refused(directory, "the checkpoint with which this branch began is not here any more");
  } else if (own != origin.fingerprint) {
    throw refused(directory, "the case of this run has been changed since", own, origin.fingerprint);
  } else {
    run.start();
  }
  run.stop_if([&](double t) { return stop && stop(t, time); });
  if (!run.run(time)) return std::nullopt;
  Archive archive;
  run.archive(archive);
  point.state = archive.bytes();
  return point;
}

}  // namespace wattloop
