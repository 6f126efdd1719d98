// The table and the dataset of a sweep.

#include "io/sweep_results.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "io/hdf5_writer.h"

namespace wattloop {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int fine = 0, failed = 1, not_run = 2;
constexpr const char* status_names[] = {"fine", "failed", "not_run"};

int status_of(const std::optional<MemberResult>& result) {
  return !result ? not_run : result->error.empty() ? fine : failed;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += c;
    result += c == '\n' ? ' ' : c;
  }
  return result + '"';
}

std::string cell_of(const StudyParameter& p, const StudyPoint& point, std::size_t k) {
  return p.is_numeric() || p.labels.empty() ? point.texts[k] : p.label(point.levels[k]);
}

/// The parts of a dataset that hang together: dimensions, and what lies along them.
class Dataset {
 public:
  Dataset(const std::string& path, const Study& study, const SweepResults& results)
      : study_(study), results_(results), file_(hdf5::create_file(path)) {}

  void write(const std::string& id) {
    hdf5::write_attribute(file_, "title", study_.name);
    hdf5::write_attribute(file_, "design", std::string(to_string(study_.design)));
    hdf5::write_attribute(file_, "study_id", id);
    // No variable: xarray reduces those along a dimension, and a text has no mean.
    hdf5::write_attribute(file_, "study", study_.text);
    hdf5::write_attribute(file_, "source", std::string("wattloop ") + WATTLOOP_VERSION);
    if (study_.design == Study::Design::grid)
      add_grid();
    else
      add_members();
    add_results();
    scales_.clear();
    file_.close("sweep.h5");
  }

 private:
  void describe(hid_t dataset, const StudyParameter& p) {
    if (!p.is_numeric()) return;
    if (p.is_time) {
      std::string start = format_time(p.epoch);
      start.pop_back();
      start[start.find('T')] = ' ';
      hdf5::write_attribute(dataset, "units", "hours since " + start);
      hdf5::write_attribute(dataset, "calendar", std::string("standard"));
    } else {
      hdf5::write_attribute(dataset, "units", p.unit);
    }
    std::string paths;
    for (const std::string& path : p.paths) paths += (paths.empty() ? "" : ", ") + path;
    hdf5::write_attribute(dataset, "long_name", paths);
  }

  hdf5::Handle numbers(const std::string& name, const std::vector<double>& values) {
    const double fill = none;
    hdf5::Handle dataset = hdf5::create_dataset(file_, name, H5T_IEEE_F64LE, sizes_, hdf5::Storage::compressed, &fill);
    hdf5::write_rows(dataset, 0, sizes_[0], H5T_NATIVE_DOUBLE, values.data());
    return dataset;
  }

  /// A dimension with its coordinates.
  void add_scale(const StudyParameter& p) {
    std::vector<double> numbers_of;
    std::vector<std::string> labels;
    for (std::size_t level = 0; level < p.levels(); ++level)
      p.is_numeric() ? numbers_of.push_back(p.number(level)) : labels.push_back(p.label(level));
    sizes_ = {p.levels()};
    hdf5::Handle scale = p.is_numeric() ? numbers(p.name, numbers_of) : hdf5::write_strings(file_, p.name, labels);
    describe(scale, p);
    hdf5::make_scale(scale, p.name);
    scales_.push_back(std::move(scale));
  }

  void add_grid() {
    std::vector<hsize_t> sizes;
    for (const StudyParameter& p : study_.parameters) {
      add_scale(p);
      sizes.push_back(p.levels());
    }
    sizes_ = sizes;
  }

  void add_members() {
    const std::size_t n = results_.size();
    std::vector<double> count(n);
    for (std::size_t i = 0; i < n; ++i) count[i] = static_cast<double>(i + 1);
    sizes_ = {n};
    hdf5::Handle scale = numbers("member", count);
    hdf5::make_scale(scale, "member");
    scales_.push_back(std::move(scale));
    std::vector<StudyPoint> points;
    for (std::size_t i = 0; i < n; ++i) points.push_back(study_.point(i));
    if (!study_.names.empty()) attach(hdf5::write_strings(file_, "name", study_.names), "name");
    for (std::size_t k = 0; k < study_.parameters.size(); ++k) {
      const StudyParameter& p = study_.parameters[k];
      std::vector<double> values;
      std::vector<std::string> labels;
      for (const StudyPoint& point : points)
        p.is_numeric() ? values.push_back(point.numbers[k]) : labels.push_back(cell_of(p, point, k));
      hdf5::Handle dataset = p.is_numeric() ? numbers(p.name, values) : hdf5::write_strings(file_, p.name, labels);
      describe(dataset, p);
      attach(std::move(dataset), p.name);
    }
  }

