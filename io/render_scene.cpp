#include "io/render_scene.h"

#include <fmt/format.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkTubeFilter.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattloop::scene {
namespace {

constexpr Colour ground_colour{0.945, 0.945, 0.93}, floor_colour{0.99, 0.99, 0.99}, edge_colour{0.45, 0.47, 0.50},
    ink{0.15, 0.15, 0.17};

/// Points, cells and a colour per cell: what every shape here is made of.
struct Mesh {
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  vtkNew<vtkUnsignedCharArray> colours;

  Mesh() { colours->SetNumberOfComponents(3); }

  void add(std::span<const Point> corners, const Colour& colour) {
    cells->InsertNextCell(static_cast<int>(corners.size()));
    for (const Point& corner : corners) cells->InsertCellPoint(points->InsertNextPoint(corner.data()));
    for (const double part : colour) colours->InsertNextValue(static_cast<unsigned char>(std::lround(255.0 * part)));
  }

  vtkSmartPointer<vtkPolyData> polygons() const {
    auto data = vtkSmartPointer<vtkPolyData>::New();
    data->SetPoints(points);
    data->SetPolys(cells);
    data->GetCellData()->SetScalars(colours);
    return data;
  }

  vtkSmartPointer<vtkPolyData> lines() const {
    auto data = vtkSmartPointer<vtkPolyData>::New();
    data->SetPoints(points);
    data->SetLines(cells);
    data->GetCellData()->SetScalars(colours);
    return data;
  }
};

vtkSmartPointer<vtkActor> actor_of(vtkPolyData* data) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data);
  auto actor = vtkSmartPointer<vtkActor>::New();
  actor->SetMapper(mapper);
  return actor;
}

/// Without light: the colour is the colour of the legend.
vtkSmartPointer<vtkActor> flat(vtkSmartPointer<vtkActor> actor) {
  actor->GetProperty()->LightingOff();
  return actor;
}

Colour shaded(const Colour& colour, double brightness) {
  return {colour[0] * brightness, colour[1] * brightness, colour[2] * brightness};
}

/// Whether a box stands within another, larger one on the ground plan.
bool is_inside(const Box& inner, const Box& outer) {
  for (size_t i = 0; i < 2; ++i) {
    const double free = 0.5 * (outer.size[i] - inner.size[i]);
    if (free <= 0.0 || std::abs(inner.center[i] - outer.center[i]) > free) return false;
  }
  return true;
}

/// The longest round length (1, 2 or 5 times a power of ten) of at most `length`.
double round_length(double length) {
  const double power = std::pow(10.0, std::floor(std::log10(length)));
  const double parts = length / power;
  return power * (parts >= 5.0 ? 5.0 : parts >= 2.0 ? 2.0 : 1.0);
}

/// Ground in front of the site, with room for the scale and the arrow, m.
double south_margin(const Bounds& bounds) {
  return 0.12 * bounds.extent();
}

}  // namespace

double Bounds::extent() const {
  return std::max(high[0] - low[0], high[1] - low[1]);
}

Bounds bounds_of(const Layout& layout) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Bounds bounds{{infinity, infinity, infinity}, {-infinity, -infinity, -infinity}};
  const auto include = [&](const Point& center, const Point& half) {
    for (size_t i = 0; i < 3; ++i) {
      bounds.low[i] = std::min(bounds.low[i], center[i] - half[i]);
      bounds.high[i] = std::max(bounds.high[i], center[i] + half[i]);
    }
  };
  const auto include_box = [&](const Box& box) {
    include(box.center, {0.5 * box.size[0], 0.5 * box.size[1], 0.5 * box.size[2]});
  };
  for (const LayoutGroup& group : layout.groups) {
    for (const Box& box : group.boxes) include_box(box);
    for (const Polyline& line : group.lines) {
      for (const Point& point : line.points) include(point, {0.0, 0.0, 0.0});
    }
  }
  for (const Structure& structure : layout.structures) include_box(structure.box);
  return bounds;
}

