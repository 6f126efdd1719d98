#include "io/render.h"

#include <fmt/format.h>
#include <unistd.h>
#include <vtkActor2D.h>
#include <vtkAutoInit.h>
#include <vtkCellArray.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper2D.h>
#include <vtkProperty2D.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkWindowToImageFilter.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "io/civil_time.h"
#include "io/colour_map.h"
#include "io/errors.h"
#include "io/render_scene.h"
#include "io/run_file.h"

VTK_MODULE_INIT(vtkRenderingOpenGL2)
VTK_MODULE_INIT(vtkRenderingFreeType)

namespace wattloop {
namespace {

constexpr double panel_share = 0.2;   // of the width: legends at the right
constexpr double title_share = 0.12;  // of the height: title at the top
constexpr Colour off_colour{0.72, 0.72, 0.72}, ink{0.15, 0.15, 0.17}, muted{0.38, 0.38, 0.42};
/// Quiet colours of the equipment that shows no data, far from those of the maps.
constexpr Colour quiet[] = {{0.66, 0.72, 0.78}, {0.80, 0.76, 0.68}, {0.70, 0.76, 0.70}, {0.76, 0.71, 0.76},
                            {0.60, 0.60, 0.62}, {0.88, 0.85, 0.74}, {0.56, 0.68, 0.68}, {0.82, 0.68, 0.63},
                            {0.73, 0.73, 0.58}, {0.58, 0.60, 0.72}, {0.88, 0.78, 0.81}, {0.78, 0.86, 0.88}};

/// One variable of one group at the record, in display units, with the colours it gives.
struct Shown {
  std::string group, label, title;
  DisplayUnit unit;
  std::vector<double> values;
  Scale scale;
  ColourMap map = ColourMap::viridis;

  std::vector<Colour> colours() const {
    std::vector<Colour> colours;
    for (const double value : values) {
      const double x = (value - scale.low) / (scale.high - scale.low);
      colours.push_back(std::isfinite(x) ? colour_at(map, x) : off_colour);
    }
    return colours;
  }
};

const RecordGroup* find_group(const RunFile& run, const std::string& name) {
  const auto found = std::find_if(run.groups().begin(), run.groups().end(),
                                  [&](const RecordGroup& group) { return group.name == name; });
  return found == run.groups().end() ? nullptr : &*found;
}

Shown show(const RunFile& run, const RecordGroup& group, const Variable& variable, size_t record, ColourMap map) {
  Shown shown{group.name, group.shown_label(), variable.long_name, display_unit(variable.units), {}, {}, map};
  for (const double value : run.values(group.name, variable.name, record)) {
    shown.values.push_back(shown.unit.shown(value));
  }
  shown.scale = scale_of(shown.values);
  return shown;
}

/// What colours a group: the variable asked for, else for lines their temperature or loading, else nothing.
std::optional<Shown> shown_of(const RunFile& run, const LayoutGroup& part, const RenderOptions& options,
                              size_t record) {
  const RecordGroup* group = find_group(run, part.group);
  if (group == nullptr) return std::nullopt;
  for (const Variable& variable : group->variables) {
    const bool asked = part.group == options.group && variable.name == options.variable;
    if (asked) return show(run, *group, variable, record, ColourMap::viridis);
    if (part.lines.empty() || part.group == options.group) continue;
    if (variable.units == "K") return show(run, *group, variable, record, ColourMap::plasma);
    if (variable.name == "loading") return show(run, *group, variable, record, ColourMap::blues);
  }
  return std::nullopt;
}

/// Text and rectangles over the picture, in pixels from its lower left corner.
class Overlay {
 public:
  Overlay(vtkRenderWindow* window, int width, int height) : width_(width), height_(height) {
    renderer_->SetLayer(1);
    renderer_->InteractiveOff();
    window->AddRenderer(renderer_);
  }
  int width() const { return width_; }
  int height() const { return height_; }
  /// Pixels of a length that is 1/1080 of the height: sizes hold for pictures of any size.
  double unit() const { return height_ / 1080.0; }