  /// Puts a variable along the member, as a coordinate of the others.
  void attach(const hdf5::Handle& dataset, const std::string& name) {
    attach_scales(dataset);
    coordinates_ += (coordinates_.empty() ? "" : " ") + name;
  }

  void attach_scales(hid_t dataset) {
    std::vector<hid_t> scales(scales_.begin(), scales_.end());
    hdf5::attach_scales(dataset, scales);
    if (!coordinates_.empty() && dataset != scales.front() && is_variable_)
      hdf5::write_attribute(dataset, "coordinates", coordinates_);
  }

  void add_results() {
    is_variable_ = true;
    const std::size_t n = results_.size();
    for (std::size_t m = 0; m < study_.metrics.size(); ++m) {
      std::vector<double> values(n, none);
      for (std::size_t i = 0; i < n; ++i)
        if (results_[i]) values[i] = results_[i]->metrics[m];
      const hdf5::Handle dataset = numbers(study_.metrics[m].name, values);
      hdf5::write_attribute(dataset, "long_name", study_.metrics[m].path);
      attach_scales(dataset);
    }
    std::vector<double> status, seconds;
    std::vector<std::string> reasons;
    for (const auto& result : results_) {
      status.push_back(status_of(result));
      seconds.push_back(result ? result->seconds : none);
      reasons.push_back(result ? result->error : "");
    }
    const hdf5::Handle state = hdf5::create_dataset(file_, "status", H5T_STD_I8LE, sizes_, hdf5::Storage::compressed);
    hdf5::write_rows(state, 0, sizes_[0], H5T_NATIVE_DOUBLE, status.data());
    hdf5::write_attribute(state, "flag_meanings", std::string("0 fine, 1 failed, 2 not run"));
    attach_scales(state);
    const hdf5::Handle wall = numbers("wall_s", seconds);
    hdf5::write_attribute(wall, "units", std::string("s"));
    attach_scales(wall);
    attach_scales(hdf5::write_strings(file_, "reason", reasons, sizes_));
  }

  const Study& study_;
  const SweepResults& results_;
  hdf5::Handle file_;
  std::vector<hsize_t> sizes_;
  std::vector<hdf5::Handle> scales_;
  std::string coordinates_;
  bool is_variable_ = false;
};

}  // namespace

std::string to_csv(const Study& study, const SweepResults& results) {
  std::string text = study.names.empty() ? "member" : "member,name";
  for (const StudyParameter& p : study.parameters) text += "," + quoted(p.name);
  text += ",status";
  for (const StudyMetric& metric : study.metrics) text += "," + quoted(metric.name);
  text += ",wall_s,reason\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const StudyPoint point = study.point(i);
    text += std::to_string(i + 1);
    if (!study.names.empty()) text += "," + quoted(study.names[i]);
    for (std::size_t k = 0; k < study.parameters.size(); ++k)
      text += "," + quoted(cell_of(study.parameters[k], point, k));
    text += fmt::format(",{}", status_names[status_of(results[i])]);
    for (std::size_t m = 0; m < study.metrics.size(); ++m) {
      const double value = results[i] ? results[i]->metrics[m] : none;
      text += std::isfinite(value) ? fmt::format(",{}", value) : ",";
    }
    text += results[i] ? fmt::format(",{:.6f},{}\n", results[i]->seconds, quoted(results[i]->error)) : ",,\n";
  }
  return text;
}

void write_dataset(const std::string& path, const Study& study, const SweepResults& results, const std::string& id) {
  Dataset(path, study, results).write(id);
}

}  // namespace wattloop
