// What the members of a sweep come to together.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/sweep_results.h"
#include "io/text_table.h"

namespace wattloop {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<double> values_of(const SweepResults& results, std::size_t metric) {
  std::vector<double> values;
  for (const auto& result : results) values.push_back(result ? result->metrics[metric] : none);
  return values;
}

MetricSummary summary_of(const std::vector<double>& values) {
  MetricSummary s{none, 0.0, none, 0, 0, {}, {}};
  double n = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    if (!(values[i] >= s.least)) s.least = values[i], s.at_least = i;
    if (!(values[i] <= s.greatest)) s.greatest = values[i], s.at_greatest = i;
    s.mean += values[i];
    n += 1.0;
  }
  s.mean /= n;
  return s;
}

}  // namespace

ParameterGroups groups_of(const Study& study, std::size_t k) {
  constexpr int parts = 10;
  constexpr std::size_t most_levels = 50;
  const StudyParameter& p = study.parameters[k];
  ParameterGroups groups;
  const std::size_t n = study.size();
  const bool has_levels = !(p.is_range && study.points);
  std::map<std::string, int> known;
  for (std::size_t i = 0; i < n; ++i) {
    const StudyPoint point = study.point(i);
    if (!has_levels) {
      const double u = study.points->point(i)[k];
      groups.of_member.push_back(static_cast<int>(u * parts));
      continue;
    }
    const std::string& text = p.is_numeric() ? point.texts[k] : p.label(point.levels[k]);
    const auto [at, is_new] = known.emplace(text, static_cast<int>(groups.labels.size()));
    if (is_new) groups.labels.push_back(text);
    groups.of_member.push_back(at->second);
  }
  if (!has_levels)
    for (int part = 0; part < parts; ++part) groups.labels.push_back(p.text_of(p.number_at((part + 0.5) / parts)));
  // A list in which each member has its own: nothing to take means over.
  if (study.design == Study::Design::list && groups.labels.size() > most_levels) return {};
  return groups;
}

SweepSummary summarise(const Study& study, const SweepResults& results) {
  SweepSummary s;
  s.members = results.size();
  std::map<std::string, std::size_t> reasons;
  for (const auto& result : results) {
    if (!result) continue;
    s.seconds += result->seconds;
    ++(result->error.empty() ? s.fine : s.failed);
    if (!result->error.empty()) ++reasons[result->error];
  }
  s.reasons.assign(reasons.begin(), reasons.end());
  std::stable_sort(s.reasons.begin(), s.reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<ParameterGroups> groups;
  if (study.design != Study::Design::saltelli)
    for (std::size_t k = 0; k < study.parameters.size(); ++k) groups.push_back(groups_of(study, k));
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const std::vector<double> values = values_of(results, m);
    MetricSummary metric = summary_of(values);
    if (study.design == Study::Design::saltelli) metric.indices = sobol_indices(values, study.parameters.size());
    for (const ParameterGroups& g : groups)
      metric.effects.push_back(g.labels.empty() ? MainEffect()
                                                : main_effect(values, g.of_member, static_cast<int>(g.labels.size())));
    s.metrics.push_back(std::move(metric));
  }
  std::vector<std::vector<double>> objectives;
  for (const StudyObjective& objective : study.objectives) {
    objectives.push_back(values_of(results, objective.metric));
    if (objective.is_greatest)
      for (double& value : objectives.back()) value = -value;
  }
  s.front = pareto_front(objectives);
  return s;
}

std::string describe(const Study& study, std::size_t member) {
  const StudyPoint point = study.point(member);
  std::string text = study.names.empty() ? "" : study.names[member] + ": ";
  for (std::size_t k = 0; k < study.parameters.size(); ++k) {
    const StudyParameter& p = study.parameters[k];
    if (k > 0) text += ", ";
    text += p.name + " = " + (p.is_numeric() || p.labels.empty() ? point.texts[k] : p.label(point.levels[k]));
  }
  return text;
}

