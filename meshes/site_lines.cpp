#include "meshes/site_lines.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "meshes/equipment_size.h"

namespace wattloop {

namespace {

double low(const Box& box, int axis) {
  return box.center[axis] - 0.5 * box.size[axis];
}

double high(const Box& box, int axis) {
  return box.center[axis] + 0.5 * box.size[axis];
}

/// The equipment at one end of a line.
struct End {
  Box box;  ///< around all of it
  std::size_t count = 0;
  int parent = -1;
};

/// A straight run along the equipment at an end: a point if there is only one piece.
struct Run {
  Point first, last;
};

double distance(const Point& a, const Point& b) {
  return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]);
}

void append(std::vector<Point>& points, const Point& point) {
  constexpr double least = 1e-3;  // m
  if (points.empty() || distance(points.back(), point) > least) points.push_back(point);
}

class Router {
 public:
  Router(const Network& network, const std::vector<std::optional<Box>>& boxes) : network_(network), boxes_(boxes) {
    find_owners();
    for (const System::Connection& connection : network.system().connections()) {
      const int owner = owners_[connection.component.group][connection.component.index];
      const Connector connector = network.system().node_connector(connection.node);
      if (owner < 0 || (connector != Connector::liquid && connector != Connector::ac)) continue;
      at_node_[connection.node].insert(owner);
      nodes_of_[owner].push_back(connection.node);
    }
  }

  std::map<int, Polyline> routes() {
    std::map<int, Polyline> routes;
    const auto& instances = network_.instances();
    for (int i = 0; i < static_cast<int>(instances.size()); ++i)
      if (room_of(instances[i].kind) == Room::line) routes[i] = route(i);
    return routes;
  }

 private:
  /// The instance that each component belongs to: itself, or the rack it is a part of.
  void find_owners() {
    const System& system = network_.system();
    for (int g = 0; g < system.groups(); ++g) owners_.emplace_back(system.group(g).size(), -1);
    const auto own = [&](ComponentRef component, int instance) {
      if (component.group >= 0) owners_[component.group][component.index] = instance;
    };
    const auto& instances = network_.instances();
    for (int i = 0; i < static_cast<int>(instances.size()); ++i) own(instances[i].component, i);
    for (const RackInstance& rack : network_.racks()) {
      for (const ComponentRef& part : {rack.shelf, rack.supply, rack.back}) own(part, rack.instance);
      for (const RackDevice& device : rack.devices) own(device.component, rack.instance);
    }
  }

  int depth(int instance) const {
    int depth = 0;
    for (; instance >= 0; instance = network_.instances()[instance].parent) ++depth;
    return depth;
  }

  /// What a line joins at one of its two nodes: of the equipment there, that nearest to the site's level, which feeds
  /// or gathers the others.
  End end_at(int line, std::size_t which) {
    const std::vector<int>& nodes = nodes_of_[line];
    End end;
    int least_depth = 0;
    for (const int owner : which < nodes.size() ? at_node_[nodes[which]] : std::set<int>()) {
      if (!boxes_[owner] || room_of(network_.instances()[owner].kind) == Room::line) continue;
      const int level = depth(owner);
      if (end.count > 0 && level > least_depth) continue;
      if (end.count == 0 || level < least_depth) end = {*boxes_[owner]};
      least_depth = level;
      end.box = hull(end.box, *boxes_[owner]);
      end.parent = network_.instances()[owner].parent;
      ++end.count;
    }
    if (end.count == 0) end = beside(line);
    return end;
  }

  /// A stub where a line joins nothing that has a place: beside what its parent holds.
  End beside(int line) const {
    const int parent = network_.instances()[line].parent;
    End end{{{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}}, 1, parent};
    if (const auto& box = boxes_[parent]) end.box.center = {high(*box, 0), box->center[1], 0.0};
    return end;
  }

  Polyline route(int line) {
    const Instance& instance = network_.instances()[line];
    const End from = end_at(line, 0), to = end_at(line, 1);
    Polyline polyline{{}, line_diameter(network_, instance)};
    const bool buried = instance.kind == "line" && from.parent != to.parent;
    const int lane = buried ? trenches_[from.parent]++ : overhead_[instance.parent]++;
    polyline.points = buried ? trench(from.box, to.box, lane) : overhead(from, to, lane, polyline.diameter);
    if (polyline.points.size() < 2) {
      const Point& only = polyline.points.front();
      polyline.points.push_back({only[0] + std::max(4.0 * polyline.diameter, 0.5), only[1], only[2]});
    }
    return polyline;
  }