  /// Smaller where it would not fit between `x` and the right edge of its column.
  void text(double x, double y, const std::string& text, double size, const Colour& colour = ink, bool bold = false) {
    vtkTextActor* actor = write(x, y, text, size, colour);
    vtkTextProperty* property = actor->GetTextProperty();
    property->SetBold(bold);
    const double panel = width_ * (1.0 - panel_share), room = (x < panel ? panel : width_) - x - 8.0 * unit();
    double needed[2];
    actor->GetSize(renderer_, needed);
    if (needed[0] > room)
      property->SetFontSize(std::max(6, static_cast<int>(property->GetFontSize() * room / needed[0])));
  }

  /// Lettering on the scene, readable on whatever is behind it. `place` gives its centre for its size.
  template <class Place>
  void label(const std::string& text, Place&& place) {
    vtkTextActor* actor = write(0.0, 0.0, text, 20, ink);
    vtkTextProperty* property = actor->GetTextProperty();
    property->BoldOn();
    property->SetBackgroundColor(1.0, 1.0, 1.0);
    property->SetBackgroundOpacity(0.6);
    property->SetJustificationToCentered();
    double size[2];
    actor->GetSize(renderer_, size);
    const Pixel centre = place(Pixel{size[0] + 4.0 * unit(), size[1] + 2.0 * unit()});
    actor->SetPosition(centre[0], centre[1]);
  }

  void rectangle(double x, double y, double w, double h, const Colour& colour) {
    vtkNew<vtkPoints> points;
    points->InsertNextPoint(x, y, 0.0);
    points->InsertNextPoint(x + w, y, 0.0);
    points->InsertNextPoint(x + w, y + h, 0.0);
    points->InsertNextPoint(x, y + h, 0.0);
    vtkNew<vtkCellArray> cells;
    const vtkIdType corners[] = {0, 1, 2, 3};
    cells->InsertNextCell(4, corners);
    vtkNew<vtkPolyData> data;
    data->SetPoints(points);
    data->SetPolys(cells);
    vtkNew<vtkPolyDataMapper2D> mapper;
    mapper->SetInputData(data);
    vtkNew<vtkActor2D> actor;
    actor->SetMapper(mapper);
    actor->GetProperty()->SetColor(colour[0], colour[1], colour[2]);
    renderer_->AddActor2D(actor);
  }

 private:
  vtkTextActor* write(double x, double y, const std::string& text, double size, const Colour& colour) {
    vtkNew<vtkTextActor> actor;
    actor->SetInput(text.c_str());
    actor->SetPosition(x, y);
    vtkTextProperty* property = actor->GetTextProperty();
    property->SetFontFamilyToArial();
    property->SetFontSize(std::max(8, static_cast<int>(std::lround(size * unit()))));
    property->SetColor(colour[0], colour[1], colour[2]);
    property->SetVerticalJustificationToCentered();
    renderer_->AddActor2D(actor);
    return actor;
  }

