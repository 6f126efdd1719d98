#include "io/ride_through_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "io/case_workload.h"
#include "io/document.h"
#include "io/run_file.h"
#include "io/workload_trace.h"

namespace wattloop {

namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

double read_time(Reader& cell) {
  return cell.as_text() == "for ever" ? for_ever : cell.as_quantity("s", positive);
}

/// What one side of a band has to be: levels rise; times rise towards the middle, which holds for ever.
struct Side {
  const char* key;
  bool rises;  ///< the times with the levels
};

void check_order(Reader& row, const Side& side, const RideThroughRow& before, const RideThroughRow& now) {
  if (now.level <= before.level)
    row.report("out of order: levels rise from row to row", fmt::format("{:.6g} after {:.6g}", now.level, before.level),
               fmt::format("more than {:.6g}", before.level));
  if (side.rises ? now.time <= before.time : now.time >= before.time)
    row.report(fmt::format("out of order: times of `{}` {} from row to row", side.key, side.rises ? "rise" : "fall"),
               fmt::format("{} s after {} s", now.time, before.time),
               fmt::format("{} than {} s", side.rises ? "more" : "less", before.time));
}

std::vector<RideThroughRow> read_side(Reader& band, const Side& side, std::string_view unit, Range range) {
  std::vector<RideThroughRow> rows;
  for (Reader& row : band.items(side.key)) {
    auto cells = row.items();
    if (cells.size() != 2) {
      row.report("a row is [level, time]", "", "as in [70 %, 0.5 s], the time may be: for ever");
      continue;
    }
    const double level = cells[0].as_quantity(unit, range);
    const RideThroughRow now{level, read_time(cells[1])};
    if (std::isnan(now.level) || std::isnan(now.time)) continue;
    if (!rows.empty()) check_order(row, side, rows.back(), now);
    rows.push_back(now);
  }
  if (!rows.empty() && (side.rises ? rows.back() : rows.front()).time != for_ever)
    band.report(fmt::format("a gap: no level of `{}` holds for ever", side.key), "",
                fmt::format("the {} row for ever", side.rises ? "last" : "first"), side.key);
  return rows;
}

RideThroughBand read_band(Reader& table, std::string_view key, std::string_view unit, Range range) {
  if (!table.has(key)) return {};
  Reader reader = table.child(key);
  RideThroughBand band;
  if (reader.has("low")) band.low = read_side(reader, {"low", true}, unit, range);
  if (reader.has("high")) band.high = read_side(reader, {"high", false}, unit, range);
  if (band.low.empty() && band.high.empty()) reader.report("a band without rows", "", "low, high or both");
  if (!band.low.empty() && !band.high.empty() && band.low.back().level >= band.high.front().level)
    reader.report("low and high overlap",
                  fmt::format("{:.6g} and {:.6g}", band.low.back().level, band.high.front().level),
                  "the last level of low below the first of high");
  reader.finish();
  return band;
}

RideThroughTable read_curve(Reader& reader, std::string name) {
  RideThroughTable table;
  table.name = std::move(name);
  if (!reader.has("voltage") && !reader.has("frequency"))
    reader.report("a table without rows", "", "voltage, frequency or both");
  table.voltage = read_band(reader, "voltage", "1", {0.0, 3.0});
  table.frequency = read_band(reader, "frequency", "Hz", {10.0, 100.0});
  table.spread = reader.quantity("spread", "1", {0.0, 0.5}, 0.0);
  reader.text("note", "");
  reader.text("source", "");
  reader.text("confidence", "");
  return table;
}

/// The racks of a table, which no other may name.
void read_racks(Reader& entry, const std::vector<RackRideThrough>& others, RackRideThrough& equipment) {
  const auto refuse = [](Reader& where, const RackRideThrough& other, const std::string& got) {
    where.report(fmt::format("racks that have the table {} already", other.table.name), got, "one table a rack");
  };
  if (!entry.has("racks")) {
    for (const RackRideThrough& other : others)
      if (other.racks.empty()) refuse(entry, other, "all that no table names");
    return;
  }
  for (Reader& range : entry.items("racks")) {
    const RackRange r = read_rack_range(range);
    for (const RackRideThrough& other : others)
      for (const RackRange& o : other.racks)
        if (r.first <= o.last && o.first <= r.last)
          refuse(range, other, fmt::format("{}-{}", std::max(r.first, o.first) + 1, std::min(r.last, o.last) + 1));
    equipment.racks.push_back(r);
  }
}

std::vector<RackRideThrough> read_tables(Reader& reader) {
  std::vector<RackRideThrough> tables;
  if (!reader.has("equipment")) {
    tables.push_back({read_curve(reader, reader.text("name", "ride-through")), {}});
    reader.finish();
    return tables;
  }
  reader.text("name", "");
  for (auto& [name, entry] : reader.child("equipment").entries()) {
    RackRideThrough equipment{read_curve(entry, name), {}};
    read_racks(entry, tables, equipment);
    entry.finish();
    tables.push_back(std::move(equipment));
  }
  reader.finish();
  return tables;
}

}  // namespace

