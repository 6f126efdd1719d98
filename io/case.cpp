#include "io/case.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "io/calibration.h"
#include "io/case_network.h"
#include "io/case_sections.h"
#include "io/case_workload.h"
#include "io/civil_time.h"
#include "io/connection.h"
#include "io/nearest.h"
#include "models/dip.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

bool is_extreme_day(const std::string& start) {
  return start == "hottest_day" || start == "coldest_day";
}

RunSettings read_run(Reader& document, const WeatherSite& site, Resolution& resolution) {
  RunSettings run;
  run.start = *parse_time("2026-07-15T00:00", site.utc_offset);
  if (!document.has("run")) return run;
  Reader reader = document.child("run");
  const std::string start = reader.text("start", "2026-07-15T00:00");
  if (const auto t = parse_time(start, site.utc_offset))
    run.start = *t;
  else if (!is_extreme_day(start))
    reader.report("not a time", start, "as in 2026-07-15T00:00, site standard time; hottest_day, coldest_day", "start");
  run.duration = reader.quantity("duration", "s", positive, run.duration);
  run.record_interval = reader.quantity("record_interval", "s", positive, run.record_interval);
  run.forcing_interval = reader.quantity("forcing_interval", "s", positive, run.forcing_interval);
  run.sample_interval = reader.quantity("sample_interval", "s", positive, run.sample_interval);
  run.sampled_controllers = reader.boolean("sampled_controllers", true);
  run.tolerance = reader.quantity("tolerance", "delta_K", {1e-6, 10.0}, run.tolerance);
  constexpr double most_records = 1e7;
  if (run.duration / run.record_interval > most_records)
    reader.report("too many records", fmt::format("{:.3g}", run.duration / run.record_interval),
                  fmt::format("at most {:.3g}", most_records), "record_interval");
  run.seed = static_cast<std::uint64_t>(reader.integer("seed", 0, 1L << 62, 1));
  run.symmetry = reader.boolean("symmetry", true);
  const std::string name = reader.choice("resolution", {"plant", "block", "rack", "tray", "gpu"}, "rack");
  resolution = name == "plant"   ? Resolution::plant
               : name == "block" ? Resolution::block
               : name == "tray"  ? Resolution::tray
               : name == "gpu"   ? Resolution::gpu
                                 : Resolution::rack;
  reader.finish();
  return run;
}

Weather read_weather_name(Reader& reader, const WeatherSite& site, const fs::path& directory, std::uint64_t seed) {
  const std::string name = reader.as_text();
  const std::vector<std::string> built_in{"design_day", "record_day", "synthetic_year"};
  if (name.empty() || std::find(built_in.begin(), built_in.end(), name) != built_in.end())
    return make_weather(name.empty() ? built_in.front() : name, site, Clock::standard, seed);
  const fs::path file = find_file(directory, name);
  if (!fs::exists(file))
    throw InputError({{"", 0, 0, "", "no such weather and no such file", name, suggestion(name, built_in)}});
  return read_weather_file(file.string(), site, Clock::standard);
}

/// `start: hottest_day` or `coldest_day`: midnight of the day with the most extreme dry bulb, of a typical year in
/// 2026.
void start_on_extreme_day(Reader& document, const std::optional<Weather>& weather, RunSettings& run) {
  constexpr int year = 2026;
  if (!document.has("run") || (!weather && document.has("weather"))) return;
  Reader reader = document.child("run");
  const std::string start = reader.text("start", "");
  if (!is_extreme_day(start)) return;
  try {
    if (!weather) throw std::runtime_error("a case without weather has no such day");
    run.start = start == "hottest_day" ? weather->hottest_day(year) : weather->coldest_day(year);
  } catch (const std::runtime_error& error) {
    reader.report(error.what(), start, "a time", "start");
  }
}

/// A dip or swell of a source in words, and what a balanced circuit sees of it.
void read_dip(Reader& reader, CaseEvent& event) {
  const double share = reader.quantity("to", "1", {0.0, 2.0});
  const std::string phases = reader.choice("phases", {"3", "2", "1"}, "3");
  event.share = phases == "3" ? share : phases == "2" ? dip_between_phases(share) : dip_to_earth(share);
  event.value = fmt::format("{:.4g} % of that of the case", 100.0 * event.share);
  if (phases != "3")
    event.value += fmt::format(", the positive sequence of {:.4g} % {}", 100.0 * share,
                               phases == "2" ? "between two phases" : "from one phase to earth");
}