std::vector<Point> silhouette(const Box& box) {
  const auto& [c, s] = box;
  const double x0 = c[0] - 0.5 * s[0], x1 = c[0] + 0.5 * s[0], y0 = c[1] - 0.5 * s[1], y1 = c[1] + 0.5 * s[1];
  const double z0 = c[2] - 0.5 * s[2], z1 = c[2] + 0.5 * s[2];
  return {{x0, y0, z0}, {x1, y0, z0}, {x1, y0, z1}, {x1, y1, z1}, {x0, y1, z1}, {x0, y1, z0}};
}

Pixel pixel_of(vtkRenderer* renderer, const Point& point) {
  renderer->SetWorldPoint(point[0], point[1], point[2], 1.0);
  renderer->WorldToDisplay();
  const double* display = renderer->GetDisplayPoint();
  return {display[0], display[1]};
}

vtkSmartPointer<vtkActor> boxes(std::span<const Box> boxes, std::span<const Colour> colours) {
  // The three faces seen from the south-west and above; the top has the full colour.
  Mesh mesh;
  for (size_t i = 0; i < boxes.size(); ++i) {
    const auto& [center, size] = boxes[i];
    const auto corner = [&, &c = center, &s = size](double x, double y, double z) {
      return Point{c[0] + 0.5 * x * s[0], c[1] + 0.5 * y * s[1], c[2] + 0.5 * z * s[2]};
    };
    const Point top[] = {corner(-1, -1, 1), corner(1, -1, 1), corner(1, 1, 1), corner(-1, 1, 1)};
    const Point south[] = {corner(-1, -1, -1), corner(1, -1, -1), corner(1, -1, 1), corner(-1, -1, 1)};
    const Point west[] = {corner(-1, -1, -1), corner(-1, -1, 1), corner(-1, 1, 1), corner(-1, 1, -1)};
    mesh.add(top, colours[i]);
    mesh.add(south, shaded(colours[i], 0.88));
    mesh.add(west, shaded(colours[i], 0.74));
  }
  return flat(actor_of(mesh.polygons()));
}

vtkSmartPointer<vtkActor> tubes(std::span<const Polyline> lines, std::span<const Colour> colours,
                                double least_diameter) {
  Mesh mesh;
  double diameter = least_diameter;
  for (size_t i = 0; i < lines.size(); ++i) {
    mesh.add(lines[i].points, colours[i]);
    diameter = std::max(diameter, lines[i].diameter);
  }
  vtkNew<vtkTubeFilter> tube;
  tube->SetInputData(mesh.lines());
  tube->SetRadius(0.5 * diameter);
  tube->SetNumberOfSides(12);
  tube->CappingOn();
  tube->Update();
  auto actor = actor_of(tube->GetOutput());
  actor->GetProperty()->SetAmbient(0.75);
  actor->GetProperty()->SetDiffuse(0.3);
  return actor;
}

std::vector<Label> add_structures(vtkRenderer* renderer, std::span<const Structure> structures) {
  std::vector<Label> labels;
  Mesh floors, edges;
  for (const Structure& structure : structures) {
    const auto& [center, size] = structure.box;
    const double x0 = center[0] - 0.5 * size[0], x1 = center[0] + 0.5 * size[0];
    const double y0 = center[1] - 0.5 * size[1], y1 = center[1] + 0.5 * size[1], top = center[2] + 0.5 * size[2];
    const Point floor[] = {{x0, y0, 0.0}, {x1, y0, 0.0}, {x1, y1, 0.0}, {x0, y1, 0.0}};
    floors.add(floor, floor_colour);
    for (const double z : {0.02, top}) {
      const Point ring[] = {{x0, y0, z}, {x1, y0, z}, {x1, y1, z}, {x0, y1, z}, {x0, y0, z}};
      edges.add(ring, edge_colour);
    }
    for (const Point& corner : floor) {
      const Point upright[] = {corner, {corner[0], corner[1], top}};
      edges.add(upright, edge_colour);
    }
    const bool nested = std::any_of(structures.begin(), structures.end(),
                                    [&](const Structure& other) { return is_inside(structure.box, other.box); });
    if (!nested) labels.push_back({structure.name, center, silhouette(structure.box)});
  }
  renderer->AddActor(flat(actor_of(floors.polygons())));
  auto outline = flat(actor_of(edges.lines()));
  outline->GetProperty()->SetLineWidth(1.5F);
  renderer->AddActor(outline);
  return labels;
}

