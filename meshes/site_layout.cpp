#include "meshes/site_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>

#include "meshes/equipment_size.h"
#include "meshes/site_lines.h"
#include "meshes/site_packing.h"

namespace wattloop {

namespace {

// Distances as in common practice, m.
constexpr double cold_aisle = 1.8, hot_aisle = 1.8, cross_aisle = 1.8, side_aisle = 2.4;
constexpr double gear_gap = 1.2, yard_gap = 1.2, room_gap = 2.0, wall_gap = 1.0;
constexpr double yard_distance = 5.0, street = 16.0, corridor = 3.0;
constexpr std::size_t racks_per_bay = 10, racks_per_row = 20;

/// What an instance holds, each as a rectangle.
struct Contents {
  std::vector<Area> racks, loads, units, areas, walls, gallery, pump_room, yard;
};

/// No more than `preferred`, and in proportion where everything is small (a bench with a cold plate).
double gap_of(const std::vector<Area>& areas, double preferred) {
  double largest = 0.0;
  for (const Area& area : areas) largest = std::max({largest, area.width, area.depth});
  return std::min(preferred, 0.5 * largest);
}

std::vector<Area> joined(const std::vector<const std::vector<Area>*>& lists) {
  std::vector<Area> all;
  for (const auto* list : lists) all.insert(all.end(), list->begin(), list->end());
  return all;
}

/// Racks in rows with a cross aisle, loads (rows of cabinets) a row each, two rows to a cold aisle.
Area rows_of(const std::vector<Area>& racks, const std::vector<Area>& loads) {
  std::vector<Area> rows;
  const std::size_t count = racks.size();
  const std::size_t wanted = count <= racks_per_bay ? 1 : 2 * ((count + 2 * racks_per_row - 1) / (2 * racks_per_row));
  const std::size_t length = (count + wanted - 1) / wanted;
  for (std::size_t first = 0; first < count; first += length) {
    std::vector<Area> bays;
    const std::size_t end = std::min(first + length, count), bay = length > racks_per_bay ? (length + 1) / 2 : length;
    for (std::size_t i = first; i < end; i += bay) {
      const auto begin = racks.begin() + static_cast<std::ptrdiff_t>(i);
      bays.push_back(row({begin, begin + static_cast<std::ptrdiff_t>(std::min(bay, end - i))}, 0.0));
    }
    rows.push_back(row(bays, cross_aisle));
  }
  rows.insert(rows.end(), loads.begin(), loads.end());
  std::vector<Area> pairs;
  for (std::size_t i = 0; i < rows.size(); i += 2)
    pairs.push_back(i + 1 < rows.size() ? stack({rows[i], rows[i + 1]}, cold_aisle) : rows[i]);
  return stack(pairs, hot_aisle);
}

/// A rack; as large as all of them if it stands for many.
Area rack_area(const Network& network, int instance) {
  const int racks = units_of(network, network.instances()[instance]);
  const Area all = rows_of(std::vector<Area>(racks, area_of(instance, rack_size)), {});
  return area_of(instance, {all.width, all.depth, rack_size[2]});
}

/// Units one behind the other, over the depth of the rows they serve.
Area unit_column(const std::vector<Area>& units, double depth) {
  if (units.empty()) return {};
  double free = depth;
  for (const Area& unit : units) free -= unit.depth;
  return stack(units, std::max(0.9, free / static_cast<double>(units.size())));
}

/// The rows, with units at both ends of them.
Area hall_of(const Contents& contents) {
  const Area rows = rows_of(contents.racks, contents.loads);
  std::vector<Area> west, east;
  for (std::size_t i = 0; i < contents.units.size(); ++i) (i % 2 == 0 ? west : east).push_back(contents.units[i]);
  return row({unit_column(west, rows.depth), rows, unit_column(east, rows.depth)}, side_aisle);
}

std::string readable(std::string path) {
  for (char& c : path)
    if (c == '_' || c == '.') c = ' ';
  return path;
}

class Planner {
 public:
  explicit Planner(const Network& network) : network_(network), children_(network.instances().size()) {
    const auto& instances = network.instances();
    for (int i = 0; i < static_cast<int>(instances.size()); ++i)
      if (instances[i].parent >= 0) children_[instances[i].parent].push_back(i);
  }

  Area site() const { return area(0); }

 private:
  bool is_template(int i) const { return network_.instances()[i].component.group < 0 && !is_rack(i); }
  bool is_rack(int i) const { return network_.instances()[i].kind == "rack"; }

  /// Small equipment in one casing, such as a CDU: nothing in it wants a room of its own.
  bool is_unit(int i) const {
    constexpr int most = 12;
    int count = 0;
    for (const int child : children_[i]) {
      if (is_rack(child) || is_template(child)) return false;
      const Room room = room_of(network_.instances()[child].kind);
      if (room != Room::pump_room && room != Room::none && room != Room::line) return false;
      count += room == Room::pump_room ? 1 : 0;
    }
    return count <= most;
  }

  Area unit(int i) const {
    constexpr double casing = 0.1;  // m
    std::vector<Area> parts;
    for (const int child : children_[i]) {
      const Instance& part = network_.instances()[child];
      if (room_of(part.kind) == Room::pump_room) parts.push_back(area_of(child, equipment_size(network_, part)));
    }
    return enclosed(stack(parts, casing), casing, 0.0, "");
  }