namespace {

using nlohmann::ordered_json;

ordered_json known(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json effect_json(const Study& study, const MetricSummary& metric, std::size_t k,
                         const std::vector<ParameterGroups>& groups) {
  if (!metric.indices.empty()) {
    const SobolIndex& index = metric.indices[k];
    return {{"first", index.first},
            {"first_error", index.first_error},
            {"total", index.total},
            {"total_error", index.total_error}};
  }
  if (study.design == Study::Design::saltelli || groups[k].labels.empty()) return nullptr;
  ordered_json j{{"share", metric.effects[k].share}, {"means", ordered_json::object()}};
  for (std::size_t g = 0; g < groups[k].labels.size(); ++g)
    j["means"][groups[k].labels[g]] = known(metric.effects[k].means[g]);
  return j;
}

std::string effects_text(const Study& study, const SweepSummary& s) {
  std::string text;
  const bool is_saltelli = study.design == Study::Design::saltelli;
  text += is_saltelli ? "  Sobol indices, first order / total, of the variance of\n"
                      : "  share of the variance that each parameter explains by itself, of\n";
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const MetricSummary& metric = s.metrics[m];
    std::string line;
    for (std::size_t k = 0; k < study.parameters.size(); ++k) {
      const std::string& name = study.parameters[k].name;
      if (is_saltelli && !metric.indices.empty())
        line += fmt::format("  {} {:.3f}±{:.3f} / {:.3f}±{:.3f}", name, metric.indices[k].first,
                            metric.indices[k].first_error, metric.indices[k].total, metric.indices[k].total_error);
      else if (!is_saltelli && !metric.effects[k].means.empty())
        line += fmt::format("  {} {:.3f}", name, metric.effects[k].share);
    }
    if (metric.greatest > metric.least) text += fmt::format("    {:<32}{}\n", study.metrics[m].name, line);
  }
  return text;
}

}  // namespace

std::string to_text(const Study& study, const SweepSummary& s, const SweepResults& results) {
  std::string text = fmt::format("{}: {} members ({}), {} fine, {} failed, {:.3g} core s\n", study.name, s.members,
                                 to_string(study.design), s.fine, s.failed, s.seconds);
  constexpr std::size_t most_reasons = 5, most_front = 20;
  for (std::size_t i = 0; i < std::min(most_reasons, s.reasons.size()); ++i)
    text += fmt::format("  {} failed: {}\n", s.reasons[i].second, s.reasons[i].first);
  if (s.fine == 0) return text;
  text += fmt::format("  {:<32} {:>12} {:>12} {:>12}   least at\n", "metric", "least", "mean", "greatest");
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const MetricSummary& metric = s.metrics[m];
    if (!std::isfinite(metric.least)) continue;
    text +=
        fmt::format("  {:<32} {:>12.5g} {:>12.5g} {:>12.5g}   {}\n", study.metrics[m].name, metric.least, metric.mean,
                    metric.greatest, metric.least < metric.greatest ? describe(study, metric.at_least) : "everywhere");
  }
  text += effects_text(study, s);
  if (s.front.empty()) return text;
  text += fmt::format("  Pareto front: {} members that no other one beats\n", s.front.size());
  for (std::size_t i = 0; i < std::min(most_front, s.front.size()); ++i) {
    // Spread over the front, its ends included.
    const std::size_t shown = std::min(most_front, s.front.size());
    const std::size_t at = shown > 1 ? i * (s.front.size() - 1) / (shown - 1) : 0;
    text += "   ";
    for (const StudyObjective& objective : study.objectives)
      text += fmt::format(" {} {:.5g},", study.metrics[objective.metric].name,
                          results[s.front[at]]->metrics[objective.metric]);
    text += " at " + describe(study, s.front[at]) + "\n";
  }
  return text;
}

std::string to_json(const Study& study, const SweepSummary& s, const SweepResults& results) {
  ordered_json j{{"schema_version", 1},  {"study", study.name}, {"design", to_string(study.design)},
                 {"members", s.members}, {"fine", s.fine},      {"failed", s.failed},
                 {"core_s", s.seconds}};
  j["reasons"] = ordered_json::array();
  for (const auto& [reason, count] : s.reasons) j["reasons"].push_back({{"reason", reason}, {"members", count}});
  std::vector<ParameterGroups> groups;
  if (study.design != Study::Design::saltelli)
    for (std::size_t k = 0; k < study.parameters.size(); ++k) groups.push_back(groups_of(study, k));
  j["metrics"] = ordered_json::object();
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const MetricSummary& metric = s.metrics[m];
    ordered_json& entry = j["metrics"][study.metrics[m].name];
    entry = {{"least", known(metric.least)},
             {"mean", known(metric.mean)},
             {"greatest", known(metric.greatest)},
             {"least_at", metric.at_least + 1},
             {"greatest_at", metric.at_greatest + 1}};
    for (std::size_t k = 0; k < study.parameters.size(); ++k)
      entry["effects"][study.parameters[k].name] = effect_json(study, metric, k, groups);
  }
  j["pareto_front"] = ordered_json::array();
  for (const std::size_t i : s.front) {
    const StudyPoint point = study.point(i);
    ordered_json entry{{"member", i + 1}};
    for (std::size_t k = 0; k < study.parameters.size(); ++k)
      entry["parameters"][study.parameters[k].name] = point.texts[k];
    for (const StudyObjective& objective : study.objectives)
      entry["metrics"][study.metrics[objective.metric].name] = known(results[i]->metrics[objective.metric]);
    j["pareto_front"].push_back(std::move(entry));
  }
  return j.dump(2) + "\n";
}

}  // namespace wattloop
