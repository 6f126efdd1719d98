#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meshes/layout.h"

namespace wattloop {

/// One recorded quantity of every element of a group.
struct Variable {
  std::string name;       ///< e.g. "T_die_max"
  std::string units;      ///< SI, as UDUNITS-2 reads it; "1" without dimension
  std::string long_name;  ///< what it is, for axes and legends
};

/// Things of one kind recorded together: becomes a group of the file with the dimensions `time` and
/// `element_dimension` and float32 variables [time, element]. Without `element_dimension` the group holds totals over
/// time alone, in float64.
struct RecordGroup {
  std::string name;                   ///< e.g. "racks", "detail/hot_hour/cold_plate"
  std::string element_dimension;      ///< e.g. "rack", or empty
  std::vector<std::string> elements;  ///< their names
  std::vector<Variable> variables;
  std::string label = {};  ///< for people, e.g. "CDUs"; empty: the name, with spaces for underscores
  int series = 0;          ///< groups of one series are recorded together; 0: those of the run

  std::string shown_label() const;
  /// Values per variable.
  size_t size() const { return element_dimension.empty() ? 1 : elements.size(); }
};

/// Where a run came from. Entries become attributes of the group `provenance`, texts (the case and other files) become
/// its datasets, each with its FNV-1a hash.
struct Provenance {
  std::vector<std::pair<std::string, std::string>> entries;
  std::vector<std::pair<std::string, std::string>> texts;
};

/// Something that happened at a moment of the run.
struct EventRecord {
  double t;  ///< s since the start
  std::string path, what;
};

struct RunFileSpec {
  std::string path;   ///< of run.h5
  std::string title;  ///< of the run, one line
  std::vector<RecordGroup> groups;
  size_t capacity = 0;                       ///< number of records at most; known before a run starts
  std::vector<size_t> more_capacities = {};  ///< of the series 1, 2, ...
  double start_time = 0.0;                   ///< s since 1970-01-01T00:00:00Z
  double utc_offset = 0.0;                   ///< s by which the site's clock is ahead of UTC
  Layout layout;                             ///< of the groups that stand somewhere
  Provenance provenance;
};

/// FNV-1a hash of 64 bits (Fowler, Noll and Vo 1991; RFC 9923) as 16 hexadecimal digits.
std::string fnv1a_64(std::string_view text);

/// A record and its time, s since the start.
struct TimedRecord {
  double t = 0.0;
  std::span<const std::vector<double>> values;
};

/// Writes run.h5, laid out as netCDF-4 lays it out.
///
/// **What a kill leaves.** At any moment run.h5 is absent or a whole file that opens without repair:
/// - The file is made as run.h5.tmp with all its metadata and with every variable allocated at full size, contiguous
///   and filled with NaN, closed, and renamed to run.h5.
/// - During the run only raw data are written in place, never metadata, in the file format of HDF5 1.8, which has no
///   "open for writing" mark. The values of a record are written before its `time`: a record with a time is complete,
///   and the time of a record not yet written is NaN.
/// - `finish()` copies the records written, chunked, shuffled and deflated, to run.h5.tmp and renames it to run.h5.
/// A rename replaces a file in one step. No lock is taken: a reader may open the file during the run.
class ResultsFile {
 public:
  /// Makes the file. Throws std::runtime_error with the reason if it cannot be written or the specification is not
  /// consistent.
  explicit ResultsFile(RunFileSpec spec);
  /// Goes on with a file of the same specification after the first `records` of each series: in place if its run was
  /// cut off, in a copy with room for the others if it was finished. Throws InputError if the file does not hold that
  /// many.
  ResultsFile(RunFileSpec spec, std::vector<size_t> records);
  ~ResultsFile();
  ResultsFile(ResultsFile&&) noexcept;
  ResultsFile& operator=(ResultsFile&&) noexcept;

  /// Adds a record at `t` [s since the start] to a series: `values[g]` holds those of its group g, variable by
  /// variable, each with the group's size() elements. Throws std::runtime_error past the capacity or if a size does not
  /// fit.
  void write(int series, double t, std::span<const std::vector<double>> values);
  void write(double t, std::span<const std::vector<double>> values) { write(0, t, values); }
  /// The same for several, in much fewer calls of HDF5.
  void write(int series, std::span<const TimedRecord> records);

  /// Of each series.
  const std::vector<size_t>& records() const;

  /// Returns when the records are on the device.
  void sync();

  /// Compresses the file, cut to the records written, and adds the events and what is known at the end only (`entries`
  /// join the attributes of `provenance`). Without it (a kill, an exception) the file stays as it was during the run.
  void finish(std::span<const EventRecord> events = {},
              std::span<const std::pair<std::string, std::string>> entries = {});

 private:
  void write_group(size_t g, size_t place, size_t first, std::span<const TimedRecord> records);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wattloop
