#include "meshes/power_network.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace wattloop {

std::string PowerNetwork::branch_name(int branch) const {
  const PowerBranch& named = branches[branch];
  const auto same = [&](const PowerBranch& other) { return other.from == named.from && other.to == named.to; };
  const auto before = std::count_if(branches.begin(), branches.begin() + branch, same);
  const std::string name = fmt::format("{}-{}", buses[named.from].id, buses[named.to].id);
  return before == 0 ? name : fmt::format("{} (no. {} of them)", name, before + 1);
}

PowerIslands find_islands(const PowerNetwork& net, const std::vector<char>& branch_on) {
  std::vector<int> parent(net.buses.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int bus) {
    while (parent[bus] != bus) bus = parent[bus] = parent[parent[bus]];
    return bus;
  };
  const auto isolated = [&](int bus) { return net.buses[bus].type == BusType::isolated; };
  for (std::size_t k = 0; k < net.branches.size(); ++k) {
    const PowerBranch& branch = net.branches[k];
    if (!branch_on[k] || isolated(branch.from) || isolated(branch.to)) continue;
    const int a = root(branch.from), b = root(branch.to);
    parent[std::max(a, b)] = std::min(a, b);
  }
  PowerIslands islands{std::vector<int>(net.buses.size(), -1), {}};
  for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
    if (isolated(bus)) continue;
    const int first = root(bus);  // the lowest of its part, so it has its number already
    if (first == bus) {
      islands.of_bus[bus] = static_cast<int>(islands.slack.size());
      islands.slack.push_back(-1);
    } else {
      islands.of_bus[bus] = islands.of_bus[first];
    }
  }
  for (const PowerGenerator& generator : net.generators) {
    if (!generator.on || net.buses[generator.bus].type != BusType::slack) continue;
    islands.slack[islands.of_bus[generator.bus]] = generator.bus;
  }
  return islands;
}

std::vector<char> find_bridges(const PowerNetwork& net, const std::vector<char>& branch_on) {
  const int n = static_cast<int>(net.buses.size());
  std::vector<std::vector<std::pair<int, int>>> at(n);  // branch, bus beyond
  for (std::size_t k = 0; k < net.branches.size(); ++k) {
    if (!branch_on[k]) continue;
    at[net.branches[k].from].emplace_back(static_cast<int>(k), net.branches[k].to);
    at[net.branches[k].to].emplace_back(static_cast<int>(k), net.branches[k].from);
  }
  std::vector<char> bridge(net.branches.size(), 0);
  std::vector<int> number(n, -1), lowest(n, 0), came_by(n, -1), looked(n, 0), path;
  int visited = 0;
  for (int start = 0; start < n; ++start) {
    if (number[start] >= 0) continue;
    number[start] = lowest[start] = visited++;
    path.assign(1, start);
    while (!path.empty()) {
      const int bus = path.back();
      if (looked[bus] < static_cast<int>(at[bus].size())) {
        const auto [k, next] = at[bus][looked[bus]++];
        if (k == came_by[bus]) continue;
        if (number[next] >= 0) {
          lowest[bus] = std::min(lowest[bus], number[next]);
          continue;
        }
        came_by[next] = k;
        number[next] = lowest[next] = visited++;
        path.push_back(next);
        continue;
      }
      path.pop_back();
      if (path.empty()) continue;
      if (lowest[bus] == number[bus]) bridge[came_by[bus]] = 1;
      lowest[path.back()] = std::min(lowest[path.back()], lowest[bus]);
    }
  }
  return bridge;
}

std::vector<char> branches_on(const PowerNetwork& net) {
  std::vector<char> on;
  for (const PowerBranch& branch : net.branches) on.push_back(branch.on ? 1 : 0);
  return on;
}

}  // namespace wattloop
