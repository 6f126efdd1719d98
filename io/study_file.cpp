// A study in YAML.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "io/document.h"
#include "io/nearest.h"
#include "io/study.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

Origin origin_of(const Reader& reader, std::string_view key = {}) {
  const InputProblem here = reader.problem("", "", "", key);
  return {here.file, here.line, here.column, here.path};
}

/// A single text as it is, anything else as YAML: what `--set` takes.
std::string setting_text(Reader& reader) {
  return reader.is_mapping() || reader.is_list() ? reader.as_yaml() : reader.as_text();
}

void read_values(Reader& values, StudyParameter& p) {
  const auto add = [&](std::string label, Reader& value) {
    p.values.push_back(setting_text(value));
    p.origins.push_back(origin_of(value));
    if (!label.empty()) p.labels.push_back(std::move(label));
  };
  if (values.is_mapping())
    for (auto& [label, value] : values.entries()) add(label, value);
  else
    for (Reader& value : values.items()) add("", value);
  if (p.values.empty()) values.report("no values", "", "a list of them, or a mapping of labels to them");
  if (p.labels.empty()) find_numbers(p);
}

/// The ends of a range: numbers of one unit, or times.
void read_range(Reader& reader, StudyParameter& p, bool is_grid) {
  StudyParameter ends;
  for (const char* key : {"from", "to"}) ends.values.push_back(reader.text(key));
  if (ends.values[0].empty() || ends.values[1].empty()) return;
  find_numbers(ends);
  if (ends.numbers.size() != 2)
    return reader.report("no range", ends.values[0] + " to " + ends.values[1],
                         "two numbers with the same unit, or two times", "from");
  p.is_range = true;
  p.low = ends.numbers[0];
  p.high = ends.numbers[1];
  p.unit = ends.unit;
  p.is_time = ends.is_time;
  p.epoch = ends.epoch;
  p.origins.push_back(origin_of(reader, "from"));
  if (reader.choice("scale", {"linear", "log"}, "linear") == "log") {
    p.scale = StudyParameter::Scale::logarithmic;
    if (!(p.low * p.high > 0.0)) reader.report("a logarithmic range on both sides of zero", "", "", "scale");
  }
  constexpr long most = 1'000'000'000;
  if (is_grid) p.count = static_cast<std::size_t>(reader.integer("count", 1, most));
}

StudyParameter read_parameter(const std::string& name, Reader& reader, Study::Design design) {
  StudyParameter p;
  p.name = name;
  if (reader.has("path") && reader.child("path").is_list())
    p.paths = reader.texts("path");
  else
    p.paths = {reader.text("path")};
  if (reader.has("values")) {
    Reader values = reader.child("values");
    read_values(values, p);
  } else if (design == Study::Design::list) {
    reader.report("a list has values", "", "values: [...], as many as the other parameters");
  } else {
    read_range(reader, p, design == Study::Design::grid);
  }
  reader.finish();
  return p;
}

Study::Design read_design(Reader& document, const fs::path& directory, Study& study, std::vector<std::string>& sizes) {
  if (!document.has("design")) return Study::Design::grid;
  Reader reader = document.child("design");
  const std::vector<std::string> names{"grid", "list", "random", "latin_hypercube", "sobol", "saltelli"};
  const std::string name = reader.choice("type", names, "grid");
  const auto found = std::find(names.begin(), names.end(), name);
  const auto design = static_cast<Study::Design>(found == names.end() ? 0 : found - names.begin());
  if (design == Study::Design::list && reader.has("file")) try {
      MemberTable table = read_member_table(find_file(directory, reader.text("file")));
      study.parameters = std::move(table.parameters);
      study.names = std::move(table.names);
    } catch (const InputError& error) {
      reader.report_file(error, "file");
    }
  constexpr long most = 1'000'000'000'000;
  if (design > Study::Design::list) {
    const char* key = design == Study::Design::saltelli ? "base" : "members";
    sizes = {std::to_string(reader.integer(key, 1, most)), std::to_string(reader.integer("seed", 0, 1L << 62, 1))};
  }
  reader.finish();
  return design;
}

