#include "io/sizing/picture.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/chart.h"
#include "io/units.h"

namespace wattloop::sizing {

namespace {

constexpr double line = 26.0, names_width = 380.0, chart_width = 1760.0, edge = 40.0, heading = 70.0, axis = 80.0;
constexpr Colour slack{0.45, 0.50, 0.60}, marked{0.80, 0.25, 0.15};
constexpr Lettering title{22, Lettering::Anchor::left, ink, true};

void draw_margins(Canvas& canvas, double y, const std::vector<Margin>& margins) {
  const ChartFrame frame{edge + names_width, y, chart_width, line * static_cast<double>(margins.size())};
  ChartAxis limits;
  const Scale share{0.0, 100.0, 20.0};
  // Names go upwards from the lowest cell.
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const Margin& m = margins[margins.size() - 1 - i];
    limits.names.push_back(m.constraint + ", " + m.element);
    canvas.rectangle(frame.x, frame.y + line * static_cast<double>(i) + 4.0,
                     frame.at_x(share, std::clamp(m.percent(), 0.0, 100.0)) - frame.x, line - 8.0,
                     m.binds ? marked : slack);
  }
  draw_axes(canvas, frame, {"to the limit, % of it (red: the next smaller step breaks it)", share, {}}, limits);
}

/// A column of the failure-mode matrix: lettering, and a number from which its colour follows if it has one.
struct Column {
  std::string name;
  double width;
  std::string (*text)(const ProofEvent&);
  double (*number)(const ProofEvent&);
};

const Column columns[] = {
    {"hottest GPU, °C", 150.0, [](const ProofEvent& e) { return fmt::format("{:.1f}", celsius(e.T_gpu_max)); },
     [](const ProofEvent& e) { return e.T_gpu_max; }},
    {"throttles after, s", 150.0,
     [](const ProofEvent& e) {
       return std::isfinite(e.time_to_throttle) ? fmt::format("{:.0f}", e.time_to_throttle) : std::string("never");
     },
     nullptr},
    {"lowest flow, %", 150.0, [](const ProofEvent& e) { return fmt::format("{:.0f}", 100.0 * e.lowest_flow); },
     nullptr},
    {"warmest FWS, °C", 150.0, [](const ProofEvent& e) { return fmt::format("{:.1f}", celsius(e.T_fws)); },
     [](const ProofEvent& e) { return e.T_fws; }},
    {"nearest its limit", 620.0, [](const ProofEvent& e) { return e.binding.empty() ? std::string("-") : e.binding; },
     nullptr},
    {"verdict", 540.0, [](const ProofEvent& e) { return e.told(); }, nullptr},
};

void draw_proof(Canvas& canvas, double y, const std::vector<ProofEvent>& proof) {
  const double top = y + line * static_cast<double>(proof.size());
  for (std::size_t i = 0; i < proof.size(); ++i)
    canvas.text(edge + names_width - 12.0, top - line * (static_cast<double>(i) + 0.5), proof[i].event,
                {17, Lettering::Anchor::right});
  double x = edge + names_width;
  for (const Column& column : columns) {
    canvas.text(x + 0.5 * column.width, top + 0.6 * line, column.name, {17, Lettering::Anchor::centre, muted});
    double low = 0.0, high = 0.0;
    if (column.number) {
      const auto [least, most] = std::minmax_element(proof.begin(), proof.end(), [&](const auto& a, const auto& b) {
        return column.number(a) < column.number(b);
      });
      low = column.number(*least), high = column.number(*most);
    }
    for (std::size_t i = 0; i < proof.size(); ++i) {
      const double bottom = top - line * static_cast<double>(i + 1);
      constexpr double deepest = 0.5;  // of the colour map: lettering stays legible
      if (high > low)
        canvas.rectangle(x + 1.0, bottom + 1.0, column.width - 2.0, line - 2.0,
                         colour_at(ColourMap::blues, deepest * (column.number(proof[i]) - low) / (high - low)));
      canvas.text(x + 0.5 * column.width, bottom + 0.5 * line, column.text(proof[i]),
                  {17, Lettering::Anchor::centre, proof[i].fails() ? marked : ink, proof[i].fails()});
    }
    x += column.width;
  }
}

}  // namespace

void draw(const std::string& path, const Request& request, const SizingResult& result) {
  const Design& d = *result.design;
  const bool has_proof = !result.proof.empty();
  const double proof_height = has_proof ? line * static_cast<double>(result.proof.size() + 1) + heading + edge : edge;
  const double height = proof_height + axis + line * static_cast<double>(d.margins.size()) + 2.0 * heading;
  Canvas canvas(static_cast<int>(2.0 * edge + names_width + chart_width), static_cast<int>(height));
  canvas.text(edge, height - 34.0, request.name, {28, Lettering::Anchor::left, ink, true});
  canvas.text(edge, height - heading - 20.0, "Margins in the worst hour", title);
  draw_margins(canvas, proof_height + axis, d.margins);
  if (!has_proof) return canvas.save(path);
  canvas.text(edge, proof_height - 30.0, "Proof: what happens to the racks", title);
  draw_proof(canvas, edge, result.proof);
  canvas.save(path);
}

}  // namespace wattloop::sizing