  /// From the near side of one box along a lane of its own to the near side of the other one.
  static std::vector<Point> trench(const Box& from, const Box& to, int lane) {
    constexpr double first_lane = 2.0, lane_width = 0.5, z = 0.15;  // m
    const bool north = to.center[1] > from.center[1];
    const double aside = first_lane + lane_width * lane;
    const double start = north ? high(from, 1) : low(from, 1), along = north ? start + aside : start - aside;
    std::vector<Point> points;
    append(points, {from.center[0], start, z});
    append(points, {from.center[0], along, z});
    append(points, {to.center[0], along, z});
    append(points, {to.center[0], north ? low(to, 1) : high(to, 1), z});
    return points;
  }

  /// Along a side of the equipment, even lanes in the west or south, odd ones in the east or north.
  static Run run_along(const End& end, int along, int lane, double spacing, double z) {
    const Box& box = end.box;
    Run run{box.center, box.center};
    run.first[2] = run.last[2] = z;
    if (end.count < 2) return run;
    const int across = 1 - along;
    const double rank = 1.0 + lane / 2;
    const double aside = (lane % 2 == 0 ? -rank : rank) * spacing;
    const double side = lane % 2 == 0 ? low(box, across) : high(box, across);
    run.first[across] = run.last[across] = side + aside;
    run.first[along] = low(box, along);
    run.last[along] = high(box, along);
    return run;
  }

  static std::vector<Point> overhead(const End& from, const End& to, int lane, double diameter) {
    const double spacing = std::max(0.15, 1.5 * diameter);  // m, between lines
    const double z = std::max(high(from.box, 2), high(to.box, 2)) + 1.0 + spacing * lane;
    const auto longer_edge = [](const Box& box) { return box.size[0] > box.size[1] ? 0 : 1; };
    const auto longest = [](const Box& box) { return std::max(box.size[0], box.size[1]); };
    // The larger end has its run along its longer edge, the other one square to it.
    const bool from_leads = longest(from.box) >= longest(to.box), both = from.count > 1 && to.count > 1;
    const int leading = longer_edge(from_leads ? from.box : to.box);
    const int along_from = both && !from_leads ? 1 - leading : longer_edge(from.box);
    const int along_to = both && from_leads ? 1 - leading : longer_edge(to.box);
    Run a = run_along(from, along_from, lane, spacing, z), b = run_along(to, along_to, lane, spacing, z);
    const double ways[] = {distance(a.last, b.first), distance(a.last, b.last), distance(a.first, b.first),
                           distance(a.first, b.last)};
    const auto shortest = std::min_element(std::begin(ways), std::end(ways)) - std::begin(ways);
    if (shortest >= 2) std::swap(a.first, a.last);
    if (shortest % 2 == 1) std::swap(b.first, b.last);
    std::vector<Point> points;
    if (from.count == 1) append(points, {a.first[0], a.first[1], high(from.box, 2)});
    append(points, a.first);
    append(points, a.last);
    append(points, {a.last[0], b.first[1], z});
    append(points, b.first);
    append(points, b.last);
    if (to.count == 1) append(points, {b.last[0], b.last[1], high(to.box, 2)});
    return points;
  }

  const Network& network_;
  const std::vector<std::optional<Box>>& boxes_;
  std::vector<std::vector<int>> owners_;      ///< by group and component
  std::map<int, std::set<int>> at_node_;      ///< owners
  std::map<int, std::vector<int>> nodes_of_;  ///< of an owner, in the order of its ports
  std::map<int, int> trenches_, overhead_;    ///< lanes in use, by parent
};

}  // namespace

Box hull(const Box& a, const Box& b) {
  Box box;
  for (int axis = 0; axis < 3; ++axis) {
    const double from = std::min(low(a, axis), low(b, axis)), to = std::max(high(a, axis), high(b, axis));
    box.center[axis] = 0.5 * (from + to);
    box.size[axis] = to - from;
  }
  return box;
}

std::map<int, Polyline> route_lines(const Network& network, const std::vector<std::optional<Box>>& boxes) {
  return Router(network, boxes).routes();
}

}  // namespace wattloop
