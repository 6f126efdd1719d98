// What a replay has found, for people and programs.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/replay.h"
#include "io/replay_json.h"

namespace wattloop {

std::string residual_table(const Replay& model, const std::vector<ResidualStatistics>& sensors) {
  const Telemetry& data = model.data();
  std::string text = fmt::format("  {:<20} {:>10} {:>10} {:>10} {:>8} {:>9} {:>9} {:>7}  {}\n", "sensor", "bias",
                                 "RMSE", "noise", "r(1)", "CV(RMSE)", "NMBE", "rows", "worst error");
  for (std::size_t s = 0; s < sensors.size(); ++s) {
    const ResidualStatistics& r = sensors[s];
    const Telemetry::Column& column = data.sensors[s];
    text += fmt::format(
        "  {:<20} {:>10.4g} {:>10.4g} {:>10.4g} {:>8.2f} {:>7.2f} % {:>7.2f} % {:>7}  {:.4g} {} at {}\n", column.name,
        r.mean, r.rmse, model.noise()[s], r.autocorrelation, 100.0 * r.cv_rmse, 100.0 * r.nmbe, r.rows, r.worst,
        column.unit, format_time(data.time[r.worst_row], model.description().site.utc_offset));
  }
  return text;
}

nlohmann::ordered_json residuals_json(const Replay& model, const std::vector<ResidualStatistics>& sensors) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (std::size_t s = 0; s < sensors.size(); ++s) {
    const ResidualStatistics& r = sensors[s];
    const Telemetry::Column& column = model.data().sensors[s];
    list.push_back({{"sensor", column.name},
                    {"unit", column.unit},
                    {"rows", r.rows},
                    {"bias", r.mean},
                    {"rmse", r.rmse},
                    {"noise", model.noise()[s]},
                    {"rmse_over_noise", r.rmse / model.noise()[s]},
                    {"autocorrelation", r.autocorrelation},
                    {"cv_rmse_percent", 100.0 * r.cv_rmse},
                    {"nmbe_percent", 100.0 * r.nmbe},
                    {"worst", r.worst},
                    {"worst_at", format_time(model.data().time[r.worst_row], model.description().site.utc_offset)}});
  }
  return list;
}

std::string data_line(const Replay& model) {
  const Telemetry& data = model.data();
  const double offset = model.description().site.utc_offset;
  std::string text = fmt::format("{}: {} rows, {} to {}; {} boundaries, {} sensors", data.file, data.time.size(),
                                 format_time(data.time.front(), offset), format_time(data.time.back(), offset),
                                 data.boundaries.size(), data.sensors.size());
  if (!data.unused.empty()) text += fmt::format("\n  columns without a use: {}", fmt::join(data.unused, ", "));
  return text + '\n';
}

std::string warning_lines(const std::vector<std::string>& doubts) {
  std::string text;
  for (const std::string& doubt : doubts) text += "warning: " + doubt + '\n';
  return text;
}

std::string to_text(const Replay& model, const ReplayReport& report) {
  return fmt::format("{}\n{}{}\nMeasured less model, rows behind the warm-up, in the units of the columns\n{}",
                     model.description().name, data_line(model), warning_lines(report.doubts),
                     residual_table(model, report.sensors));
}

std::string to_json(const Replay& model, const ReplayReport& report) {
  nlohmann::ordered_json json{{"schema_version", 1},
                              {"case", model.description().name},
                              {"data", model.data().file},
                              {"warnings", report.doubts},
                              {"sensors", residuals_json(model, report.sensors)}};
  return json.dump(2) + "\n";
}

std::string residuals_csv(const Replay& model, const Readings& readings) {
  const Telemetry& data = model.data();
  std::string text = "time";
  for (const Telemetry::Column& c : data.sensors)
    text += fmt::format(",{0} measured [{1}],{0} model [{1}],{0} error [{1}]", c.name, c.unit);
  text += '\n';
  for (std::size_t i = 0; i < data.time.size(); ++i) {
    text += format_time(data.time[i], model.description().site.utc_offset);
    for (std::size_t s = 0; s < readings.size(); ++s) {
      const double measured = data.sensors[s].values[i], value = readings[s][i];
      text += fmt::format(",{:.7g},{:.7g},{:.5g}", measured, value, measured - value);
    }
    text += '\n';
  }
  return text;
}

}  // namespace wattloop