std::vector<CaseEvent> read_events(Reader& document) {
  std::vector<CaseEvent> events;
  if (!document.has("events")) return events;
  for (Reader& reader : document.items("events")) {
    CaseEvent event;
    const auto place = [&reader = reader](const char* key) {
      const InputProblem here = reader.problem("", "", "", reader.has(key) ? key : "");
      return Origin{here.file, here.line, here.column, here.path};
    };
    event.time = reader.quantity("at", "s", not_negative);
    const int kinds = reader.has("set") + reader.has("dip") + reader.has("fail") + reader.has("repair");
    double lasting = 0.0;  // s
    if (reader.is_mapping() && kinds != 1)
      reader.report("an event sets, dips, fails or repairs one thing", "", "set or dip (and to), fail or repair");
    if (reader.has("fail")) {
      event.kind = CaseEvent::Kind::fail;
      event.path = reader.text("fail");
      event.origin = place("fail");
    } else if (reader.has("repair")) {
      event.kind = CaseEvent::Kind::repair;
      event.path = reader.text("repair");
      event.origin = place("repair");
    } else if (kinds == 1) {
      const char* key = reader.has("dip") ? "dip" : "set";
      event.path = reader.text(key);
      event.origin = place(key);
      event.value_origin = place("to");
      if (reader.has("dip"))
        read_dip(reader, event);
      else
        event.value = reader.text("to");
      lasting = reader.quantity("for", "s", positive, 0.0);
    }
    if (kinds == 1) reader.finish();
    events.push_back(event);
    if (!(lasting > 0.0)) continue;
    event.time += lasting;
    event.kind = CaseEvent::Kind::restore;
    events.push_back(std::move(event));
  }
  return events;
}

void check_version(Reader& document) {
  const long version = document.integer("wattloop", 1, 1000000, -1);
  if (version == case_version) return;
  if (version < 0) {
    document.report("a case begins with the version of its format", "", fmt::format("wattloop: {}", case_version));
    return;
  }
  throw InputError({document.problem("this program reads another version of the case format", std::to_string(version),
                                     fmt::format("{} (see CHANGELOG.md for what changed)", case_version), "wattloop")});
}

}  // namespace

void read_site(Reader& document, WeatherSite& site) {
  if (!document.has("site")) return;
  Reader reader = document.child("site");
  site.utc_offset = reader.quantity("utc_offset", "s", {-43200.0, 50400.0}, site.utc_offset);
  site.altitude = reader.quantity("altitude", "m", {-500.0, 9000.0}, site.altitude);
  if (reader.has("pressure")) site.pressure = reader.quantity("pressure", "Pa", {3e4, 1.2e5});
  reader.quantity("latitude", "degree", {-90.0, 90.0}, 0.0);
  reader.quantity("longitude", "degree", {-180.0, 180.0}, 0.0);
  reader.finish();
}

std::optional<Weather> read_weather(Reader& document, const std::string& key, const WeatherSite& site,
                                    const fs::path& directory, std::uint64_t seed) {
  if (!document.has(key)) return std::nullopt;
  Reader reader = document.child(key);
  try {
    if (!reader.is_mapping()) return read_weather_name(reader, site, directory, seed);
    std::optional<Weather> weather;
    const auto is_known = [](double a, double b) { return !std::isnan(a) && !std::isnan(b); };
    if (reader.has("file")) {
      const Clock clock = reader.choice("clock", {"standard", "daylight"}, "standard") == "daylight" ? Clock::daylight
                                                                                                     : Clock::standard;
      if (const std::string file = reader.text("file"); !file.empty())
        weather = read_weather_file(find_file(directory, file).string(), site, clock);
    } else if (reader.has("T_high")) {
      DailySine day{};
      day.T_high = reader.quantity("T_high", "K", {173.15, 343.15});
      day.T_low = reader.quantity("T_low", "K", {173.15, 343.15});
      day.T_dp = reader.quantity("T_dp", "K", {173.15, 313.15});
      day.p = site_pressure(site);
      if (is_known(day.T_high + day.T_low, day.T_dp))
        weather = daily_sine_weather(day, site, "a day for ever, given in the case");
    } else {
      const double T_db = reader.quantity("T_db", "K", {173.15, 343.15});
      const double T_dp = reader.quantity("T_dp", "K", {173.15, 313.15});
      if (is_known(T_db, T_dp)) weather = constant_weather(T_db, T_dp, site);
    }
    reader.finish();
    return weather;
  } catch (const InputError& error) {
    reader.report_file(error, reader.has("file") ? "file" : "");
  } catch (const std::runtime_error& error) {
    reader.report(error.what());
  }
  return std::nullopt;
}