RideThroughTable large_load_table() {
  return {"large load (assumed)",
          {{{0.0, 0.15}, {0.25, 0.25}, {0.5, 0.35}, {0.7, 1.0}, {0.8, 3.0}, {0.9, for_ever}},
           {{1.1, for_ever}, {1.15, 1.0}, {1.2, 0.5}}},
          {{{57.0, 2.0}, {57.5, 10.0}, {58.4, 540.0}, {59.4, for_ever}},
           {{60.6, for_ever}, {61.6, 540.0}, {62.5, 10.0}, {63.0, 2.0}}},
          0.0};
}

std::vector<RackRideThrough> read_ride_through(const std::string& name_or_file) {
  if (name_or_file == "itic") return {{itic_table(), {}}};
  if (name_or_file == "large_load") return {{large_load_table(), {}}};
  if (!std::filesystem::exists(name_or_file))
    throw InputError(
        {{"", 0, 0, "", "no ride-through table and no such file", name_or_file, "itic, large_load, a file"}});
  Document document = Document::parse_file(name_or_file);
  Reader reader = document.read();
  std::vector<RackRideThrough> tables = read_tables(reader);
  document.throw_if_problems();
  return tables;
}

std::vector<GridSample> read_grid_events(const std::string& path) {
  constexpr double highest_value = 100.0;  // pu or Hz: a column in volts falls out of it
  const WorkloadTrace trace = read_workload_trace(path, {0.0, highest_value, for_ever});
  const auto column = [&](const char* name) -> const std::vector<double>* {
    const auto found = std::find(trace.names.begin(), trace.names.end(), name);
    return found == trace.names.end() ? nullptr : &trace.columns[static_cast<std::size_t>(found - trace.names.begin())];
  };
  const std::vector<double>*voltage = column("v_pu"), *frequency = column("f_hz");
  if (!voltage || trace.names.size() > (frequency ? 2 : 1))
    throw InputError({{path, 1, 0, "", "not the columns of recorded dips",
                       fmt::format("{}", fmt::join(trace.names, ", ")), "time_s or time, v_pu, and f_hz or none"}});
  std::vector<GridSample> samples;
  for (std::size_t i = 0; i < trace.time.size(); ++i)
    samples.push_back(
        {trace.time[i], (*voltage)[i], frequency ? (*frequency)[i] : std::numeric_limits<double>::quiet_NaN()});
  return samples;
}

std::map<std::string, std::vector<GridSample>> read_rack_voltages(const std::string& directory) {
  const RunFile file((std::filesystem::path(directory) / "run.h5").string());
  const auto racks = std::find_if(file.groups().begin(), file.groups().end(),
                                  [](const RecordGroup& group) { return group.name == "racks"; });
  if (racks == file.groups().end())
    throw InputError({{file.path(), 0, 0, "racks", "a run without racks", "", "a run of a case with racks"}});
  std::map<std::string, std::vector<GridSample>> seen;
  for (std::size_t record = 0; record < file.times().size(); ++record) {
    const std::vector<double> V = file.values("racks", "V_feed", record);
    for (std::size_t i = 0; i < racks->elements.size(); ++i)
      seen[racks->elements[i]].push_back({file.times()[record], V[i], std::numeric_limits<double>::quiet_NaN()});
  }
  return seen;
}

}  // namespace wattloop
