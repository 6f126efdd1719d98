#pragma once
// A case file as the program runs it.

#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case_workload.h"
#include "io/document.h"
#include "io/errors.h"
#include "io/extends.h"
#include "io/reader.h"
#include "io/record_rules.h"
#include "io/tariff.h"
#include "io/weather.h"
#include "meshes/network.h"
#include "models/workload.h"

namespace wattloop {

/// The version of the case format that this program reads: the first key of every case, `wattloop: 1`.
inline constexpr int case_version = 1;

/// How a case is run.
struct RunSettings {
  double start = 0.0;               ///< s, UTC
  double duration = 86400.0;        // s
  double record_interval = 60.0;    // s
  double forcing_interval = 15.0;   // s: the workload's mean power is held over it
  double sample_interval = 15.0;    // s: grid of the sequences
  bool sampled_controllers = true;  ///< controllers with a sample time are sampled, not continuous
  double tolerance = 0.05;          // K
  std::uint64_t seed = 1;
  bool symmetry = true;  ///< solve copies once that nothing tells apart
};

/// Something that happens at a time: an input takes a value, or that of the case again, or a unit fails or is repaired.
struct CaseEvent {
  enum class Kind { set, restore, fail, repair };
  double time = 0.0;  ///< s from the start of the run
  Kind kind = Kind::set;
  std::string path;
  std::string value;      ///< with its unit, for `set`; in words with a share
  Origin origin;          ///< of the path
  Origin value_origin{};  ///< of the value
  double share = NAN;     ///< `dip`, one way to set: of the value of the case
};

struct Calibration;
struct Connection;

struct Case {
  std::string name, description;
  std::string file, text;       ///< as read
  std::vector<BaseFile> bases;  ///< the files it extends, the nearest first
  std::vector<std::pair<std::string, std::string>> overrides;
  WeatherSite site;
  RunSettings run;
  NetworkDefinition network;
  std::optional<WorkloadSpec> workload;  ///< racks is filled in when the network is known
  std::vector<Places> jobs;              ///< where each job of the workload stands
  Places places;                         ///< where each section stands: "weather", "run", ...
  std::optional<Weather> weather;
  std::vector<CaseEvent> events;
  std::vector<RecordRule> record_rules;
  std::optional<Tariff> tariff;
  std::optional<CarbonIntensity> carbon;
  std::shared_ptr<const Calibration> calibration;  ///< null: none
  std::shared_ptr<const Connection> connection;    ///< null: none
  std::vector<SourceNote> sources;                 ///< of catalogue values, with their confidence
};

/// The file itself, or case.yaml of a directory. Throws InputError if there is none in it.
std::filesystem::path find_case(const std::filesystem::path& path);

/// Reads a case, a file or a directory that holds a case.yaml, with `--set` overrides. Throws InputError with
/// everything that is wrong with its files.
Case read_case(const std::filesystem::path& path,
               const std::vector<std::pair<std::string, std::string>>& overrides = {});

/// The same from a document that stands for `file`: other files that it names are sought beside that one.
Case read_case(Document document, const std::filesystem::path& file, const Catalog& catalog);

/// Settings that run a case over the calendar year of its start: steps of an hour, copies of a part merged (resolution
/// "plant"), staged units without turns, with the built-in year where the case's weather is one day for ever.
std::vector<std::pair<std::string, std::string>> year_settings(const Case& description);

/// A problem at a place of the input.
InputProblem problem_of(const Origin& origin, std::string what, std::string got = {}, std::string allowed = {});

/// The problems of a network as problems of its input.
InputError input_error(const NetworkError& error);

/// The problems of a workload ("jobs[2].period") as problems of the case's jobs. Racks count from 1, as in the case.
InputError workload_error(const Case& description, const WorkloadError& error);

}  // namespace wattloop
