// What a sweep comes to, as charts.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "io/chart.h"
#include "io/sweep_results.h"

namespace wattloop {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double chart_width = 640.0, chart_height = 420.0, below = 80.0, above = 70.0, right = 130.0;
constexpr std::size_t most_charts = 5, most_names = 12;
constexpr Lettering title{22, Lettering::Anchor::left, ink, true};
constexpr Colour quiet{0.45, 0.50, 0.60}, marked{0.80, 0.25, 0.15};

constexpr double hours_per_day = 24.0;

std::string title_of(const StudyParameter& p) {
  if (p.is_time) return p.name + " [days since " + format_time(p.epoch).substr(0, 10) + "]";
  return p.is_numeric() && p.unit != "1" ? fmt::format("{} [{}]", p.name, p.unit) : p.name;
}

/// The parameters, those with the most to say about a metric first.
std::vector<std::size_t> ranked(const Study& study, const MetricSummary& metric) {
  std::vector<std::size_t> order(study.parameters.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto weight = [&](std::size_t k) {
    return !metric.indices.empty() ? metric.indices[k].total : !metric.effects.empty() ? metric.effects[k].share : 0.0;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
  return order;
}

/// A level of a parameter beside its cell; of times the month and day, or the hour where all are of few days.
std::string name_of(const StudyParameter& p, std::size_t level) {
  constexpr double few_days = 3.0;
  if (!p.is_numeric()) return p.label(level);
  if (!p.is_time) return fmt::format("{:.4g}", p.number(level));
  const bool is_short = p.number(p.levels() - 1) - p.number(0) < few_days * hours_per_day;
  return format_time(p.epoch + p.number(level) * seconds_per_hour).substr(is_short ? 11 : 5, 5);
}

/// Room at the left of a chart for the longest name of a level.
double left_margin(const Study& study) {
  constexpr double least = 120.0, letter = 9.5;
  std::size_t longest = 0;
  for (const StudyParameter& p : study.parameters) {
    longest = std::max(longest, p.is_time ? p.name.size() : title_of(p).size());
    for (const std::string& label : p.labels) longest = std::max(longest, label.size());
  }
  return std::max(least, 24.0 + letter * static_cast<double>(longest));
}

/// Whether a chart of the metric says anything: a check of the numbers does not, nor what is the same in all members.
bool is_worth_a_chart(const StudyMetric& metric, const MetricSummary& summary) {
  constexpr double smallest = 1e-6;  // in proportion
  const double magnitude = std::max(std::abs(summary.least), std::abs(summary.greatest));
  return !metric.path.starts_with("closure") && summary.greatest - summary.least > smallest * magnitude;
}

/// A parameter along an axis: the place of each member, 0 to 1 for names.
struct Along {
  ChartAxis axis;
  std::vector<double> values;
};

Along along(const Study& study, std::size_t k) {
  const StudyParameter& p = study.parameters[k];
  Along a;
  a.axis.title = title_of(p);
  const bool has_names = !p.is_numeric() && p.labels.size() <= most_names;
  for (std::size_t i = 0; i < study.size(); ++i) {
    const StudyPoint point = study.point(i);
    const double level = static_cast<double>(point.levels[k]) + 0.5;
    a.values.push_back(p.is_time ? point.numbers[k] / hours_per_day : p.is_numeric() ? point.numbers[k] : level);
  }
  if (has_names) a.axis.names = p.labels;
  a.axis.scale = scale_of(a.values);
  if (has_names) a.axis.scale = {0.0, static_cast<double>(p.labels.size()), 1.0};
  return a;
}

void draw_points(Canvas& canvas, const ChartFrame& frame, const Along& x, const Along& y, const Colour& colour,
                 const std::vector<std::size_t>& members, double size) {
  draw_axes(canvas, frame, x.axis, y.axis);
  for (const std::size_t i : members)
    if (std::isfinite(x.values[i]) && std::isfinite(y.values[i]))
      canvas.rectangle(frame.at_x(x.axis.scale, x.values[i]) - 0.5 * size,
                       frame.at_y(y.axis.scale, y.values[i]) - 0.5 * size, size, size, colour);
}

/// The mean of a metric over the levels of two parameters of a grid.
void draw_map(Canvas& canvas, const ChartFrame& frame, const Study& study, const std::vector<double>& values,
              std::size_t kx, std::size_t ky) {
  const std::size_t nx = study.parameters[kx].levels(), ny = study.parameters[ky].levels();
  std::vector<double> sums(nx * ny, 0.0), counts(nx * ny, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const StudyPoint point = study.point(i);
    const std::size_t cell = point.levels[ky] * nx + point.levels[kx];
    sums[cell] += values[i];
    counts[cell] += 1.0;
  }
  for (std::size_t c = 0; c < sums.size(); ++c) sums[c] = counts[c] > 0.0 ? sums[c] / counts[c] : none;
  const Scale scale = scale_of(sums);
  const double w = frame.width / static_cast<double>(nx), h = frame.height / static_cast<double>(ny);
  for (std::size_t c = 0; c < sums.size(); ++c)
    if (std::isfinite(sums[c]))
      canvas.rectangle(frame.x + w * static_cast<double>(c % nx), frame.y + h * static_cast<double>(c / nx), w + 0.5,
                       h + 0.5, colour_at(ColourMap::viridis, (sums[c] - scale.low) / (scale.high - scale.low)));
  // A cell stands for its level: numbers are at the middles of cells.
  const auto axis = [&](std::size_t k) {
    const StudyParameter& p = study.parameters[k];
    ChartAxis a{p.is_time ? p.name : title_of(p), {}, {}};
    const std::size_t n = p.levels(), step = (n + most_names - 1) / most_names;
    for (std::size_t level = 0; level < n; ++level) a.names.push_back(level % step > 0 ? "" : name_of(p, level));
    return a;
  };
  const ChartAxis x = axis(kx), y = axis(ky);
  draw_axes(canvas, frame, x, y);
  canvas.text(frame.x - 8.0, frame.y + frame.height + 14.0, y.title, {17, Lettering::Anchor::right});
  draw_colour_bar(canvas, frame, scale);
}

std::vector<double> values_of(const SweepResults& results, std::size_t metric) {
  std::vector<double> values;
  for (const auto& result : results) values.push_back(result ? result->metrics[metric] : none);
  return values;
}

void draw_metric(Canvas& canvas, const ChartFrame& frame, const Study& study, const SweepResults& results,
                 const SweepSummary& summary, std::size_t m) {
  const std::vector<std::size_t> order = ranked(study, summary.metrics[m]);
  const std::vector<double> values = values_of(results, m);
  std::vector<std::size_t> wide;
  for (const std::size_t k : order)
    if (study.parameters[k].levels() > 1) wide.push_back(k);
  canvas.text(frame.x, frame.y + frame.height + (study.design == Study::Design::grid ? 40.0 : 24.0),
              study.metrics[m].name, title);
  if (study.design == Study::Design::grid && wide.size() > 1) {
    // Numbers go along, names upwards.
    const bool turns = !study.parameters[wide[0]].is_numeric() && study.parameters[wide[1]].is_numeric();
    return draw_map(canvas, frame, study, values, wide[turns ? 1 : 0], wide[turns ? 0 : 1]);
  }
  std::vector<std::size_t> all(values.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  draw_points(canvas, frame, along(study, order.front()), {{study.metrics[m].name, scale_of(values), {}}, values},
              quiet, all, 5.0);
}

void draw_front(Canvas& canvas, const ChartFrame& frame, const Study& study, const SweepResults& results,
                const SweepSummary& summary) {
  const auto of = [&](std::size_t objective) {
    const std::size_t m = study.objectives[objective].metric;
    const std::vector<double> values = values_of(results, m);
    return Along{{study.metrics[m].name, scale_of(values), {}}, values};
  };
  std::vector<std::size_t> all(results.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  canvas.text(frame.x, frame.y + frame.height + 24.0, "Pareto front (red)", title);
  draw_points(canvas, frame, of(0), of(1), quiet, all, 4.0);
  draw_points(canvas, frame, of(0), of(1), marked, summary.front, 6.0);
}

}  // namespace

void draw(const std::string& path, const Study& study, const SweepResults& results) {
  const SweepSummary summary = summarise(study, results);
  std::vector<std::size_t> shown;
  for (const StudyObjective& objective : study.objectives) shown.push_back(objective.metric);
  for (std::size_t m = 0; m < study.metrics.size(); ++m)
    if (std::find(shown.begin(), shown.end(), m) == shown.end()) shown.push_back(m);
  std::erase_if(shown, [&](std::size_t m) { return !is_worth_a_chart(study.metrics[m], summary.metrics[m]); });
  if (shown.size() > most_charts) shown.resize(most_charts);
  const bool has_front = study.objectives.size() > 1 && !summary.front.empty();
  const std::size_t charts = shown.size() + has_front,
                    columns = std::min<std::size_t>(2, std::max<std::size_t>(charts, 1));
  const std::size_t lines = std::max<std::size_t>(1, (charts + columns - 1) / columns);
  const double left = left_margin(study), cell_width = left + chart_width + right,
               cell_height = below + chart_height + above;
  Canvas canvas(static_cast<int>(cell_width * static_cast<double>(columns)),
                static_cast<int>(cell_height * static_cast<double>(lines) + 60.0));
  canvas.text(30.0, canvas.height() - 34.0, fmt::format("{}: {} members", study.name, results.size()),
              {28, Lettering::Anchor::left, ink, true});
  for (std::size_t c = 0; c < charts; ++c) {
    const auto column = static_cast<double>(c % columns), line = static_cast<double>(lines - 1 - c / columns);
    const ChartFrame frame{column * cell_width + left, line * cell_height + below, chart_width, chart_height};
    if (c < shown.size())
      draw_metric(canvas, frame, study, results, summary, shown[c]);
    else
      draw_front(canvas, frame, study, results, summary);
  }
  canvas.save(path);
}

}  // namespace wattloop
