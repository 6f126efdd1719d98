#include "io/tariff.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "io/case_workload.h"
#include "io/civil_time.h"
#include "io/text_table.h"

namespace wattloop {

namespace {

constexpr double g_per_kwh = 1e-3 / 3.6e6;  // kg/J

/// "14:00" as seconds of the day.
double read_time_of_day(Reader& reader, const char* key) {
  const std::string text = reader.text(key);
  const auto time = parse_time("1970-01-01T" + text, 0.0);
  if (!time && !text.empty()) reader.report("not a time of day", text, "as in 14:00", key);
  return time.value_or(0.0);
}

/// Columns `time` and `gco2_per_kwh`, rows in order of time.
CarbonIntensity read_carbon_file(const std::string& path, double utc_offset) {
  constexpr double highest = 3000.0;  // g/kWh: no fuel gives more
  const std::vector<std::string> lines = read_lines(path);
  FileProblems problems(path);
  CarbonIntensity carbon;
  bool has_header = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i].front() == '#') continue;
    const int line = static_cast<int>(i) + 1;
    if (!has_header) problems.require_commas(line, lines[i]);
    const std::vector<TextField> fields = split_fields(lines[i]);
    if (fields.size() != 2) {
      problems.add(line, 1, "wrong number of fields", fmt::format("{}", fields.size()), "2");
      continue;
    }
    if (!std::exchange(has_header, true)) {
      if (fields[0].text != "time" || fields[1].text != "gco2_per_kwh")
        problems.add(line, 1, "not the columns of a carbon file", shown(lines[i]), "time,gco2_per_kwh");
      continue;
    }
    const auto time = parse_time(fields[0].text, utc_offset);
    const auto value = parse_number(fields[1].text);
    if (!time) problems.add(line, fields[0].column, "not a time", shown(fields[0].text), "ISO 8601, 2026-07-15T06:00");
    if (!value || *value < 0.0 || *value > highest)
      problems.add(line, fields[1].column, value ? "out of range" : "not a number", shown(fields[1].text),
                   fmt::format("0 to {} g/kWh", highest));
    if (!time || !value) continue;
    if (!carbon.time.empty() && *time <= carbon.time.back())
      problems.add(line, fields[0].column, "time goes back", shown(fields[0].text), "times in order");
    carbon.time.push_back(*time);
    carbon.value.push_back(*value * g_per_kwh);
  }
  if (carbon.time.empty() && problems.empty())
    problems.add(0, 0, "no rows of values", "", "time,gco2_per_kwh and rows");
  problems.throw_if_any();
  return carbon;
}

}  // namespace

const TariffPeriod* Tariff::period(double second_of_day) const {
  for (const TariffPeriod& p : time_of_use) {
    const bool is_after = second_of_day >= p.from, is_before = second_of_day < p.to;
    if (p.from < p.to ? is_after && is_before : is_after || is_before) return &p;
  }
  return nullptr;
}

double CarbonIntensity::at(double t) const {
  const auto after = std::upper_bound(time.begin(), time.end(), t);
  return value[after == time.begin() ? 0 : static_cast<std::size_t>(after - time.begin()) - 1];
}

std::optional<Tariff> read_tariff(Reader& document) {
  constexpr double kg_per_m3 = 1000.0;  // make-up is metered by volume
  if (!document.has("tariff")) return std::nullopt;
  Reader reader = document.child("tariff");
  Tariff tariff;
  tariff.currency = reader.text("currency", "USD");
  tariff.energy = reader.quantity("energy", "1/J", not_negative, 0.0);
  tariff.demand = reader.quantity("demand", "1/W", not_negative, 0.0);
  tariff.water = reader.quantity("water", "1/m3", not_negative, 0.0) / kg_per_m3;
  if (reader.has("time_of_use"))
    for (auto& [name, period] : reader.child("time_of_use").entries()) {
      const double from = read_time_of_day(period, "from"), to = read_time_of_day(period, "to");
      if (from == to) period.report("a period of no length", "", "two times of day");
      tariff.time_of_use.push_back({name, from, to, period.quantity("energy", "1/J", not_negative)});
      period.finish();
    }
  reader.finish();
  return tariff;
}

std::optional<CarbonIntensity> read_carbon(Reader& document, const std::filesystem::path& directory,
                                           double utc_offset) {
  if (!document.has("carbon")) return std::nullopt;
  Reader reader = document.child("carbon");
  CarbonIntensity carbon{{0.0}, {0.0}};
  if (!reader.has("file")) {
    carbon.value = {reader.quantity("intensity", "kg/J", not_negative)};
  } else if (const std::string file = reader.text("file"); !file.empty()) {
    try {
      carbon = read_carbon_file(find_file(directory, file).string(), utc_offset);
    } catch (const InputError& error) {
      reader.report_file(error, "file");
    }
  }
  reader.finish();
  return carbon;
}

}  // namespace wattloop
