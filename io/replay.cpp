#include "io/replay.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/checkpoint.h"
#include "io/measured_case.h"
#include "io/results.h"
#include "io/twin.h"
#include "io/unit_doubts.h"
#include "io/yaml_tree.h"
#include "solver/errors.h"

namespace wattloop {

Replay::Replay(const std::filesystem::path& case_file, Settings overrides, const std::string& data_file)
    : file_(find_case(case_file)), overrides_(std::move(overrides)) {
  text_ = Document::parse_file(file_).text();
  catalog_ = Catalog::for_case(file_);
  Document document = Document::parse_text(text_, file_.string());
  for (const auto& [path, value] : overrides_) document.set(path, value);
  case_ = read_case(std::move(document), file_, catalog_);
  if (!case_.calibration) throw no_calibration(case_);
  const std::string table = data_file.empty() ? calibration().data : data_file;
  if (table.empty())
    throw InputError(
        {problem_of(calibration().origin, "which measurements?", "", "`data` here, or a file on the command line")});
  data_ = read_telemetry(table, calibration(), case_.site.utc_offset);
  case_ = read({});
  Twin twin(read({}), 1);
  check_readings(twin);
  id_ = fnv1a_64(fmt::format("{} {} {}", WATTLOOP_VERSION, fingerprint(twin, false), read_text_file(data_.file)));
}

std::string Replay::source() const {
  return fmt::format("{} and {} ({})", file_.filename().string(), std::filesystem::path(data_.file).filename().string(),
                     id_);
}

/// Every reading is there, and what was measured is what such a quantity may be.
void Replay::check_readings(Twin& twin) {
  std::vector<std::string> units;
  for (const Telemetry::Column& column : data_.sensors) units.push_back(column.unit);
  std::vector<InputProblem> problems;
  const std::vector<SensorReading> sensors = sensors_of(calibration(), units, twin.network());
  for (std::size_t s = 0; s < sensors.size(); ++s) {
    noise_.push_back(sensors[s].noise());
    in_si(data_, data_.sensors[s], sensors[s].si_unit(), any_value, problems);
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

Case Replay::read(const Settings& settings) const {
  Document document = Document::parse_text(text_, file_.string());
  for (const auto& [path, value] : overrides_) document.set(path, value);
  for (const auto& [path, value] : settings) document.set(path, value);
  Case c = read_case(std::move(document), file_, catalog_);
  c.run.start = data_.time.front();
  c.run.duration = data_.duration();
  leave_out_records(c);
  std::vector<InputProblem> problems = drive_by(data_, *c.calibration, c);
  if (!problems.empty()) throw InputError(std::move(problems));
  return c;
}

Readings Replay::predict(const Settings& settings, const std::function<bool(double t)>& stop) const {
  Twin twin(read(settings), 1);
  std::vector<std::string> units;
  std::vector<double> times;
  for (const Telemetry::Column& column : data_.sensors) units.push_back(column.unit);
  for (const double t : data_.time) times.push_back(t - data_.time.front());
  try {
    return run_and_read(twin, sensors_of(*twin.description().calibration, units, twin.network()), times, stop);
  } catch (const SolverError& error) {
    throw SolverError(fmt::format("{}; {} begins with {}", error.what(), data_.file, first_boundaries(data_)));
  }
}

std::size_t Replay::first_row() const {
  const double begin = data_.time.front() + calibration().warm_up;
  return static_cast<std::size_t>(std::lower_bound(data_.time.begin(), data_.time.end(), begin - 1e-6) -
                                  data_.time.begin());
}

std::size_t Replay::first_held_out() const {
  const std::size_t all = data_.time.size(), first = first_row();
  const auto held_out =
      static_cast<std::size_t>(std::lround(static_cast<double>(all - first) * calibration().hold_out));
  return all - held_out;
}

ResidualStatistics residual_statistics(const std::vector<double>& measured, const std::vector<double>& model,
                                       std::size_t begin, std::size_t end) {
  ResidualStatistics s;
  s.rows = end - begin;
  if (s.rows < 2) return s;
  const auto n = static_cast<double>(s.rows);
  double sum = 0.0, squares = 0.0, level = 0.0, products = 0.0, before = 0.0;
  for (std::size_t i = begin; i < end; ++i) {
    const double e = measured[i] - model[i];
    sum += e;
    squares += e * e;
    level += measured[i];
    if (i > begin) products += e * before;
    before = e;
    if (std::abs(e) > std::abs(s.worst)) s.worst = e, s.worst_row = i;
  }
  s.mean = sum / n;
  s.rmse = std::sqrt(squares / n);
  const double mean_measured = std::abs(level) / n;
  s.cv_rmse = std::sqrt(squares / (n - 1.0)) / mean_measured;
  s.nmbe = sum / (n - 1.0) / mean_measured;
  s.autocorrelation = squares > 0.0 ? products / squares : 0.0;
  return s;
}

ReplayReport replay(const Replay& model, const std::function<bool(double t)>& stop) {
  ReplayReport report;
  report.readings = model.predict({}, stop);
  for (std::size_t s = 0; s < report.readings.size(); ++s)
    report.sensors.push_back(residual_statistics(model.data().sensors[s].values, report.readings[s], model.first_row(),
                                                 model.data().time.size()));
  report.doubts = unit_doubts(model, report.readings, report.sensors, report.sensors);
  return report;
}

}  // namespace wattloop
