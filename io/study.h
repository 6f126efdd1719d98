#pragma once
// A study: a case, what is changed in it and how, and what is wanted of each variant.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case.h"
#include "models/sampling.h"

namespace wattloop {

/// The version of the format of studies: the first key, `wattloop_study: 1`.
inline constexpr int study_version = 1;

using Settings = std::vector<std::pair<std::string, std::string>>;  ///< paths and values as `--set` takes them

/// Something of the case that a study changes: one of a list of values, or a range of numbers or times.
struct StudyParameter {
  enum class Scale { linear, logarithmic };

  std::string name;
  std::vector<std::string> paths;   ///< that take its value, all of them
  std::vector<std::string> values;  ///< as `--set` takes them; an empty one leaves what the case says
  std::vector<std::string> labels;  ///< of values that are not numbers
  std::vector<double> numbers;      ///< of values that all are, in `unit`
  std::vector<Origin> origins;      ///< of each value, or of the range
  bool is_range = false;
  double low = 0.0, high = 0.0;  ///< of a range, in `unit`
  std::size_t count = 0;         ///< levels of it, in a grid
  Scale scale = Scale::linear;
  std::string unit = "1";
  double epoch = 0.0;  ///< s, UTC: where a time begins to count, whose unit is "h"
  bool is_time = false;

  bool is_numeric() const { return is_range || !numbers.empty(); }
  std::size_t levels() const { return is_range ? count : values.size(); }
  double number(std::size_t level) const;
  std::string text(std::size_t level) const;
  const std::string& label(std::size_t level) const { return labels[level]; }
  /// Of a range, at 0 to 1 between its ends.
  double number_at(double u) const;
  std::string text_of(double number) const;
};

/// One choice of all parameters.
struct StudyPoint {
  std::vector<std::size_t> levels;  ///< of each, where it has them
  std::vector<double> numbers;      ///< not a number for values that are none
  std::vector<std::string> texts;   ///< as `--set` takes them
};

struct StudyMetric {
  std::string name, path;  ///< of the summary's JSON
  Origin origin;
};

struct StudyObjective {
  std::size_t metric = 0;
  bool is_greatest = false;
};

/// Where it runs unless the command line says otherwise.
struct StudyPlace {
  int threads = 0;                   ///< 0: all cores
  int ranks = 0;                     ///< by mpirun
  int array_tasks = 0;               ///< of a Slurm job array
  bool waits = true;                 ///< for the job
  std::vector<std::string> options;  ///< for mpirun, or lines `#SBATCH` of the job
};

struct Study {
  enum class Computes { steady, run };
  enum class Design { grid, list, random, latin_hypercube, sobol, saltelli };

  std::string name, description;
  std::string file, text;
  std::filesystem::path case_file;
  Settings changes;   ///< `--set` of the command line, to the study itself
  Settings settings;  ///< of all members
  Computes computes = Computes::steady;
  std::size_t together = 16;  ///< neighbours that advance with common steps, of runs
  Design design = Design::grid;
  std::vector<StudyParameter> parameters;
  std::vector<std::string> names;  ///< of the members of a list that has them
  std::vector<StudyMetric> metrics;
  std::vector<StudyObjective> objectives;
  StudyPlace place;
  std::uint64_t seed = 0;                  ///< of the points
  std::shared_ptr<const PointSet> points;  ///< of designs that are neither grid nor list

  /// Members; beyond 1e18 that.
  std::size_t size() const;
  StudyPoint point(std::size_t member) const;
};

const char* to_string(Study::Design design);

/// Reads a study, its file or a directory that holds a study.yaml, with `--set` changes. Throws InputError with
/// everything that is wrong with it.
Study read_study(const std::filesystem::path& path, const Settings& changes = {});

/// The parameters of a list in a CSV file: its header names paths (and `name`, if there is such a column), each row is
/// a member. Fields with commas stand in double quotes; an empty field leaves what the case says. Throws InputError.
struct MemberTable {
  std::vector<StudyParameter> parameters;
  std::vector<std::string> names;
};
MemberTable read_member_table(const std::filesystem::path& file);

/// Whether the values of a parameter are numbers of one unit or times; fills in what follows from that.
void find_numbers(StudyParameter& parameter);

}  // namespace wattloop
