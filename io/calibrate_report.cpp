// What a calibration has found, for people, for programs and as a case.

#include <cmath>
#include <map>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/calibrate.h"
#include "io/replay_json.h"

namespace wattloop {

namespace {

using Json = nlohmann::ordered_json;

constexpr double high_correlation = 0.95;

std::string parameter_table(const Calibration& c, const CalibrationResult& r) {
  std::string text = fmt::format("  {:<22} {:>12} {:>12} {:>26}  {:<8} {}\n", "parameter", "start", "fitted",
                                 "95 % interval", "unit", "");
  for (std::size_t j = 0; j < r.parameters.size(); ++j) {
    const FittedParameter& p = c.parameters[j];
    const FittedValue& v = r.parameters[j];
    const char* note = !v.is_identified ? "not told by the data" : v.at_bound ? "at its bound" : "";
    text += fmt::format("  {:<22} {:>12.5g} {:>12.5g} {:>26}  {:<8} {}\n", p.name, p.start, v.value,
                        fmt::format("{:.5g} to {:.5g}", v.low, v.high), p.unit, note);
  }
  return text;
}

/// Open directions and pairs that go together.
std::vector<std::string> identifiability(const Calibration& c, const CalibrationResult& r) {
  std::vector<std::string> lines;
  for (const Direction& direction : r.directions)
    if (direction.is_open())
      lines.push_back(describe_open_direction(c, direction, static_cast<std::size_t>(r.fit.residuals.size())));
  for (Eigen::Index j = 0; j < r.correlation.rows(); ++j)
    for (Eigen::Index k = 0; k < j; ++k)
      if (std::abs(r.correlation(j, k)) > high_correlation)
        lines.push_back(fmt::format("{} and {} are found together: correlation {:.3f}",
                                    c.parameters[static_cast<std::size_t>(k)].name,
                                    c.parameters[static_cast<std::size_t>(j)].name, r.correlation(j, k)));
  return lines;
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// Root mean square of all errors, each over the noise of its sensor: 1 where nothing but noise is left.
double rmse_over_noise(const Replay& model, const std::vector<ResidualStatistics>& sensors) {
  double squares = 0.0, rows = 0.0;
  for (std::size_t s = 0; s < sensors.size(); ++s) {
    const auto n = static_cast<double>(sensors[s].rows);
    squares += n * std::pow(sensors[s].rmse / model.noise()[s], 2);
    rows += n;
  }
  return std::sqrt(squares / rows);
}

Json parameters_json(const Calibration& c, const CalibrationResult& r) {
  Json list = Json::array();
  for (std::size_t j = 0; j < r.parameters.size(); ++j) {
    const FittedParameter& p = c.parameters[j];
    const FittedValue& v = r.parameters[j];
    Json entry{{"name", p.name},         {"path", p.path},
               {"unit", p.unit},         {"start", p.start},
               {"value", v.value},       {"standard_deviation", number(v.deviation)},
               {"low_95", v.low},        {"high_95", v.high},
               {"at_bound", v.at_bound}, {"identified", v.is_identified}};
    if (p.has_prior()) entry["prior"] = {{"mean", p.prior_mean}, {"standard_deviation", p.prior_deviation}};
    list.push_back(std::move(entry));
  }
  return list;
}

/// Keys of a case within keys.
struct Branch {
  std::map<std::string, Branch> branches;
  std::string value, comment;
};

void write(const Branch& branch, int depth, std::string& text) {
  for (const auto& [key, below] : branch.branches) {
    text += fmt::format("{:{}}{}:", "", 2 * depth, key);
    if (below.branches.empty())
      text += fmt::format(" {}  # {}\n", below.value, below.comment);
    else
      write(below, depth + 1, text += '\n');
  }
}

}  // namespace

std::string describe_open_direction(const Calibration& c, const Direction& direction, std::size_t residuals) {
  constexpr double least = 0.1;  // component that takes part
  std::string moves;
  for (std::size_t j = 0; j < direction.components.size(); ++j) {
    const FittedParameter& p = c.parameters[j];
    if (std::abs(direction.components[j]) < least) continue;
    moves += fmt::format("{}{} by {:+.3g} {}", moves.empty() ? "" : ", ", p.name,
                         direction.components[j] * p.uncertainty(), p.unit == "1" ? "" : p.unit);
    if (moves.back() == ' ') moves.pop_back();
  }
  return fmt::format("moving {} at once changes the sensors by {:.2g} of their noise (rms): the data do not tell",
                     moves, direction.singular_value / std::sqrt(static_cast<double>(residuals)));
}

std::vector<std::string> misfit_lines(const Replay& model, const CalibrationResult& r) {
  const Calibration& c = model.calibration();
  std::vector<std::string> lines;
  for (const Misfit& misfit : r.misfits) {
    const double rmse = r.fitted[misfit.sensor].rmse, noise = model.noise()[misfit.sensor];
    const std::string& unit = model.data().sensors[misfit.sensor].unit;
    std::string line = fmt::format("{}: RMSE of {:.3g} {} after the fit, {:.3g} times its noise of {:.3g} {}",
                                   c.sensors[misfit.sensor].column, rmse, unit, rmse / noise, noise, unit);
    const char* before = ", with ";
    for (const std::size_t j : misfit.at_bound) {
      line += fmt::format("{}{} at its bound of {:.5g} {}", before, c.parameters[j].name, r.parameters[j].value,
                          c.parameters[j].unit);
      before = " and ";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string to_text(const Replay& model, const CalibrationResult& r) {
  const Calibration& c = model.calibration();
  std::string text = fmt::format("{}\n{}\n", model.description().name, data_line(model));
  text += fmt::format("{} after {} iterations, {} runs of the model\n", r.fit.converged ? "Converged" : "Not converged",
                      r.fit.iterations, r.runs);
  if (!r.fit.converged) text += "  " + r.fit.message + '\n';
  text += warning_lines(r.doubts);
  for (const std::string& line : misfit_lines(model, r)) text += "NOT CALIBRATED: " + line + '\n';
  text += "\nParameters\n" + parameter_table(c, r);
  const std::vector<std::string> lines = identifiability(c, r);
  text += "\nIdentifiability: ";
  text += lines.empty() ? "the data tell all parameters apart\n" : "\n";
  for (const std::string& line : lines) text += "  " + line + '\n';
  text += "\nMeasured less model, as the case was, on the rows of the fit\n" + residual_table(model, r.as_found);
  text += "\nMeasured less model, fitted\n" + residual_table(model, r.fitted);
  if (!r.held_out.empty() && r.held_out.front().rows > 1)
    text += fmt::format("\nMeasured less model, on the rows held out: {:.3f} of the noise\n{}",
                        rmse_over_noise(model, r.held_out), residual_table(model, r.held_out));
  for (std::size_t s = 0; s < r.inflation.size(); ++s)
    if (r.inflation[s] > 1.0)
      text += fmt::format("  {}: errors beyond white noise of the stated size; its variance counts {:.2f} times\n",
                          c.sensors[s].column, r.inflation[s]);
  return text;
}

std::string to_json(const Replay& model, const CalibrationResult& r) {
  const Calibration& c = model.calibration();
  Json correlation = Json::array(), directions = Json::array();
  for (Eigen::Index j = 0; j < r.correlation.rows(); ++j) {
    Json row = Json::array();
    for (Eigen::Index k = 0; k < r.correlation.cols(); ++k) row.push_back(number(r.correlation(j, k)));
    correlation.push_back(std::move(row));
  }
  for (const Direction& d : r.directions)
    directions.push_back({{"singular_value", d.singular_value}, {"open", d.is_open()}, {"components", d.components}});
  const Json json{{"schema_version", 1},
                  {"case", model.description().name},
                  {"data", model.data().file},
                  {"warnings", r.doubts},
                  {"calibrated", r.misfits.empty()},
                  {"misfits", misfit_lines(model, r)},
                  {"converged", r.fit.converged},
                  {"iterations", r.fit.iterations},
                  {"runs", r.runs},
                  {"parameters", parameters_json(c, r)},
                  {"correlation", correlation},
                  {"identifiability", {{"directions", directions}, {"notes", identifiability(c, r)}}},
                  {"inflation", r.inflation},
                  {"fitted_rmse_over_noise", number(rmse_over_noise(model, r.fitted))},
                  {"held_out_rmse_over_noise", number(rmse_over_noise(model, r.held_out))},
                  {"as_found", residuals_json(model, r.as_found)},
                  {"fitted", residuals_json(model, r.fitted)},
                  {"held_out", residuals_json(model, r.held_out)}};
  return json.dump(2) + "\n";
}

std::string calibrated_case(const Replay& model, const CalibrationResult& r, const std::filesystem::path& directory) {
  const Calibration& c = model.calibration();
  Branch root;
  const auto put = [&](const std::string& path, std::string value, std::string comment) {
    Branch* branch = &root;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      branch = &branch->branches[path.substr(begin, end - begin)];
      begin = end + 1;
    }
    branch->value = std::move(value);
    branch->comment = std::move(comment);
  };
  for (const auto& [path, value] : model.overrides()) put(path, value, "set when it was calibrated");
  for (std::size_t j = 0; j < r.parameters.size(); ++j) {
    const FittedValue& v = r.parameters[j];
    const FittedParameter& p = c.parameters[j];
    put(p.path, p.text(v.value),
        fmt::format("95 %: {:.5g} to {:.5g}{}", v.low, v.high, v.is_identified ? "" : "; not told by the data"));
  }
  const auto base = std::filesystem::absolute(model.file()).lexically_normal();
  const auto relative = base.lexically_relative(std::filesystem::absolute(directory).lexically_normal());
  std::string text = fmt::format("# Calibrated by wattloop to {}.\nwattloop: {}\nextends: {}\n", model.data().file,
                                 case_version, (relative.empty() ? base : relative).string());
  write(root, 0, text);
  return text;
}

}  // namespace wattloop
