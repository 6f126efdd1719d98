#include "io/run_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "io/civil_time.h"
#include "io/errors.h"
#include "io/hdf5_writer.h"
#include "io/layout_file.h"
#include "io/nearest.h"

namespace wattloop {
namespace {

using hdf5::Handle;

InputError refused(const std::string& file, std::string what, std::string got = {}, std::string allowed = {}) {
  return InputError({{file, 0, 0, "", std::move(what), std::move(got), std::move(allowed)}});
}

Handle open_results(const std::string& path) {
  if (!std::filesystem::exists(path)) throw refused(path, "no such file");
  try {
    return hdf5::open_file_to_read(path);
  } catch (const std::runtime_error&) {
    throw refused(path, "cannot be read", "", "run.h5 of a run");
  }
}

bool is_record_group(hid_t file, const std::string& name) {
  if (name == "geometry" || name == "provenance" || name == "events") return false;
  return hdf5::exists(file, name + "/time");
}

RecordGroup read_group(hid_t file, const std::string& name) {
  RecordGroup spec;
  spec.name = name;
  const Handle group = hdf5::open_group(file, name);
  spec.label = hdf5::read_text_attribute(group, "long_name");
  for (const std::string& member : hdf5::members(group)) {
    if (member == "time") continue;
    const Handle dataset = hdf5::open_dataset(group, member);
    if (hdf5::is_scale(dataset)) {
      spec.element_dimension = member;
      spec.elements = hdf5::read_strings(group, member);
    } else {
      spec.variables.push_back(
          {member, hdf5::read_text_attribute(dataset, "units"), hdf5::read_text_attribute(dataset, "long_name")});
    }
  }
  return spec;
}

}  // namespace

struct RunFile::Impl {
  std::string path, title;
  Handle file;
  std::vector<RecordGroup> groups;
  Layout layout;
  std::vector<double> times;
  size_t capacity = 0;
  double start_time = 0.0, utc_offset = 0.0;
};

RunFile::RunFile(const std::string& path) : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  impl_->file = open_results(path);
  const hid_t file = impl_->file;
  for (const std::string& name : hdf5::members(file)) {
    if (is_record_group(file, name)) impl_->groups.push_back(read_group(file, name));
  }
  if (impl_->groups.empty()) throw refused(path, "holds no records of a run", "", "run.h5 of a run");
  impl_->title = hdf5::read_text_attribute(file, "title");
  impl_->start_time = hdf5::read_number_attribute(file, "start_time_seconds_since_1970");
  impl_->utc_offset = hdf5::read_number_attribute(file, "utc_offset_seconds");
  impl_->layout = read_layout(file);
  // The times are written group by group: the last group has them last.
  impl_->times = hdf5::read_numbers(file, impl_->groups.back().name + "/time");
  impl_->capacity = impl_->times.size();
  const auto end = std::find_if(impl_->times.begin(), impl_->times.end(), [](double t) { return std::isnan(t); });
  impl_->times.erase(end, impl_->times.end());
}

RunFile::~RunFile() = default;

const std::string& RunFile::path() const {
  return impl_->path;
}
const std::string& RunFile::title() const {
  return impl_->title;
}
const std::vector<RecordGroup>& RunFile::groups() const {
  return impl_->groups;
}
const Layout& RunFile::layout() const {
  return impl_->layout;
}
const std::vector<double>& RunFile::times() const {
  return impl_->times;
}
size_t RunFile::capacity() const {
  return impl_->capacity;
}
double RunFile::start_time() const {
  return impl_->start_time;
}
double RunFile::utc_offset() const {
  return impl_->utc_offset;
}

std::optional<std::string> RunFile::provenance(const std::string& name) const {
  const Handle group = hdf5::open_group(impl_->file, "provenance");
  if (hdf5::exists(group, name)) return hdf5::read_text(group, name);
  if (hdf5::has_attribute(group, name)) return hdf5::read_text_attribute(group, name);
  return std::nullopt;
}

std::vector<double> RunFile::values(const std::string& group, const std::string& variable, size_t record) const {
  const std::string name = group + "/" + variable;
  if (!hdf5::exists(impl_->file, group) || !hdf5::exists(impl_->file, name)) {
    std::vector<std::string> groups, variables;
    for (const RecordGroup& g : impl_->groups) {
      groups.push_back(g.name);
      if (g.name != group) continue;
      for (const Variable& v : g.variables) variables.push_back(v.name);
    }
    if (variables.empty()) throw refused(impl_->path, "no such group", group, suggestion(group, groups));
    throw refused(impl_->path, "no such variable in " + group, variable, suggestion(variable, variables));
  }
  const Handle dataset = hdf5::open_dataset(impl_->file, name);
  const std::vector<hsize_t> sizes = hdf5::dimensions(dataset);
  std::vector<double> values(sizes.size() > 1 ? sizes[1] : 1);
  hdf5::read_rows(dataset, record, 1, H5T_NATIVE_DOUBLE, values.data());
  return values;
}

size_t RunFile::record_at(std::string_view time) const {
  const std::vector<double>& t = impl_->times;
  if (t.empty()) throw refused(impl_->path, "holds no complete record");
  if (time.empty()) return t.size() - 1;
  std::optional<double> wanted = parse_time(time, impl_->utc_offset);
  if (!wanted) {
    // A clock time alone: on the first day on which it is not before the start.
    const std::string today = format_time(impl_->start_time, impl_->utc_offset).substr(0, 10);
    wanted = parse_time(fmt::format("{}T{}", today, time), impl_->utc_offset);
    if (wanted && *wanted < impl_->start_time) *wanted += seconds_per_day;
  }
  if (!wanted) throw refused(impl_->path, "not a time", std::string(time), "as in 15:00 or 2026-07-15T15:00");
  const double seconds = *wanted - impl_->start_time;
  const auto nearest = std::min_element(
      t.begin(), t.end(), [&](double a, double b) { return std::abs(a - seconds) < std::abs(b - seconds); });
  if (std::abs(*nearest - seconds) > 0.5 * seconds_per_hour) {
    throw refused(impl_->path, "no record near this time", std::string(time),
                  fmt::format("{} to {}", format_time(impl_->start_time + t.front(), impl_->utc_offset),
                              format_time(impl_->start_time + t.back(), impl_->utc_offset)));
  }
  return static_cast<size_t>(nearest - t.begin());
}

}  // namespace wattloop