void read_metrics(Reader& document, Study& study) {
  const auto add = [&](const std::string& name, const std::string& path, const Reader& reader) {
    study.metrics.push_back({name, path, origin_of(reader)});
  };
  if (!document.has("metrics")) {
    std::vector<std::string> paths{"pue",
                                   "wue_l_per_kwh",
                                   "power.it_mw",
                                   "power.grid_mw",
                                   "hottest_gpu.temperature_degC",
                                   "hottest_gpu.throttle_share",
                                   "peak_make_up_m3_per_h",
                                   "closure.energy"};
    if (study.computes == Study::Computes::run)
      for (const char* column : {"warned", "throttled", "off", "not_back", "lost_rack_s"})
        paths.push_back(fmt::format("consequences.areas.site.{}", column));
    for (const std::string& path : paths) study.metrics.push_back({path, path, {}});
    return;
  }
  Reader metrics = document.child("metrics");
  if (metrics.is_mapping())
    for (auto& [name, reader] : metrics.entries()) add(name, reader.as_text(), reader);
  else
    for (Reader& reader : metrics.items())
      if (const std::string path = reader.as_text(); !path.empty()) add(path, path, reader);
  if (study.metrics.empty()) metrics.report("no metrics", "", "paths in the summary's JSON: pue, power.it_mw, ...");
}

void read_objectives(Reader& document, Study& study) {
  if (!document.has("objectives")) return;
  std::vector<std::string> names;
  for (const StudyMetric& metric : study.metrics) names.push_back(metric.name);
  Reader objectives = document.child("objectives");
  for (auto& [name, reader] : objectives.entries()) {
    const std::string aim = reader.as_text();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) reader.report("not a metric of this study", name, suggestion(name, names));
    if (aim != "least" && aim != "greatest") reader.report("not an aim", aim, "least or greatest");
    if (found != names.end())
      study.objectives.push_back({static_cast<std::size_t>(found - names.begin()), aim == "greatest"});
  }
}

void read_place(Reader& document, StudyPlace& place) {
  if (!document.has("runs_on")) return;
  constexpr long most = 100'000;
  Reader reader = document.child("runs_on");
  place.threads = static_cast<int>(reader.integer("threads", 1, 1024, 0));
  if (reader.has("mpirun") && reader.has("slurm"))
    reader.report("a study runs by mpirun or by Slurm", "both", "one of them");
  if (reader.has("mpirun")) {
    Reader mpi = reader.child("mpirun");
    place.ranks = static_cast<int>(mpi.integer("ranks", 1, most));
    if (mpi.has("options")) place.options = mpi.texts("options");
    mpi.finish();
  } else if (reader.has("slurm")) {
    Reader slurm = reader.child("slurm");
    place.array_tasks = static_cast<int>(slurm.integer("tasks", 1, most));
    place.waits = slurm.boolean("wait", true);
    if (slurm.has("options")) place.options = slurm.texts("options");
    slurm.finish();
  }
  reader.finish();
}

void read_parameters(Reader& document, Study& study) {
  if (!document.has("parameters")) {
    if (study.parameters.empty())
      document.report("a study changes something", "", "parameters: {name: {path, values}}");
    return;
  }
  Reader parameters = document.child("parameters");
  if (!study.parameters.empty()) parameters.report("the parameters are the columns of the table", "", "no others");
  std::map<std::string, std::string> taken;  // path -> parameter
  for (auto& [name, reader] : parameters.entries()) {
    StudyParameter p = read_parameter(name, reader, study.design);
    for (const std::string& path : p.paths)
      if (const auto [first, is_new] = taken.emplace(path, name); !is_new && !path.empty())
        reader.report("two parameters of one path", path, fmt::format("one (it is that of {})", first->second));
    if (study.design == Study::Design::list && !study.parameters.empty() &&
        p.values.size() != study.parameters.front().values.size())
      reader.report("another number of values than the first parameter", std::to_string(p.values.size()),
                    std::to_string(study.parameters.front().values.size()), "values");
    for (const StudyMetric& metric : study.metrics)
      if (metric.name == name) reader.report("a parameter and a metric of one name", name, "two names");
    study.parameters.push_back(std::move(p));
  }
  if (parameters.is_mapping() && study.parameters.empty()) parameters.report("no parameters");
}

