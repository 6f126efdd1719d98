#include "io/residual_picture.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/canvas.h"
#include "io/colour_map.h"

namespace wattloop {

namespace {

using Anchor = Lettering::Anchor;

constexpr Colour grid_colour{0.86, 0.86, 0.88};
constexpr Colour measured_colour{0.45, 0.60, 0.78}, model_colour{0.80, 0.25, 0.12}, band_colour{0.80, 0.88, 0.78};
constexpr Colour held_out_colour{0.96, 0.93, 0.84};
constexpr int width = 1500, panel_height = 230, top = 90, bottom = 60;

/// Axes within a rectangle of the picture.
class Panel {
 public:
  Panel(Canvas& canvas, double x, double y, double w, double h, double t_end, Scale scale)
      : canvas_(canvas), x_(x), y_(y), w_(w), h_(h), t_end_(t_end), scale_(scale) {}

  double x(double t) const { return x_ + w_ * t / t_end_; }
  double y(double value) const {
    return y_ + h_ * std::clamp((value - scale_.low) / (scale_.high - scale_.low), 0.0, 1.0);
  }
  void shade(double from, double to, const Colour& colour) {
    canvas_.rectangle(x(from), y_, x(to) - x(from), h_, colour);
  }
  void band(double low, double high) { canvas_.rectangle(x_, y(low), w_, y(high) - y(low), band_colour); }

  void axes(double unit_of_time, const std::string& time_name, bool has_time_labels) {
    for (std::size_t i = 0; i < scale_.labels(); ++i) {
      const double value = scale_.low + static_cast<double>(i) * scale_.step;
      canvas_.line({{x_, y(value)}, {x_ + w_, y(value)}}, 1.0, grid_colour);
      canvas_.text(x_ - 8, y(value), scale_.label(value), {13, Anchor::right, muted});
    }
    const Scale time = scale_of(std::vector<double>{0.0, t_end_ / unit_of_time});
    for (std::size_t i = 0; i < time.labels(); ++i) {
      const double t = (time.low + static_cast<double>(i) * time.step) * unit_of_time;
      if (t > t_end_ * (1.0 + 1e-9)) break;
      canvas_.line({{x(t), y_}, {x(t), y_ - 4}}, 1.0, muted);
      if (has_time_labels) canvas_.text(x(t), y_ - 16, time.label(t / unit_of_time), {13, Anchor::centre, muted});
    }
    if (has_time_labels) canvas_.text(x_ + 0.5 * w_, y_ - 38, time_name, {14, Anchor::centre, muted});
    canvas_.line({{x_, y_}, {x_ + w_, y_}}, 1.0, muted);
  }

  void curve(const std::vector<double>& t, const std::vector<double>& values, double thickness, const Colour& colour) {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < values.size(); ++i) points.emplace_back(x(t[i]), y(values[i]));
    canvas_.line(points, thickness, colour);
  }

 private:
  Canvas& canvas_;
  double x_, y_, w_, h_, t_end_;
  Scale scale_;
};

std::vector<double> errors_of(const std::vector<double>& measured, const std::vector<double>& model) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < measured.size(); ++i) errors.push_back(measured[i] - model[i]);
  return errors;
}

}  // namespace

void draw_residuals(const Replay& model, const Readings& readings, const std::string& path) {
  const Telemetry& data = model.data();
  const int sensors = static_cast<int>(readings.size()), height = top + bottom + panel_height * sensors;
  Canvas canvas(width, height);
  canvas.text(40, height - 30, model.description().name, {24});
  canvas.text(40, height - 60,
              fmt::format("{}: measured, model; measured less model with twice the stated noise", data.file),
              {15, Anchor::left, muted});
  const double t_end = data.duration();
  const bool is_long = t_end > 3.0 * seconds_per_day;
  const double unit = is_long ? seconds_per_day : t_end > 2.0 * seconds_per_hour ? seconds_per_hour : 60.0;
  const std::string time_name = fmt::format("{} from the first row", is_long       ? "days"
                                                                     : unit > 60.0 ? "hours"
                                                                                   : "minutes");
  std::vector<double> t;
  for (const double time : data.time) t.push_back(time - data.time.front());
  const std::size_t held_out = model.first_held_out(), first = model.first_row();
  for (int s = 0; s < sensors; ++s) {
    const auto k = static_cast<std::size_t>(s);
    const Telemetry::Column& column = data.sensors[k];
    const double base = height - top - panel_height * (s + 1) + 30, h = panel_height - 62;
    std::vector<double> both = column.values;
    both.insert(both.end(), readings[k].begin(), readings[k].end());
    std::vector<double> errors = errors_of(column.values, readings[k]), around = errors;
    around.insert(around.end(), {3.0 * model.noise()[k], -3.0 * model.noise()[k]});
    Panel left(canvas, 90, base, 640, h, t_end, scale_of(both)),
        right(canvas, 830, base, 630, h, t_end, scale_of(around));
    for (Panel* panel : {&left, &right}) {
      if (held_out < t.size()) panel->shade(t[held_out], t_end, held_out_colour);
      if (first > 0) panel->shade(0.0, t[first], grid_colour);
    }
    right.band(-2.0 * model.noise()[k], 2.0 * model.noise()[k]);
    for (Panel* panel : {&left, &right}) panel->axes(unit, time_name, s + 1 == sensors);
    left.curve(t, column.values, 1.2, measured_colour);
    left.curve(t, readings[k], 1.6, model_colour);
    right.curve(t, errors, 1.0, measured_colour);
    right.curve({0.0, t_end}, {0.0, 0.0}, 1.0, model_colour);
    canvas.text(90, base + h + 14, fmt::format("{} [{}]", column.name, column.unit), {15});
    canvas.text(830, base + h + 14, fmt::format("error of {} [{}]", column.name, column.unit), {15});
  }
  if (held_out < t.size()) canvas.text(width - 40, height - 60, "shaded: held out", {15, Anchor::right, muted});
  canvas.save(path);
}

}  // namespace wattloop
