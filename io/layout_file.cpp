#include "io/layout_file.h"

#include <algorithm>
#include <span>

#include "io/hdf5_writer.h"

namespace wattloop {
namespace {

constexpr const char* structures_name = "structures";
constexpr int xdmf_polyline = 2;  // cell type in XDMF's mixed topology

/// Corners of the unit cube in VTK's order of a hexahedron.
constexpr double corner_sign[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1},
                                      {-1, -1, 1},  {1, -1, 1},  {1, 1, 1},  {-1, 1, 1}};

struct Cells {
  std::vector<double> points;  // m, x y z of each
  std::vector<int> connectivity;
};

Cells cells_of(std::span<const Box> boxes) {
  Cells cells;
  for (const Box& box : boxes) {
    for (const auto& sign : corner_sign) {
      cells.connectivity.push_back(static_cast<int>(cells.points.size() / 3));
      for (size_t i = 0; i < 3; ++i) cells.points.push_back(box.center[i] + 0.5 * sign[i] * box.size[i]);
    }
  }
  return cells;
}

Cells cells_of(std::span<const Polyline> lines) {
  Cells cells;
  for (const Polyline& line : lines) {
    cells.connectivity.insert(cells.connectivity.end(), {xdmf_polyline, static_cast<int>(line.points.size())});
    for (const Point& point : line.points) {
      cells.connectivity.push_back(static_cast<int>(cells.points.size() / 3));
      cells.points.insert(cells.points.end(), point.begin(), point.end());
    }
  }
  return cells;
}

void write_cells(hid_t group, const Cells& cells, hsize_t boxes) {
  using namespace hdf5;
  const Handle point = create_dimension(group, "point", cells.points.size() / 3);
  const Handle xyz = create_dimension(group, "xyz", 3);
  const hsize_t point_sizes[] = {cells.points.size() / 3, 3};
  const Handle points = create_dataset(group, "points", H5T_IEEE_F32LE, point_sizes, Storage::contiguous);
  check(H5Dwrite(points, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells.points.data()), "points");
  write_attribute(points, "units", "m");
  attach_scales(points, std::vector<hid_t>{point, xyz});

  std::vector<hsize_t> sizes{cells.connectivity.size()};
  std::vector<Handle> scales;
  if (boxes > 0) {
    sizes = {boxes, 8};
    scales.push_back(create_dimension(group, "cell", boxes));
    scales.push_back(create_dimension(group, "corner", 8));
  } else {
    scales.push_back(create_dimension(group, "stream", sizes[0]));
  }
  const Handle connectivity = create_dataset(group, "connectivity", H5T_STD_I32LE, sizes, Storage::contiguous);
  check(H5Dwrite(connectivity, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells.connectivity.data()),
        "connectivity");
  attach_scales(connectivity, std::vector<hid_t>(scales.begin(), scales.end()));
}

void write_diameters(hid_t group, std::span<const Polyline> lines) {
  using namespace hdf5;
  std::vector<double> diameters;
  for (const Polyline& line : lines) diameters.push_back(line.diameter);
  const Handle cell = create_dimension(group, "cell", lines.size());
  const hsize_t sizes[] = {lines.size()};
  const Handle dataset = create_dataset(group, "diameter", H5T_IEEE_F32LE, sizes, Storage::contiguous);
  check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, diameters.data()), "diameter");
  write_attribute(dataset, "units", "m");
  attach_scales(dataset, std::vector<hid_t>{cell});
}

void write_structures(hid_t geometry, std::span<const Structure> structures) {
  using namespace hdf5;
  std::vector<Box> boxes;
  std::vector<std::string> names;
  for (const Structure& structure : structures) {
    boxes.push_back(structure.box);
    names.push_back(structure.name);
  }
  const Handle group = create_group(geometry, structures_name);
  write_cells(group, cells_of(boxes), boxes.size());
  const Handle name = write_strings(group, "name", names);
  attach_scales(name, std::vector<hid_t>{open_dataset(group, "cell")});
}

std::vector<Box> boxes_of(std::span<const double> points) {
  std::vector<Box> boxes(points.size() / 24);
  for (size_t b = 0; b < boxes.size(); ++b) {
    for (size_t i = 0; i < 3; ++i) {
      const double low = points[24 * b + i], high = points[24 * b + 18 + i];  // corners 0 and 6
      boxes[b].center[i] = 0.5 * (low + high);
      boxes[b].size[i] = high - low;
    }
  }
  return boxes;
}

std::vector<Polyline> lines_of(hid_t group) {
  const std::vector<double> points = hdf5::read_numbers(group, "points");
  const std::vector<double> stream = hdf5::read_numbers(group, "connectivity");
  const std::vector<double> diameters = hdf5::read_numbers(group, "diameter");
  std::vector<Polyline> lines;
  for (size_t i = 0; i + 1 < stream.size();) {
    Polyline line;
    line.diameter = diameters.at(lines.size());
    const auto count = static_cast<size_t>(stream[i + 1]);
    for (size_t k = 0; k < count; ++k) {
      const auto p = 3 * static_cast<size_t>(stream.at(i + 2 + k));
      line.points.push_back({points.at(p), points.at(p + 1), points.at(p + 2)});
    }
    lines.push_back(std::move(line));
    i += 2 + count;
  }
  return lines;
}

}  // namespace

void write_layout(hid_t file, const Layout& layout) {
  const hdf5::Handle geometry = hdf5::create_group(file, "geometry");
  for (const LayoutGroup& part : layout.groups) {
    if (part.boxes.empty() && part.lines.empty()) continue;
    const hdf5::Handle group = hdf5::create_group(geometry, part.group);
    write_cells(group, part.boxes.empty() ? cells_of(part.lines) : cells_of(part.boxes), part.boxes.size());
    if (part.boxes.empty()) write_diameters(group, part.lines);
  }
  if (!layout.structures.empty()) write_structures(geometry, layout.structures);
}

Layout read_layout(hid_t file) {
  Layout layout;
  if (!hdf5::exists(file, "geometry")) return layout;
  const hdf5::Handle geometry = hdf5::open_group(file, "geometry");
  for (const std::string& name : hdf5::members(geometry)) {
    const hdf5::Handle group = hdf5::open_group(geometry, name);
    if (name == structures_name) {
      const std::vector<Box> boxes = boxes_of(hdf5::read_numbers(group, "points"));
      const std::vector<std::string> names = hdf5::read_strings(group, "name");
      for (size_t i = 0; i < boxes.size(); ++i) layout.structures.push_back({names.at(i), boxes[i]});
    } else if (hdf5::exists(group, "diameter")) {
      layout.groups.push_back({name, {}, lines_of(group)});
    } else {
      layout.groups.push_back({name, boxes_of(hdf5::read_numbers(group, "points")), {}});
    }
  }
  return layout;
}

}  // namespace wattloop
