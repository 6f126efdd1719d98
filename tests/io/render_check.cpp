/// Draws the synthetic site and looks at the picture: a program of its own because it needs a display and because it
/// tests that a program without one starts itself anew.
#include <fmt/format.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGReader.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "io/colour_map.h"
#include "io/render.h"
#include "tests/io/synthetic_site.h"

namespace {

using namespace wattloop;

/// Pixels of exactly a colour, or within 6/255 of it in each part.
size_t pixels_like(vtkImageData* image, const Colour& colour) {
  const int* size = image->GetDimensions();
  const auto* pixel = static_cast<const unsigned char*>(image->GetScalarPointer());
  const int parts = image->GetNumberOfScalarComponents();
  size_t count = 0;
  for (int i = 0; i < size[0] * size[1]; ++i, pixel += parts) {
    bool like = true;
    for (size_t k = 0; k < 3; ++k) like = like && std::abs(pixel[k] - 255.0 * colour[k]) <= 6.0;
    count += like ? 1 : 0;
  }
  return count;
}

int failures = 0;

void expect(bool condition, const std::string& what) {
  if (condition) return;
  fmt::print("FAILED: {}\n", what);
  ++failures;
}

}  // namespace

int main(int argc, char** argv) {
  ensure_display(argv);
  const std::filesystem::path directory = argc > 1 ? argv[1] : "render_check";
  std::filesystem::create_directories(directory);
  const RunFileSpec spec = testing::site_spec((directory / "run.h5").string(), 97);
  ResultsFile file(spec);
  for (int i = 0; i < 97; ++i) file.write(900.0 * i, testing::site_record(spec, 900.0 * i));
  file.finish();

  RenderOptions options;
  options.time = "15:00";
  options.output = (directory / "site.png").string();
  render(spec.path, options);
  vtkNew<vtkPNGReader> reader;
  reader->SetFileName(options.output.c_str());
  reader->Update();
  vtkImageData* image = reader->GetOutput();
  expect(image->GetDimensions()[0] == 1920 && image->GetDimensions()[1] == 1080, "size of the picture");
  const size_t all = 1920U * 1080U;
  const size_t white = pixels_like(image, {1.0, 1.0, 1.0});
  expect(white > all / 4 && white < all * 4 / 5, fmt::format("white paper around a site, {} pixels are white", white));
  for (const double x : {0.05, 0.5, 0.95}) {
    expect(pixels_like(image, colour_at(ColourMap::viridis, x)) > 100, fmt::format("racks' colour at {}", x));
    expect(pixels_like(image, colour_at(ColourMap::plasma, x)) > 100, fmt::format("pipes' colour at {}", x));
  }
  try {
    options.variable = "no_such";
    render(spec.path, options);
    expect(false, "an unknown variable is refused");
  } catch (const std::runtime_error&) {
  }
  fmt::print("{} looked at, {} failures\n", options.output, failures);
  return failures == 0 ? 0 : 1;
}
