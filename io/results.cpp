#include "io/results.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include "io/civil_time.h"
#include "io/errors.h"
#include "io/hdf5_writer.h"
#include "io/layout_file.h"
#include "io/run_file.h"

namespace wattloop {
namespace {

using hdf5::Handle;
using hdf5::Storage;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The open datasets of one record group.
struct OpenGroup {
  Handle time;
  std::vector<Handle> variables;
};

struct OpenFile {
  Handle file;
  std::vector<OpenGroup> groups;
};

std::string temporary(const std::string& path) {
  return path + ".tmp";
}

/// HDF5 does not tell why it cannot create a file; the C library does.
void require_writable(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    throw std::runtime_error(std::strerror(errno));
  }
  std::fclose(file);
}

void require_consistent(const RunFileSpec& spec) {
  for (const LayoutGroup& part : spec.layout.groups) {
    const auto group = std::find_if(spec.groups.begin(), spec.groups.end(),
                                    [&](const RecordGroup& candidate) { return candidate.name == part.group; });
    const size_t placed = part.boxes.empty() ? part.lines.size() : part.boxes.size();
    if (group == spec.groups.end()) throw std::runtime_error("the layout names no record group: " + part.group);
    if (placed != 0 && placed != group->elements.size()) {
      throw std::runtime_error(
          fmt::format("the layout places {} of the {} elements of {}", placed, group->elements.size(), part.group));
    }
  }
}

size_t capacity_of(const RunFileSpec& spec, int series) {
  return series == 0 ? spec.capacity : spec.more_capacities[static_cast<size_t>(series - 1)];
}

std::vector<size_t> capacities_of(const RunFileSpec& spec) {
  std::vector<size_t> capacities{spec.capacity};
  capacities.insert(capacities.end(), spec.more_capacities.begin(), spec.more_capacities.end());
  return capacities;
}

OpenGroup create_group(hid_t file, const RecordGroup& spec, const RunFileSpec& run, Storage storage, size_t records) {
  OpenGroup open;
  for (size_t slash = spec.name.find('/'); slash != std::string::npos; slash = spec.name.find('/', slash + 1))
    if (const std::string parent = spec.name.substr(0, slash); !hdf5::exists(file, parent))
      hdf5::create_group(file, parent);
  const Handle group = hdf5::create_group(file, spec.name);
  hdf5::write_attribute(group, "long_name", spec.shown_label());
  const bool totals = spec.element_dimension.empty();
  std::vector<hsize_t> sizes{records};
  open.time = hdf5::create_dataset(group, "time", H5T_IEEE_F64LE, sizes, storage, &nan);
  hdf5::make_scale(open.time, "time");
  hdf5::write_attribute(open.time, "units", "seconds since " + format_time(run.start_time));
  hdf5::write_attribute(open.time, "calendar", "standard");
  hdf5::write_attribute(open.time, "long_name", "time");
  std::vector<hid_t> scales{open.time};
  Handle elements;
  if (!totals) {
    elements = hdf5::write_strings(group, spec.element_dimension, spec.elements);
    hdf5::make_scale(elements, spec.element_dimension);
    hdf5::write_attribute(elements, "long_name", "name of the " + spec.element_dimension);
    scales.push_back(elements);
    sizes.push_back(spec.elements.size());
  }
  for (const Variable& variable : spec.variables) {
    Handle dataset =
        hdf5::create_dataset(group, variable.name, totals ? H5T_IEEE_F64LE : H5T_IEEE_F32LE, sizes, storage, &nan);
    hdf5::write_attribute(dataset, "units", variable.units);
    hdf5::write_attribute(dataset, "long_name", variable.long_name);
    hdf5::attach_scales(dataset, scales);
    open.variables.push_back(std::move(dataset));
  }
  return open;
}

void write_provenance(hid_t file, const Provenance& provenance) {
  const Handle group = hdf5::create_group(file, "provenance");
  for (const auto& [key, value] : provenance.entries) hdf5::write_attribute(group, key, value);
  for (const auto& [name, text] : provenance.texts) {
    hdf5::write_text(group, name, text);
    hdf5::write_attribute(hdf5::open_dataset(group, name), "fnv1a_64", fnv1a_64(text));
  }
}

void write_events(hid_t file, std::span<const EventRecord> events) {
  const Handle group = hdf5::create_group(file, "events");
  std::vector<double> times;
  std::vector<std::string> paths, whats;
  for (const EventRecord& event : events) {
    times.push_back(event.t);
    paths.push_back(event.path);
    whats.push_back(event.what);
  }
  const Handle number = hdf5::create_dimension(group, "event", events.size());
  const hsize_t sizes[] = {events.size()};
  const Handle t = hdf5::create_dataset(group, "t", H5T_IEEE_F64LE, sizes, Storage::contiguous);
  if (!times.empty()) {
    hdf5::check(H5Dwrite(t, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times.data()), "events");
  }
  hdf5::write_attribute(t, "long_name", "seconds of the run at which it happened");
  hdf5::attach_scales(t, std::vector<hid_t>{number});
  hdf5::attach_scales(hdf5::write_strings(group, "path", paths), std::vector<hid_t>{number});
  hdf5::attach_scales(hdf5::write_strings(group, "what", whats), std::vector<hid_t>{number});
}

/// Everything but the records.
OpenFile create(const RunFileSpec& spec, const std::string& path, Storage storage, const std::vector<size_t>& records,
                std::span<const EventRecord> events) {
  require_writable(path);
  OpenFile open;
  open.file = hdf5::create_file(path);
  hdf5::write_attribute(open.file, "Conventions", "CF-1.8");
  hdf5::write_attribute(open.file, "title", spec.title);
  hdf5::write_attribute(open.file, "start_time", format_time(spec.start_time, spec.utc_offset));
  hdf5::write_attribute(open.file, "start_time_seconds_since_1970", spec.start_time);
  hdf5::write_attribute(open.file, "utc_offset_seconds", spec.utc_offset);
  write_provenance(open.file, spec.provenance);
  write_events(open.file, events);
  write_layout(open.file, spec.layout);
  for (const RecordGroup& group : spec.groups) {
    open.groups.push_back(create_group(open.file, group, spec, storage, records[static_cast<size_t>(group.series)]));
  }
  return open;
}

OpenFile open_to_write(const RunFileSpec& spec) {
  OpenFile open;
  open.file = hdf5::open_file_to_write(spec.path);
  for (const RecordGroup& spec_group : spec.groups) {
    const Handle group = hdf5::open_group(open.file, spec_group.name);
    OpenGroup datasets;
    datasets.time = hdf5::open_dataset(group, "time");
    for (const Variable& variable : spec_group.variables) {
      datasets.variables.push_back(hdf5::open_dataset(group, variable.name));
    }
    open.groups.push_back(std::move(datasets));
  }
  return open;
}

bool is_contiguous(hid_t dataset) {
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose, "layout");
  return H5Pget_layout(properties) == H5D_CONTIGUOUS;
}