  vtkNew<vtkRenderer> renderer_;
  int width_, height_;
};

/// A colour bar with its top at `y`; returns where the next thing may begin.
double draw_bar(Overlay& overlay, const Shown& shown, double x, double y, double length) {
  constexpr int strips = 128;
  const double u = overlay.unit();
  overlay.text(x, y - 12 * u, fmt::format("{} [{}]", shown.title, shown.unit.name), 19, ink, true);
  overlay.text(x, y - 36 * u, shown.label, 17, muted);
  const double bottom = y - 60 * u - length, width = 26 * u;
  for (int i = 0; i < strips; ++i) {
    overlay.rectangle(x, bottom + length * i / strips, width, length / strips + 1.0,
                      colour_at(shown.map, (i + 0.5) / strips));
  }
  for (size_t i = 0; i < shown.scale.labels(); ++i) {
    const double value = shown.scale.low + static_cast<double>(i) * shown.scale.step;
    const double at = bottom + length * (value - shown.scale.low) / (shown.scale.high - shown.scale.low);
    overlay.rectangle(x + width, at - 0.75 * u, 7 * u, 1.5 * u, ink);
    overlay.text(x + width + 13 * u, at, shown.scale.label(value), 18);
  }
  return bottom - 44 * u;
}

/// Coloured squares with names.
void draw_keys(Overlay& overlay, const std::vector<std::pair<std::string, Colour>>& keys, double x, double y) {
  const double u = overlay.unit();
  for (const auto& [name, colour] : keys) {
    overlay.rectangle(x, y - 20 * u, 20 * u, 20 * u, colour);
    overlay.text(x + 30 * u, y - 10 * u, name, 18);
    y -= 29 * u;
  }
}

/// "highest 86.9 °C (building 1 ...), lowest ..., 13 of 1280 off"
std::string extremes(const Shown& shown, const RecordGroup& group) {
  std::optional<size_t> low, high;
  size_t off = 0;
  for (size_t i = 0; i < shown.values.size(); ++i) {
    if (!std::isfinite(shown.values[i])) {
      ++off;
      continue;
    }
    if (!low || shown.values[i] < shown.values[*low]) low = i;
    if (!high || shown.values[i] > shown.values[*high]) high = i;
  }
  const std::string count = off > 0 ? fmt::format("{} of {} off", off, shown.values.size()) : "";
  if (!high) return count;
  return fmt::format("highest {:.1f} {} ({}), lowest {:.1f} {} ({}){}{}", shown.values[*high], shown.unit.name,
                     group.elements[*high], shown.values[*low], shown.unit.name, group.elements[*low],
                     off > 0 ? ", " : "", count);
}

/// "2026-07-15 15:00:00 (UTC-06:00)"
std::string clock_text(const RunFile& run, size_t record) {
  const std::string iso = format_time(run.start_time() + run.times()[record], run.utc_offset());
  const std::string zone = iso.substr(19);
  return fmt::format("{} {} site time (UTC{})", iso.substr(0, 10), iso.substr(11, 8), zone == "Z" ? "" : zone);
}

void save(vtkRenderWindow* window, const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) throw InputError({{path, 0, 0, "", "cannot write the picture", "", ""}});
    std::fclose(file);
  }
  window->Render();
  vtkNew<vtkWindowToImageFilter> image;
  image->SetInput(window);
  image->ReadFrontBufferOff();
  vtkNew<vtkPNGWriter> writer;
  writer->SetInputConnection(image->GetOutputPort());
  writer->SetFileName(path.c_str());
  writer->Write();
  if (writer->GetErrorCode() != 0) throw std::runtime_error("cannot write the picture " + path);
}

/// What the right side of the picture explains.
struct Legend {
  std::vector<Shown> bars;
  std::vector<std::pair<std::string, Colour>> keys;
};

Legend draw_equipment(vtkRenderer* renderer, const RunFile& run, const RenderOptions& options, size_t record,
                      const scene::Bounds& bounds) {
  Legend legend;
  for (const LayoutGroup& part : run.layout().groups) {
    const std::optional<Shown> shown = shown_of(run, part, options, record);
    const size_t count = std::max(part.boxes.size(), part.lines.size());
    std::vector<Colour> colours(count, quiet[legend.keys.size() % std::size(quiet)]);
    if (shown) {
      colours = shown->colours();
      legend.bars.push_back(*shown);
    } else if (count > 0) {
      const RecordGroup* group = find_group(run, part.group);
      legend.keys.emplace_back(group != nullptr ? group->shown_label() : part.group, colours.front());
    }
    if (part.lines.empty()) {
      renderer->AddActor(scene::boxes(part.boxes, colours));
    } else {
      renderer->AddActor(scene::tubes(part.lines, colours, bounds.extent() / 250.0));
    }
  }
  for (const Shown& bar : legend.bars) {
    const bool any_off = std::any_of(bar.values.begin(), bar.values.end(), [](double v) { return !std::isfinite(v); });
    if (any_off) legend.keys.emplace_back(bar.label + ", off", off_colour);
  }
  return legend;
}

void draw_legend(Overlay& overlay, const Legend& legend) {
  const double u = overlay.unit(), left = overlay.width() * (1.0 - panel_share) + 16 * u;
  double y = overlay.height() - 30 * u;
  const double space = y - 29 * u * static_cast<double>(legend.keys.size()) - 20 * u;
  const double bars = std::max<double>(static_cast<double>(legend.bars.size()), 1.0);
  const double length = std::clamp(space / bars - 104 * u, 60 * u, 300 * u);
  for (const Shown& bar : legend.bars) y = draw_bar(overlay, bar, left, y, length);
  draw_keys(overlay, legend.keys, left, y);
}