std::vector<Label> add_ground(vtkRenderer* renderer, const Bounds& bounds) {
  const double margin = 0.04 * bounds.extent(), z = -0.1;
  const double x0 = bounds.low[0] - margin, x1 = bounds.high[0] + margin;
  const double y0 = bounds.low[1] - south_margin(bounds), y1 = bounds.high[1] + margin;
  Mesh ground;
  const Point field[] = {{x0, y0, z}, {x1, y0, z}, {x1, y1, z}, {x0, y1, z}};
  ground.add(field, ground_colour);
  renderer->AddActor(flat(actor_of(ground.polygons())));

  const double length = round_length(0.25 * bounds.extent()), tick = 0.1 * length;
  const Point a{x0 + margin, y0 + margin, 0.0}, b{a[0] + length, a[1], 0.0};
  Mesh marks;
  const Point bar[] = {a, b}, from[] = {{a[0], a[1] - tick, 0.0}, {a[0], a[1] + tick, 0.0}},
              to[] = {{b[0], b[1] - tick, 0.0}, {b[0], b[1] + tick, 0.0}};
  for (const auto& line : {bar, from, to}) marks.add(std::span<const Point>(line, 2), ink);
  const Point c{b[0] + 0.5 * length, a[1] - 0.5 * tick, 0.0}, tip{c[0], c[1] + 3.0 * tick, 0.0};
  const Point arrow[] = {c, tip, {tip[0] - 0.7 * tick, tip[1] - 1.2 * tick, 0.0}};
  const Point barb[] = {tip, {tip[0] + 0.7 * tick, tip[1] - 1.2 * tick, 0.0}};
  marks.add(arrow, ink);
  marks.add(barb, ink);
  auto actor = flat(actor_of(marks.lines()));
  actor->GetProperty()->SetLineWidth(2.0F);
  renderer->AddActor(actor);
  return {{fmt::format("{:g} m", length), {0.5 * (a[0] + b[0]), a[1] + 1.6 * tick, 0.0}, {}},
          {"N", {tip[0], tip[1] + 1.3 * tick, 0.0}, {}}};
}

void set_camera(vtkRenderer* renderer, const Bounds& bounds, double aspect) {
  constexpr double radian = 3.14159265358979323846 / 180.0;
  constexpr double azimuth = 32.0 * radian, elevation = 40.0 * radian;  // from south towards west; above the horizon
  const double ce = std::cos(elevation), se = std::sin(elevation), ca = std::cos(azimuth), sa = std::sin(azimuth);
  const Point back{-ce * sa, -ce * ca, se}, right{ca, -sa, 0.0}, up{se * sa, se * ca, ce};
  const auto dot = [](const Point& p, const Point& q) { return p[0] * q[0] + p[1] * q[1] + p[2] * q[2]; };
  const double margin = 0.04 * bounds.extent();
  double r0 = 1e300, r1 = -1e300, u0 = 1e300, u1 = -1e300;
  for (int i = 0; i < 8; ++i) {
    const Point corner{(i & 1) != 0 ? bounds.high[0] + margin : bounds.low[0] - margin,
                       (i & 2) != 0 ? bounds.high[1] + margin : bounds.low[1] - south_margin(bounds),
                       (i & 4) != 0 ? bounds.high[2] : 0.0};
    r0 = std::min(r0, dot(corner, right));
    r1 = std::max(r1, dot(corner, right));
    u0 = std::min(u0, dot(corner, up));
    u1 = std::max(u1, dot(corner, up));
  }
  const double r = 0.5 * (r0 + r1), u = 0.5 * (u0 + u1), far = 4.0 * bounds.extent();
  vtkCamera* camera = renderer->GetActiveCamera();
  camera->ParallelProjectionOn();
  camera->SetParallelScale(0.5 * std::max(u1 - u0, (r1 - r0) / aspect) * 1.01);
  const Point focus{r * right[0] + u * up[0], r * right[1] + u * up[1], r * right[2] + u * up[2]};
  camera->SetFocalPoint(focus.data());
  camera->SetPosition(focus[0] + far * back[0], focus[1] + far * back[1], focus[2] + far * back[2]);
  camera->SetViewUp(0.0, 0.0, 1.0);
  renderer->ResetCameraClippingRange();
}

}  // namespace wattloop::scene