/// Copies the first `records` rows, as many at a time as one chunk has, so that each is compressed or inflated once.
void copy_rows(hid_t from, hid_t to, size_t records) {
  if (records == 0) return;
  const Handle properties(H5Dget_create_plist(is_contiguous(to) ? from : to), H5Pclose, "chunks");
  hsize_t chunk[2] = {1, 1};
  if (H5Pget_layout(properties) == H5D_CHUNKED) H5Pget_chunk(properties, 2, chunk);
  const std::vector<hsize_t> sizes = hdf5::dimensions(to);
  const size_t row = sizes.size() > 1 ? sizes[1] : 1;
  std::vector<double> values(chunk[0] * row);
  for (hsize_t first = 0; first < records; first += chunk[0]) {
    const hsize_t count = std::min<hsize_t>(chunk[0], records - first);
    hdf5::read_rows(from, first, count, H5T_NATIVE_DOUBLE, values.data());
    hdf5::write_rows(to, first, count, H5T_NATIVE_DOUBLE, values.data());
  }
}

void copy_records(const RunFileSpec& spec, const OpenFile& from, const OpenFile& to,
                  const std::vector<size_t>& records) {
  for (size_t g = 0; g < to.groups.size(); ++g) {
    const size_t count = records[static_cast<size_t>(spec.groups[g].series)];
    copy_rows(from.groups[g].time, to.groups[g].time, count);
    for (size_t v = 0; v < to.groups[g].variables.size(); ++v)
      copy_rows(from.groups[g].variables[v], to.groups[g].variables[v], count);
  }
}

/// Makes the file under its temporary name, lets `fill` write into it, and gives it its name. If that fails, what has
/// this name stays.
template <class Fill>
void replace(const RunFileSpec& spec, Storage storage, const std::vector<size_t>& records,
             std::span<const EventRecord> events, const Fill& fill) {
  const std::string made = temporary(spec.path);
  try {
    OpenFile file = create(spec, made, storage, records, events);
    fill(file);
    file.groups.clear();
    file.file.close("writing " + spec.path);
    std::filesystem::rename(made, spec.path);
  } catch (const std::exception& error) {
    std::error_code ignored;
    std::filesystem::remove(made, ignored);
    throw std::runtime_error(fmt::format("cannot write {}: {}", spec.path, error.what()));
  }
}

}  // namespace

std::string RecordGroup::shown_label() const {
  std::string shown = label.empty() ? name : label;
  std::replace(shown.begin(), shown.end(), '_', ' ');
  return shown;
}

std::string fnv1a_64(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211u;
  }
  return fmt::format("{:016x}", hash);
}

struct ResultsFile::Impl {
  RunFileSpec spec;
  OpenFile open;
  std::vector<size_t> records;  // of each series
  std::vector<float> rows;      // values of one variable on their way to the file
  std::vector<double> totals;   // the same of one without elements
};

