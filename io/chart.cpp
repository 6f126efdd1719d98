#include "io/chart.h"

#include <algorithm>
#include <cmath>

namespace wattloop {

namespace {

using Anchor = Lettering::Anchor;
constexpr int text_size = 17, title_size = 19;  // pixels

}  // namespace

void draw_axes(Canvas& canvas, const ChartFrame& f, const ChartAxis& x, const ChartAxis& y) {
  canvas.rectangle(f.x - 1.0, f.y - 1.0, f.width + 2.0, 1.0, ink);
  canvas.rectangle(f.x - 1.0, f.y - 1.0, 1.0, f.height + 2.0, ink);
  const auto cells = [](const ChartAxis& axis) { return static_cast<double>(axis.names.size()); };
  for (std::size_t i = 0; i < x.names.size(); ++i)
    canvas.text(f.x + f.width * (static_cast<double>(i) + 0.5) / cells(x),
                f.y - 16.0 - 18.0 * static_cast<double>(i % 2), x.names[i], {text_size, Anchor::centre});
  for (std::size_t i = 0; i < y.names.size(); ++i)
    canvas.text(f.x - 8.0, f.y + f.height * (static_cast<double>(i) + 0.5) / cells(y), y.names[i],
                {text_size, Anchor::right});
  for (std::size_t i = 0; x.names.empty() && i < x.scale.labels(); ++i) {
    const double value = x.scale.low + static_cast<double>(i) * x.scale.step, at = f.at_x(x.scale, value);
    canvas.rectangle(at, f.y - 7.0, 1.0, 6.0, ink);
    canvas.text(at, f.y - 16.0, x.scale.label(value), {text_size, Anchor::centre});
  }
  for (std::size_t i = 0; y.names.empty() && i < y.scale.labels(); ++i) {
    const double value = y.scale.low + static_cast<double>(i) * y.scale.step, at = f.at_y(y.scale, value);
    canvas.rectangle(f.x - 7.0, at, 6.0, 1.0, ink);
    canvas.text(f.x - 10.0, at, y.scale.label(value), {text_size, Anchor::right});
  }
  canvas.text(f.x + 0.5 * f.width, f.y - (x.names.size() > 1 ? 58.0 : 40.0), x.title, {title_size, Anchor::centre});
  if (y.names.empty())
    canvas.text(f.x - 78.0, f.y + 0.5 * f.height, y.title, {title_size, Anchor::centre, ink, false, true});
}

void draw_colour_bar(Canvas& canvas, const ChartFrame& f, const Scale& scale) {
  constexpr int strips = 100;
  const double x = f.x + f.width + 16.0, width = 18.0;
  for (int i = 0; i < strips; ++i)
    canvas.rectangle(x, f.y + f.height * i / strips, width, f.height / strips + 1.0,
                     colour_at(ColourMap::viridis, (i + 0.5) / strips));
  for (std::size_t i = 0; i < scale.labels(); ++i) {
    const double value = scale.low + static_cast<double>(i) * scale.step;
    canvas.text(x + width + 8.0, f.at_y(scale, value), scale.label(value), {text_size});
  }
}

}  // namespace wattloop