  Contents contents_of(int i) const {
    Contents contents;
    for (const int child : children_[i]) {
      const Instance& instance = network_.instances()[child];
      if (is_rack(child)) {
        contents.racks.push_back(rack_area(network_, child));
      } else if (is_template(child)) {
        (is_unit(child) ? contents.units : contents.areas).push_back(is_unit(child) ? unit(child) : area(child));
      } else {
        add_component(contents, child, room_of(instance.kind));
      }
    }
    return contents;
  }

  void add_component(Contents& contents, int i, Room room) const {
    if (room == Room::none || room == Room::line) return;
    Area area = area_of(i, equipment_size(network_, network_.instances()[i]));
    area.outdoors = room == Room::yard;
    std::vector<Area>& list = room == Room::hall       ? contents.loads
                              : room == Room::fan_wall ? contents.walls
                              : room == Room::gallery  ? contents.gallery
                              : room == Room::yard     ? contents.yard
                                                       : contents.pump_room;
    list.push_back(std::move(area));
  }

  Area area(int i) const {
    const Contents contents = contents_of(i);
    const std::string name = readable(network_.instances()[i].path);
    const bool of_buildings = contents.racks.empty() && std::any_of(contents.areas.begin(), contents.areas.end(),
                                                                    [](const Area& area) { return area.outdoors; });
    return of_buildings ? campus(contents, name) : building(contents, name);
  }

  /// From south to north: gallery, blocks, hall, fan walls, pump room; then the yard outdoors.
  static Area building(Contents contents, const std::string& name) {
    constexpr double height = 5.0;  // m
    if (contents.racks.empty()) contents.pump_room = joined({&contents.units, &contents.loads, &contents.pump_room});
    const Area hall = contents.racks.empty() ? Area{} : hall_of(contents);
    const Area blocks = grid(contents.areas, 1.3, corridor);
    double width = std::max(hall.width, blocks.width);
    for (const Area& wall : contents.walls) width = std::max(width, wall.width);
    const std::vector<Area> gear = joined({&contents.gallery, &contents.pump_room});
    const double gap = gap_of(gear, gear_gap);
    if (width == 0.0) width = 1.3 * fair_width(gear, gap);
    const std::vector<Area> rooms{shelves(contents.gallery, width, gap), blocks, hall,
                                  shelves(contents.walls, width, wall_gap), shelves(contents.pump_room, width, gap)};
    const Area inside = stack(rooms, gap_of(rooms, room_gap));
    const double margin = gap_of({inside}, contents.areas.empty() ? 1.0 : 2.0);
    const double roof = contents.areas.empty() ? height : height + 2.0;
    const std::string indoors = !name.empty() ? name : contents.racks.empty() ? "plant" : "hall";
    const Area house = enclosed(inside, margin, std::min(roof, 2.0 * inside.width), indoors);
    const Area yard = yard_of(contents.yard, house.width, name);
    return stack({house, yard}, yard_distance);
  }

  /// Rows of coolers as wide as the building beside them.
  static Area yard_of(const std::vector<Area>& gear, double width, const std::string& name) {
    constexpr double margin = 1.5, fence = 2.0;  // m
    const double gap = gap_of(gear, yard_gap);
    const double inside = std::max(width - 2.0 * margin, fair_width(gear, gap));
    return enclosed(shelves(gear, inside, gap), margin, fence, name.empty() ? "yard" : name + " yard");
  }

  /// Buildings side by side; what serves them all stands in a yard south of them.
  static Area campus(const Contents& contents, const std::string& name) {
    const Area buildings = grid(contents.areas, 1.5, street);
    const std::vector<Area> gear = joined(
        {&contents.gallery, &contents.yard, &contents.pump_room, &contents.units, &contents.loads, &contents.walls});
    const Area spaced = enclosed(row(gear, 3.0 * yard_gap), 2.0 * yard_gap, 2.0, name.empty() ? "main yard" : name);
    return stack({spaced, buildings}, street);
  }

  const Network& network_;
  std::vector<std::vector<int>> children_;  ///< in the order of the case
};

/// The places of all instances; a template's is around what it holds.
std::vector<std::optional<Box>> boxes_of(const Network& network, const Area& site) {
  const auto& instances = network.instances();
  std::vector<std::optional<Box>> boxes(instances.size());
  for (const Placed& placed : site.equipment)
    for (int i = placed.instance; i >= 0; i = instances[i].parent)
      boxes[i] = boxes[i] ? hull(*boxes[i], placed.box) : placed.box;
  return boxes;
}

}  // namespace

bool has_place(std::string_view kind) {
  return room_of(kind) != Room::none;
}

Layout make_layout(const Network& network, const std::vector<LayoutRequest>& groups) {
  const Area site = Planner(network).site();
  const std::vector<std::optional<Box>> boxes = boxes_of(network, site);
  const std::map<int, Polyline> lines = route_lines(network, boxes);
  Layout layout{{}, site.structures};
  for (const LayoutRequest& request : groups) {
    LayoutGroup& group = layout.groups.emplace_back(LayoutGroup{request.group, {}, {}});
    for (const std::string& path : request.elements) {
      const int instance = network.find(path);
      const auto line = lines.find(instance);
      const bool as_line = request.kind == LayoutRequest::Kind::lines;
      if (instance < 0 || (as_line ? line == lines.end() : !boxes[instance]))
        throw std::runtime_error(fmt::format("{} has no place as a {}", path, as_line ? "line" : "box"));
      if (as_line)
        group.lines.push_back(line->second);
      else
        group.boxes.push_back(*boxes[instance]);
    }
  }
  return layout;
}

}  // namespace wattloop