/// A Latin hypercube that is made when it is first looked at: it takes memory and time, and a study is counted before.
class LatePoints final : public PointSet {
 public:
  LatePoints(std::size_t n, std::size_t d, std::uint64_t seed) : size_(n), d_(d), seed_(seed) {}
  std::size_t size() const override { return size_; }
  std::vector<double> point(std::size_t i) const override {
    std::call_once(is_made_, [this] { points_ = latin_hypercube_points(size_, d_, seed_); });
    return points_->point(i);
  }

 private:
  std::size_t size_, d_;
  std::uint64_t seed_;
  mutable std::once_flag is_made_;
  mutable std::unique_ptr<PointSet> points_;
};

std::shared_ptr<const PointSet> make_points(Reader& document, Study& study, const std::vector<std::string>& sizes) {
  if (study.design <= Study::Design::list || study.parameters.empty()) return nullptr;
  const std::size_t n = std::stoull(sizes[0]), d = study.parameters.size();
  const std::uint64_t seed = study.seed = std::stoull(sizes[1]);
  constexpr std::size_t most_in_memory = 100'000'000;
  const std::size_t most = study.design == Study::Design::saltelli ? most_sobol_dimensions / 2 : most_sobol_dimensions;
  if (study.design >= Study::Design::sobol && d > most)
    document.report("more parameters than the sequence has", std::to_string(d), fmt::format("at most {}", most));
  else if (study.design == Study::Design::latin_hypercube && n > most_in_memory)
    document.report("more members than this design holds", sizes[0], fmt::format("at most {}", most_in_memory));
  else if (study.design == Study::Design::random)
    return random_points(n, d, seed);
  else if (study.design == Study::Design::latin_hypercube)
    return std::make_shared<LatePoints>(n, d, seed);
  else if (study.design == Study::Design::sobol)
    return sobol_points(n, d);
  else
    return saltelli_points(n, d);
  return nullptr;
}

fs::path find_study(const fs::path& path) {
  if (!fs::is_directory(path)) return path;
  if (fs::exists(path / "study.yaml")) return path / "study.yaml";
  throw InputError({{path.string(), 0, 0, "", "a directory without a study.yaml", "", "a study, or its directory"}});
}

}  // namespace

Study read_study(const fs::path& path, const Settings& changes) {
  Study study;
  const fs::path file = find_study(path);
  Document document = Document::parse_file(file);
  study.file = file.string();
  study.text = document.text();
  study.changes = changes;
  for (const auto& [key, value] : changes) document.set(key, value);
  Reader reader = document.read();
  if (!reader.is_mapping() || !reader.has("wattloop_study"))
    throw InputError({reader.problem("a study begins with the version of its format", "",
                                     fmt::format("wattloop_study: {}", study_version))});
  reader.integer("wattloop_study", study_version, study_version);
  study.name = reader.text("name", fs::absolute(file).parent_path().filename().string());
  study.description = reader.text("description", "");
  if (const std::string name = reader.text("case"); !name.empty()) try {
      study.case_file = find_case(find_file(file.parent_path(), name));
      if (!fs::exists(study.case_file)) reader.report("no such case", name, "a case file, or its directory", "case");
    } catch (const InputError& error) {
      reader.report_file(error, "case");
    }
  study.computes =
      reader.choice("computes", {"steady", "run"}, "steady") == "run" ? Study::Computes::run : Study::Computes::steady;
  study.together = static_cast<std::size_t>(reader.integer("together", 1, 1024, 16));
  if (reader.has("set")) {
    Reader set = reader.child("set");
    for (auto& [key, value] : set.entries()) study.settings.emplace_back(key, setting_text(value));
  }
  read_metrics(reader, study);
  read_objectives(reader, study);
  std::vector<std::string> sizes;
  study.design = read_design(reader, file.parent_path(), study, sizes);
  read_parameters(reader, study);
  read_place(reader, study.place);
  reader.finish();
  document.throw_if_problems();
  study.points = make_points(reader, study, sizes);
  document.throw_if_problems();
  return study;
}

}  // namespace wattloop
