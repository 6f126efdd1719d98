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

namespace {

/// How much of each pixel of a window lines cover.
class Coverage {
 public:
  Coverage(int left, int bottom, int right, int top)
      : left_(left), bottom_(bottom), right_(right), top_(top), shares_(static_cast<std::size_t>(columns()) * rows()) {}

  int columns() const { return std::max(0, right_ - left_ + 1); }
  int rows() const { return std::max(0, top_ - bottom_ + 1); }
  double at(int column, int row) const { return static_cast<double>(shares_[index(column, row)]); }

  /// Adds a line by the distance of the pixels from it.
  void add(std::pair<double, double> from, std::pair<double, double> to, double thickness) {
    const double reach = 0.5 * thickness + 1.0;
    const auto [x0, x1] = std::minmax(from.first, to.first);
    const auto [y0, y1] = std::minmax(from.second, to.second);
    const double dx = to.first - from.first, dy = to.second - from.second, length2 = dx * dx + dy * dy;
    for (int y = std::max(bottom_, static_cast<int>(y0 - reach)); y <= std::min(top_, static_cast<int>(y1 + reach));
         ++y)
      for (int x = std::max(left_, static_cast<int>(x0 - reach)); x <= std::min(right_, static_cast<int>(x1 + reach));
           ++x) {
        const double px = x + 0.5 - from.first, py = y + 0.5 - from.second;
        const double along = length2 > 0.0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
        const double distance = std::hypot(px - along * dx, py - along * dy);
        float& share = shares_[index(x - left_, y - bottom_)];
        share = std::max(share, static_cast<float>(std::clamp(0.5 * thickness + 0.5 - distance, 0.0, 1.0)));
      }
  }

 private:
  std::size_t index(int column, int row) const { return static_cast<std::size_t>(row) * columns() + column; }

  int left_, bottom_, right_, top_;
  std::vector<float> shares_;
};

}  // namespace

void Canvas::line(const std::vector<std::pair<double, double>>& points, double thickness, const Colour& colour,
                  double opacity) {
  if (points.empty()) return;
  double x0 = width_, x1 = 0.0, y0 = height_, y1 = 0.0;
  for (const auto& [x, y] : points)
    x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
  const int margin = static_cast<int>(thickness) + 2;
  const int left = std::max(0, static_cast<int>(x0) - margin),
            right = std::min(width_ - 1, static_cast<int>(x1) + margin);
  const int bottom = std::max(0, static_cast<int>(y0) - margin),
            top = std::min(height_ - 1, static_cast<int>(y1) + margin);
  Coverage coverage(left, bottom, right, top);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) coverage.add(points[i], points[i + 1], thickness);
  for (int row = 0; row < coverage.rows(); ++row)
    for (int column = 0; column < coverage.columns(); ++column)
      blend(left + column, bottom + row, colour, opacity * coverage.at(column, row));
}

void Canvas::text(double x, double y, const std::string& text, const Lettering& lettering) {
  using Anchor = Lettering::Anchor;
  constexpr int dots_per_inch = 72;  // sizes are pixels
  vtkNew<vtkTextProperty> property;
  property->SetFontFamilyToArial();
  property->SetFontSize(lettering.size);
  property->SetColor(lettering.colour[0], lettering.colour[1], lettering.colour[2]);
  property->SetBold(lettering.is_bold);
  if (lettering.is_upright) property->SetOrientation(90.0);
  vtkNew<vtkImageData> letters;
  int dimensions[2];
  if (!vtkTextRenderer::GetInstance()->RenderString(property.Get(), vtkStdString(text), letters.Get(), dimensions,
                                                    dots_per_inch))
    return;
  const double shift = lettering.anchor == Anchor::left ? 0.0 : lettering.anchor == Anchor::centre ? 0.5 : 1.0;
  const int left = static_cast<int>(std::lround(x - shift * dimensions[0]));
  const int bottom = static_cast<int>(std::lround(y - 0.5 * dimensions[1]));
  const int* extent = letters->GetExtent();
  for (int row = 0; row < dimensions[1]; ++row)
    for (int column = 0; column < dimensions[0]; ++column) {
      const auto* pixel =
          static_cast<unsigned char*>(letters->GetScalarPointer(extent[0] + column, extent[2] + row, 0));
      blend(left + column, bottom + row, lettering.colour, pixel[3] / 255.0);
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
