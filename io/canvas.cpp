#include "io/canvas.h"

#include <vtkAutoInit.h>
#include <vtkErrorCode.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

VTK_MODULE_INIT(vtkRenderingFreeType)

namespace wattloop {

void Canvas::blend(int x, int y, const Colour& colour, double opacity) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_ || opacity <= 0.0) return;
  float* pixel =
      &pixels_[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x))];
  const double share = std::min(opacity, 1.0);
  for (std::size_t k = 0; k < 3; ++k)
    pixel[k] = static_cast<float>((1.0 - share) * static_cast<double>(pixel[k]) + share * colour[k]);
}

void Canvas::rectangle(double x, double y, double w, double h, const Colour& colour, double opacity) {
  const auto whole = [](double value) { return static_cast<int>(std::lround(value)); };
  for (int row = whole(y); row < whole(y + h); ++row)
    for (int column = whole(x); column < whole(x + w); ++column) blend(column, row, colour, opacity);
}

/// Coverage of each pixel by its distance from the segment.
void Canvas::segment(const std::pair<double, double>& from, const std::pair<double, double>& to, double thickness,
                     std::vector<float>& coverage) const {
  const auto [x0, y0] = from;
  const auto [x1, y1] = to;
  const double dx = x1 - x0, dy = y1 - y0, length2 = dx * dx + dy * dy, reach = 0.5 * thickness + 1.0;
  const int left = std::max(0, static_cast<int>(std::min(x0, x1) - reach));
  const int right = std::min(width_ - 1, static_cast<int>(std::max(x0, x1) + reach));
  const int bottom = std::max(0, static_cast<int>(std::min(y0, y1) - reach));
  const int top = std::min(height_ - 1, static_cast<int>(std::max(y0, y1) + reach));
  for (int y = bottom; y <= top; ++y)
    for (int x = left; x <= right; ++x) {
      const double px = x + 0.5 - x0, py = y + 0.5 - y0;
      const double along = length2 > 0.0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
      const double distance = std::hypot(px - along * dx, py - along * dy);
      float& c = coverage[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)];
      c = std::max(c, static_cast<float>(std::clamp(0.5 * thickness + 0.5 - distance, 0.0, 1.0)));
    }
}

void Canvas::line(const std::vector<std::pair<double, double>>& points, double thickness, const Colour& colour,
                  double opacity) {
  std::vector<float> coverage(pixels_.size() / 3, 0.0f);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) segment(points[i], points[i + 1], thickness, coverage);
  for (std::size_t i = 0; i < coverage.size(); ++i)
    if (coverage[i] > 0.0f)
      blend(static_cast<int>(i) % width_, static_cast<int>(i) / width_, colour,
            opacity * static_cast<double>(coverage[i]));
}

void Canvas::text(double x, double y, const std::string& text, int size, const Colour& colour, Anchor anchor) {
  constexpr int dots_per_inch = 72;  // sizes are pixels
  vtkNew<vtkTextProperty> property;
  property->SetFontFamilyToArial();
  property->SetFontSize(size);
  property->SetColor(colour[0], colour[1], colour[2]);
  vtkNew<vtkImageData> letters;
  int dimensions[2];
  if (!vtkTextRenderer::GetInstance()->RenderString(property.Get(), vtkStdString(text), letters.Get(), dimensions,
                                                    dots_per_inch))
    return;
  const double shift = anchor == Anchor::left ? 0.0 : anchor == Anchor::centre ? 0.5 : 1.0;
  const int left = static_cast<int>(std::lround(x - shift * dimensions[0]));
  const int bottom = static_cast<int>(std::lround(y - 0.5 * dimensions[1]));
  const int* extent = letters->GetExtent();
  for (int row = 0; row < dimensions[1]; ++row)
    for (int column = 0; column < dimensions[0]; ++column) {
      const auto* pixel =
          static_cast<unsigned char*>(letters->GetScalarPointer(extent[0] + column, extent[2] + row, 0));
      blend(left + column, bottom + row, colour, pixel[3] / 255.0);
    }
}

void Canvas::save(const std::string& path) const {
  vtkNew<vtkImageData> image;
  image->SetDimensions(width_, height_, 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
  auto* bytes = static_cast<unsigned char*>(image->GetScalarPointer());
  for (std::size_t i = 0; i < pixels_.size(); ++i)
    bytes[i] = static_cast<unsigned char>(std::lround(255.0 * static_cast<double>(std::clamp(pixels_[i], 0.0f, 1.0f))));
  vtkNew<vtkPNGWriter> writer;
  writer->SetFileName(path.c_str());
  writer->SetInputData(image);
  writer->Write();
  if (writer->GetErrorCode() != vtkErrorCode::NoError) throw std::runtime_error("cannot write the picture " + path);
}

}  // namespace wattloop