/// Names of the structures where they hide little of the scene, which fills the picture left of the legends.
void draw_labels(Overlay& overlay, vtkRenderer* renderer, const Layout& layout, const std::vector<scene::Label>& labels,
                 const RenderOptions& options) {
  const double u = overlay.unit();
  LabelPlacement placement(
      {{8 * u, 8 * u}, {options.width * (1.0 - panel_share) - 8 * u, options.height * (1.0 - title_share) - 8 * u}});
  const auto seen = [&](const std::vector<Point>& points) {
    std::vector<Pixel> pixels;
    for (const Point& point : points) pixels.push_back(scene::pixel_of(renderer, point));
    return pixels;
  };
  for (const LayoutGroup& group : layout.groups) {
    for (const Box& box : group.boxes) placement.add_equipment(seen(scene::silhouette(box)));
    for (const Polyline& line : group.lines) placement.add_line(seen(line.points));
  }
  for (const scene::Label& label : labels)
    if (!label.outline.empty()) placement.add_outline(seen(label.outline));
  for (const scene::Label& label : labels)
    overlay.label(label.text, [&](const Pixel& size) {
      return label.outline.empty() ? placement.place_at(seen({label.place}).front(), size)
                                   : placement.place_by(seen(label.outline), size);
    });
}

void draw_title(Overlay& overlay, const RunFile& run, const RenderOptions& options, size_t record,
                const Legend& legend) {
  const double u = overlay.unit(), top = overlay.height();
  overlay.text(30 * u, top - 38 * u, options.title.empty() ? run.title() : options.title, 34, ink, true);
  overlay.text(30 * u, top - 78 * u, clock_text(run, record), 24);
  for (const Shown& bar : legend.bars) {
    if (bar.group != options.group) continue;
    overlay.text(30 * u, top - 110 * u, extremes(bar, *find_group(run, bar.group)), 19, muted);
  }
}

}  // namespace

void render(const std::string& run_file, const RenderOptions& options) {
  const RunFile run(run_file);
  const size_t record = run.record_at(options.time);
  const Layout& layout = run.layout();
  if (layout.groups.empty()) throw InputError({{run_file, 0, 0, "", "does not say where things stand", "", ""}});
  run.values(options.group, options.variable, record);  // throws if there is no such variable

  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetSize(options.width, options.height);
  window->SetNumberOfLayers(2);
  window->SetMultiSamples(8);
  vtkNew<vtkRenderer> paper, renderer;  // white behind title and legends; the scene
  paper->SetBackground(1.0, 1.0, 1.0);
  renderer->SetBackground(1.0, 1.0, 1.0);
  renderer->SetViewport(0.0, 0.0, 1.0 - panel_share, 1.0 - title_share);
  window->AddRenderer(paper);
  window->AddRenderer(renderer);
  Overlay overlay(window, options.width, options.height);

  const scene::Bounds bounds = scene::bounds_of(layout);
  std::vector<scene::Label> labels = scene::add_ground(renderer, bounds);
  for (scene::Label& label : scene::add_structures(renderer, layout.structures)) labels.push_back(std::move(label));
  const Legend legend = draw_equipment(renderer, run, options, record, bounds);
  scene::set_camera(renderer, bounds, options.width * (1.0 - panel_share) / (options.height * (1.0 - title_share)));
  window->Render();  // the projection of the labels needs the viewport's size
  draw_labels(overlay, renderer, layout, labels, options);
  draw_legend(overlay, legend);
  draw_title(overlay, run, options, record, legend);
  save(window, options.output);
}

void ensure_display(char** argv) {
  const char* display = std::getenv("DISPLAY");
  if (display != nullptr && *display != '\0') return;
  std::vector<char*> arguments;
  std::string program = "xvfb-run", automatic = "-a", self = "/proc/self/exe";
  char path[4096];
  const ssize_t length = ::readlink(self.c_str(), path, sizeof path - 1);
  if (length > 0) self.assign(path, static_cast<size_t>(length));
  for (std::string* word : {&program, &automatic, &self}) arguments.push_back(word->data());
  for (char** argument = argv + 1; *argument != nullptr; ++argument) arguments.push_back(*argument);
  arguments.push_back(nullptr);
  ::execvp(program.c_str(), arguments.data());
  throw std::runtime_error("drawing needs an X display or the program xvfb-run (Debian: apt-get install xvfb xauth)");
}

}  // namespace wattloop