ResultsFile::ResultsFile(RunFileSpec spec) : impl_(std::make_unique<Impl>()) {
  require_consistent(spec);
  impl_->spec = std::move(spec);
  impl_->records.assign(1 + impl_->spec.more_capacities.size(), 0);
  replace(impl_->spec, Storage::contiguous, capacities_of(impl_->spec), {}, [](const OpenFile&) {});
  impl_->open = open_to_write(impl_->spec);
}

ResultsFile::ResultsFile(RunFileSpec spec, std::vector<size_t> records) : impl_(std::make_unique<Impl>()) {
  require_consistent(spec);
  impl_->spec = std::move(spec);
  const std::string& path = impl_->spec.path;
  const size_t held = RunFile(path).times().size();
  if (records.size() != 1 + impl_->spec.more_capacities.size() || held < records.front())
    throw InputError({{path, 0, 0, "", "the results end before the checkpoint", fmt::format("{} records", held),
                       fmt::format("{} or more", records.front())}});
  OpenFile old = open_to_write(impl_->spec);
  const hid_t time = old.groups.front().time;
  if (!is_contiguous(time) || hdf5::dimensions(time).front() != impl_->spec.capacity) {
    replace(impl_->spec, Storage::contiguous, capacities_of(impl_->spec), {},
            [&](const OpenFile& made) { copy_records(impl_->spec, old, made, records); });
    old = open_to_write(impl_->spec);
  }
  impl_->open = std::move(old);
  impl_->records = std::move(records);
}

ResultsFile::~ResultsFile() = default;
ResultsFile::ResultsFile(ResultsFile&&) noexcept = default;
ResultsFile& ResultsFile::operator=(ResultsFile&&) noexcept = default;

const std::vector<size_t>& ResultsFile::records() const {
  return impl_->records;
}

void ResultsFile::sync() {
  hdf5::check(H5Fflush(impl_->open.file, H5F_SCOPE_LOCAL), "flushing the records");
  const int file = ::open(impl_->spec.path.c_str(), O_RDONLY);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

void ResultsFile::write(int series, double t, std::span<const std::vector<double>> values) {
  const TimedRecord record{t, values};
  write(series, {&record, 1});
}

void ResultsFile::write(int series, std::span<const TimedRecord> records) {
  Impl& self = *impl_;
  size_t& first = self.records.at(static_cast<size_t>(series));
  const size_t room = capacity_of(self.spec, series) - first;
  if (records.size() > room) {
    write(series, records.first(room));
    throw std::runtime_error(
        fmt::format("{} has room for {} records only", self.spec.path, capacity_of(self.spec, series)));
  }
  if (records.empty()) return;
  size_t place = 0;
  for (size_t g = 0; g < self.spec.groups.size(); ++g) {
    if (self.spec.groups[g].series != series) continue;
    write_group(g, place++, first, records);
  }
  hdf5::check(H5Fflush(self.open.file, H5F_SCOPE_LOCAL), "flushing records");
  std::vector<double> times;
  for (const TimedRecord& record : records) times.push_back(record.t);
  for (size_t g = 0; g < self.spec.groups.size(); ++g)
    if (self.spec.groups[g].series == series)
      hdf5::write_rows(self.open.groups[g].time, first, times.size(), H5T_NATIVE_DOUBLE, times.data());
  hdf5::check(H5Fflush(self.open.file, H5F_SCOPE_LOCAL), "flushing records");
  first += records.size();
}

/// The values of group `g`, which are at `place` in each record, from row `first` on.
void ResultsFile::write_group(size_t g, size_t place, size_t first, std::span<const TimedRecord> records) {
  Impl& self = *impl_;
  const RecordGroup& group = self.spec.groups[g];
  const size_t count = group.size();
  for (const TimedRecord& record : records)
    if (record.values[place].size() != count * group.variables.size())
      throw std::runtime_error(fmt::format("a record of {} has {} values instead of {}", group.name,
                                           record.values[place].size(), count * group.variables.size()));
  const auto rows_of = [&](size_t variable, auto& rows) {
    rows.clear();
    for (const TimedRecord& record : records) {
      const double* from = record.values[place].data() + variable * count;
      rows.insert(rows.end(), from, from + count);
    }
    return rows.data();
  };
  for (size_t v = 0; v < group.variables.size(); ++v) {
    const hid_t dataset = self.open.groups[g].variables[v];
    if (group.element_dimension.empty())
      hdf5::write_rows(dataset, first, records.size(), H5T_NATIVE_DOUBLE, rows_of(v, self.totals));
    else
      hdf5::write_rows(dataset, first, records.size(), H5T_NATIVE_FLOAT, rows_of(v, self.rows));
  }
}

void ResultsFile::finish(std::span<const EventRecord> events,
                         std::span<const std::pair<std::string, std::string>> entries) {
  Impl& self = *impl_;
  auto& provenance = self.spec.provenance.entries;
  provenance.insert(provenance.end(), entries.begin(), entries.end());
  replace(self.spec, Storage::compressed, self.records, events,
          [&](const OpenFile& packed) { copy_records(self.spec, self.open, packed, self.records); });
  self.open = {};
}

}  // namespace wattloop
