#include "io/chart_page.h"

#include <vtkActor2D.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper2D.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkUnsignedCharArray.h>
#include <vtkWindowToImageFilter.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace wattloop {

namespace {

constexpr Colour ink{0.15, 0.15, 0.17};
constexpr double text_size = 17.0, title_size = 19.0;  // pixels

}  // namespace

void ChartPage::save(const std::string& path) const {
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  for (const Rectangle& r : rectangles_) {
    const auto [x, y, w, h] = r.place;
    const vtkIdType first = points->InsertNextPoint(x, y, 0.0);
    points->InsertNextPoint(x + w, y, 0.0);
    points->InsertNextPoint(x + w, y + h, 0.0);
    points->InsertNextPoint(x, y + h, 0.0);
    const vtkIdType corners[] = {first, first + 1, first + 2, first + 3};
    cells->InsertNextCell(4, corners);
    for (const double c : r.colour) colours->InsertNextValue(static_cast<unsigned char>(std::lround(255.0 * c)));
  }
  vtkNew<vtkPolyData> data;
  data->SetPoints(points);
  data->SetPolys(cells);
  data->GetCellData()->SetScalars(colours);
  vtkNew<vtkPolyDataMapper2D> mapper;
  mapper->SetInputData(data);
  vtkNew<vtkActor2D> actor;
  actor->SetMapper(mapper);
  vtkNew<vtkRenderer> renderer;
  renderer->SetBackground(1.0, 1.0, 1.0);
  renderer->AddActor2D(actor);
  for (const Text& t : texts_) {
    vtkNew<vtkTextActor> words;
    words->SetInput(t.text.c_str());
    words->SetPosition(t.x, t.y);
    vtkTextProperty* property = words->GetTextProperty();
    property->SetFontFamilyToArial();
    property->SetFontSize(static_cast<int>(std::lround(t.size)));
    property->SetColor(ink[0], ink[1], ink[2]);
    property->SetBold(t.is_bold);
    property->SetVerticalJustificationToCentered();
    if (t.align == Align::centre) property->SetJustificationToCentered();
    if (t.align == Align::right) property->SetJustificationToRight();
    if (t.is_upright) property->SetOrientation(90.0);
    renderer->AddActor2D(words);
  }
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetSize(width_, height_);
  window->AddRenderer(renderer);
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

void draw_axes(ChartPage& page, const ChartFrame& f, const ChartAxis& x, const ChartAxis& y) {
  using Align = ChartPage::Align;
  page.rectangle(f.x - 1.0, f.y - 1.0, f.width + 2.0, 1.0, ink);
  page.rectangle(f.x - 1.0, f.y - 1.0, 1.0, f.height + 2.0, ink);
  const auto cells = [](const ChartAxis& axis) { return static_cast<double>(axis.names.size()); };
  for (std::size_t i = 0; i < x.names.size(); ++i)
    page.text(f.x + f.width * (static_cast<double>(i) + 0.5) / cells(x), f.y - 16.0 - 18.0 * static_cast<double>(i % 2),
              x.names[i], text_size, Align::centre);
  for (std::size_t i = 0; i < y.names.size(); ++i)
    page.text(f.x - 8.0, f.y + f.height * (static_cast<double>(i) + 0.5) / cells(y), y.names[i], text_size,
              Align::right);
  for (std::size_t i = 0; x.names.empty() && i < x.scale.labels(); ++i) {
    const double value = x.scale.low + static_cast<double>(i) * x.scale.step, at = f.at_x(x.scale, value);
    page.rectangle(at, f.y - 7.0, 1.0, 6.0, ink);
    page.text(at, f.y - 16.0, x.scale.label(value), text_size, Align::centre);
  }
  for (std::size_t i = 0; y.names.empty() && i < y.scale.labels(); ++i) {
    const double value = y.scale.low + static_cast<double>(i) * y.scale.step, at = f.at_y(y.scale, value);
    page.rectangle(f.x - 7.0, at, 6.0, 1.0, ink);
    page.text(f.x - 10.0, at, y.scale.label(value), text_size, Align::right);
  }
  page.text(f.x + 0.5 * f.width, f.y - (x.names.size() > 1 ? 58.0 : 40.0), x.title, title_size, Align::centre);
  if (y.names.empty()) page.text(f.x - 78.0, f.y + 0.5 * f.height, y.title, title_size, Align::centre, false, true);
}

void draw_colour_bar(ChartPage& page, const ChartFrame& f, const Scale& scale) {
  constexpr int strips = 100;
  const double x = f.x + f.width + 16.0, width = 18.0;
  for (int i = 0; i < strips; ++i)
    page.rectangle(x, f.y + f.height * i / strips, width, f.height / strips + 1.0,
                   colour_at(ColourMap::viridis, (i + 0.5) / strips));
  for (std::size_t i = 0; i < scale.labels(); ++i) {
    const double value = scale.low + static_cast<double>(i) * scale.step;
    page.text(x + width + 8.0, f.at_y(scale, value), scale.label(value), text_size);
  }
}

}  // namespace wattloop