fs::path find_case(const fs::path& path) {
  if (!fs::is_directory(path)) return path;
  if (fs::exists(path / "case.yaml")) return path / "case.yaml";
  throw InputError({{path.string(), 0, 0, "", "a directory without a case.yaml", "", "a case file, or its directory"}});
}

Case read_case(const fs::path& path, const std::vector<std::pair<std::string, std::string>>& overrides) {
  const fs::path file = find_case(path);
  Document document = Document::parse_file(file);
  for (const auto& [key, value] : overrides) document.set(key, value);
  Case result = read_case(std::move(document), file, Catalog::for_case(file));
  result.overrides = overrides;
  return result;
}

Case read_case(Document document, const fs::path& file, const Catalog& catalog) {
  Reader reader = document.read(catalog);
  Case result;
  result.file = file.string();
  result.text = document.text();
  result.bases = document.bases();
  if (!reader.is_mapping())
    throw InputError({reader.problem("a case is a mapping", reader.is_list() ? "a list" : "",
                                     fmt::format("wattloop: {}, then its parts and nodes", case_version))});
  check_version(reader);
  result.places = places_of(reader);
  result.name = reader.text("name", file.parent_path().filename().string());
  result.description = reader.text("description", "");
  read_site(reader, result.site);
  result.run = read_run(reader, result.site, result.network.resolution);
  result.weather = read_weather(reader, "weather", result.site, file.parent_path(), result.run.seed);
  result.network.seed = result.run.seed;
  start_on_extreme_day(reader, result.weather, result.run);
  if (reader.has("workload")) {
    Reader workload = reader.child("workload");
    result.workload = read_workload(workload, file.parent_path(), result.run.seed, result.jobs);
  }
  result.events = read_events(reader);
  for (const CaseEvent& event : result.events) result.network.event_paths.push_back(event.path);
  result.record_rules = read_record_rules(reader, result.run);
  result.tariff = read_tariff(reader);
  result.carbon = read_carbon(reader, file.parent_path(), result.site.utc_offset);
  if (reader.has("calibration")) {
    Reader calibration = reader.child("calibration");
    result.calibration = std::make_shared<Calibration>(read_calibration(calibration));
  }
  if (reader.has("connection")) {
    Reader connection = reader.child("connection");
    result.connection = std::make_shared<Connection>(read_connection(connection, file.parent_path()));
  }
  read_network(reader, result.network);
  reader.finish();
  const auto is_cut = [](const InputProblem& p) { return p.what == "duplicate key"; };
  const std::vector<InputProblem> found = document.problems();
  if (!found.empty() && std::none_of(found.begin(), found.end(), is_cut)) {
    const InputError also = input_error(NetworkError(Network::problems_of(result.network)));
    for (const InputProblem& p : also.problems()) document.report(p);
  }
  document.throw_if_problems();
  result.sources = document.sources();
  return result;
}

namespace {

/// Where the staging sequences of a template say how often units take turns.
std::vector<std::string> rotations(const Template& body, const std::string& path) {
  std::vector<std::string> found;
  for (const SequenceLine& line : body.sequences)
    if (const auto* staging = std::get_if<StagingSpec>(&line.spec); staging && staging->rotate > 0.0)
      found.push_back(fmt::format("{}sequences.{}.rotate", path, line.name));
  return found;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> year_settings(const Case& c) {
  const int year = date_at(c.run.start, c.site.utc_offset).year;
  std::vector<std::pair<std::string, std::string>> settings = {
      {"run.start", fmt::format("{:04}-01-01T00:00", year)},
      {"run.duration", fmt::format("{} d", is_leap_year(year) ? 366 : 365)},
      {"run.resolution", "plant"},
      {"run.forcing_interval", "1 h"},
      {"run.sample_interval", "1 h"},
      {"run.sampled_controllers", "false"},
      {"run.record_interval", "1 h"},
      {"run.tolerance", "0.1 K"}};
  if (!c.weather || c.weather->is_one_day()) settings.emplace_back("weather", "synthetic_year");
  if (!c.record_rules.empty()) settings.emplace_back("record", "null");
  // Units that take turns are alike: an hour's means do not see it, but each turn is minutes in steps of a second.
  std::vector<std::string> turns = rotations(c.network.site, "");
  for (const auto& [name, body] : c.network.templates)
    for (std::string& path : rotations(body, fmt::format("templates.{}.", name))) turns.push_back(std::move(path));
  for (std::string& path : turns) settings.emplace_back(std::move(path), "0 s");
  return settings;
}

}  // namespace wattloop
