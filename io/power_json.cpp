#include "io/power_json.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace wattloop {

namespace {

using nlohmann::ordered_json;

constexpr double degree = std::numbers::pi / 180.0;

double magnitude_of(const AcPort<double>& V) {
  return std::hypot(V.V_re, V.V_im);
}

ordered_json bus_json(const PowerFlow& flow, int bus, bool known) {
  const AcPort<double> V = flow.voltage(bus);
  ordered_json object = {{"id", flow.network().buses[bus].id}};
  const bool live = known && flow.equations().islands().is_live(bus);
  object["vm_pu"] = live ? ordered_json(magnitude_of(V)) : ordered_json(nullptr);
  object["va_deg"] = live ? ordered_json(std::atan2(V.V_im, V.V_re) / degree) : ordered_json(nullptr);
  return object;
}

ordered_json branch_json(const PowerFlow& flow, int k, bool known) {
  const PowerNetwork& net = flow.network();
  const PowerBranch& branch = net.branches[k];
  ordered_json object = {{"from", net.buses[branch.from].id}, {"to", net.buses[branch.to].id}};
  const BranchFlow<double> power = flow.flow(k);
  const auto number = [&](double x) { return known ? ordered_json(x * net.base_mva) : ordered_json(nullptr); };
  object["p_from_mw"] = number(power.from.re);
  object["q_from_mvar"] = number(power.from.im);
  object["p_to_mw"] = number(power.to.re);
  object["q_to_mvar"] = number(power.to.im);
  object["loading"] = known && branch.rating > 0.0 ? ordered_json(flow.loading(k)) : ordered_json(nullptr);
  return object;
}

struct Slacks {
  Phasor<double> sum{0.0, 0.0};
  ordered_json list = ordered_json::array();
};

Slacks slacks_of(const PowerFlow& flow) {
  Slacks all;
  const double base = flow.network().base_mva;
  for (const int bus : flow.equations().islands().slack) {
    if (bus < 0) continue;
    const Phasor<double> S = flow.generation(bus);
    all.sum = all.sum + S;
    all.list.push_back({{"id", flow.network().buses[bus].id}, {"p_mw", S.re * base}, {"q_mvar", S.im * base}});
  }
  return all;
}

ordered_json generators_json(const PowerFlow& flow) {
  ordered_json list = ordered_json::array();
  const PowerNetwork& net = flow.network();
  for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
    if (net.buses[bus].type != BusType::voltage || !flow.equations().islands().is_live(bus)) continue;
    const Phasor<double> S = flow.generation(bus);
    const PowerFlow::Limit limit = flow.limit(bus);
    list.push_back({{"id", net.buses[bus].id},
                    {"p_mw", S.re * net.base_mva},
                    {"q_mvar", S.im * net.base_mva},
                    {"at_limit", limit == PowerFlow::Limit::none      ? ordered_json(nullptr)
                                 : limit == PowerFlow::Limit::highest ? ordered_json("highest")
                                                                      : ordered_json("lowest")}});
  }
  return list;
}

ordered_json taps_json(const PowerFlow& flow) {
  ordered_json list = ordered_json::array();
  const PowerNetwork& net = flow.network();
  for (const TapControl& control : net.taps) {
    const PowerBranch& branch = net.branches[control.branch];
    list.push_back(
        {{"from", net.buses[branch.from].id}, {"to", net.buses[branch.to].id}, {"ratio", flow.taps()[control.branch]}});
  }
  return list;
}

std::vector<std::vector<int>> dead_islands(const PowerNetwork& network, const PowerIslands& islands) {
  std::vector<std::vector<int>> all(islands.slack.size());
  std::vector<std::vector<int>> dead;
  for (std::size_t bus = 0; bus < network.buses.size(); ++bus) {
    if (islands.of_bus[bus] >= 0) all[islands.of_bus[bus]].push_back(network.buses[bus].id);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (islands.slack[i] < 0) dead.push_back(std::move(all[i]));
  }
  return dead;
}

ordered_json outcome_json(const PowerFlow& flow, const PowerOutcome& outcome) {
  const PowerNetwork& net = flow.network();
  const auto number = [&](double x) { return outcome.converged ? ordered_json(x) : ordered_json(nullptr); };
  ordered_json object = {{"converged", outcome.converged}, {"iterations", outcome.iterations}};
  if (!outcome.converged) object["solvable_share"] = outcome.reached;
  if (!net.taps.empty()) object["taps_settled"] = outcome.taps_settled;
  if (outcome.worst_branch >= 0) {
    const PowerBranch& branch = net.branches[outcome.worst_branch];
    object["worst_loading"] = {{"from", net.buses[branch.from].id},
                               {"to", net.buses[branch.to].id},
                               {"branch", outcome.worst_branch + 1},
                               {"loading", outcome.worst_loading}};
  } else {
    object["worst_loading"] = nullptr;
  }
  if (outcome.lowest_bus >= 0)
    object["lowest_voltage"] = {{"id", net.buses[outcome.lowest_bus].id}, {"vm_pu", outcome.lowest_voltage}};
  else
    object["lowest_voltage"] = nullptr;
  object["slack"] = {{"p_mw", number(outcome.slack.re * net.base_mva)},
                     {"q_mvar", number(outcome.slack.im * net.base_mva)}};
  object["loss_mw"] = number(outcome.loss * net.base_mva);
  return object;
}

ordered_json contingencies_json(const PowerFlow& flow, const PowerVariants& variants) {
  ordered_json list = ordered_json::array();
  const PowerNetwork& net = flow.network();
  for (std::size_t i = 0; i < variants.outages.size(); ++i) {
    const PowerBranch& branch = net.branches[variants.outages[i]];
    ordered_json object = {
        {"from", net.buses[branch.from].id}, {"to", net.buses[branch.to].id}, {"branch", variants.outages[i] + 1}};
    object.update(outcome_json(flow, variants.outcomes[i]));
    ordered_json islands = ordered_json::array();
    for (const std::vector<int>& island : variants.outcomes[i].dead) {
      ordered_json ids = ordered_json::array();
      for (const int bus : island) ids.push_back(net.buses[bus].id);
      islands.push_back(std::move(ids));
    }
    object["islands"] = std::move(islands);
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace

std::string power_json(const PowerFlow& flow, const PowerFlow::Result& result, const PowerVariants& variants,
                       const std::vector<Fault>& faults) {
  const PowerNetwork& net = flow.network();
  const bool known = result.converged;
  ordered_json all = {{"schema_version", 1}, {"converged", known}, {"iterations", result.iterations}};
  if (!known) all["solvable_share"] = result.reached;
  ordered_json buses = ordered_json::array(), branches = ordered_json::array();
  for (int i = 0; i < static_cast<int>(net.buses.size()); ++i) buses.push_back(bus_json(flow, i, known));
  for (int k = 0; k < static_cast<int>(net.branches.size()); ++k) branches.push_back(branch_json(flow, k, known));
  all["buses"] = std::move(buses);
  all["branches"] = std::move(branches);
  const ordered_json unknown = nullptr;
  if (known) {
    Slacks slacks = slacks_of(flow);
    all["slack"] = {{"p_mw", slacks.sum.re * net.base_mva}, {"q_mvar", slacks.sum.im * net.base_mva}};
    all["slacks"] = std::move(slacks.list);
    all["loss_mw"] = flow.loss() * net.base_mva;
    all["generators"] = generators_json(flow);
  } else {
    all["slack"] = {{"p_mw", unknown}, {"q_mvar", unknown}};
    all["loss_mw"] = unknown;
  }
  if (!net.taps.empty()) {
    all["taps"] = taps_json(flow);
    all["taps_settled"] = result.taps_settled;
  }
  all["dead_islands"] = dead_islands(net, flow.equations().islands());
  all["notes"] = net.notes;
  if (!variants.outages.empty()) {
    all["contingencies"] = contingencies_json(flow, variants);
  } else if (!variants.outcomes.empty()) {
    ordered_json list = ordered_json::array();
    for (const PowerOutcome& outcome : variants.outcomes) list.push_back(outcome_json(flow, outcome));
    all["variants"] = std::move(list);
  }
  for (const Fault& fault : faults)
    all["faults"].push_back({{"id", net.buses[fault.bus].id},
                             {"v_kv", net.buses[fault.bus].base_kv},
                             {"i_k_ka", fault.I_k / 1e3},
                             {"i_peak_ka", fault.I_peak / 1e3}});
  return all.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string power_summary(const PowerFlow& flow, const PowerFlow::Result& result) {
  const PowerNetwork& net = flow.network();
  std::string text = fmt::format("{} buses, {} branches, {} generators, base {:g} MVA\n", net.buses.size(),
                                 net.branches.size(), net.generators.size(), net.base_mva);
  for (const std::vector<int>& island : dead_islands(net, flow.equations().islands())) {
    constexpr std::size_t most = 12;
    std::string names;
    for (std::size_t i = 0; i < island.size() && i < most; ++i) names += fmt::format("{}{}", i ? ", " : "", island[i]);
    if (island.size() > most) names += fmt::format(" and {} more", island.size() - most);
    text += fmt::format("dead: no slack bus supplies bus{} {}\n", island.size() > 1 ? "es" : "", names);
  }
  for (const std::string& note : net.notes) text += "note: " + note + "\n";
  if (!result.converged) {
    return text + fmt::format("NO SOLUTION after {} iterations: the grid carries {:.4f} of its load and generation\n",
                              result.iterations, result.reached);
  }
  int lowest = -1, highest = -1, worst = -1, limited = 0;
  const auto V = [&](int bus) { return magnitude_of(flow.voltage(bus)); };
  for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
    if (flow.limit(bus) != PowerFlow::Limit::none) ++limited;
    if (!flow.equations().islands().is_live(bus)) continue;
    if (lowest < 0 || V(bus) < V(lowest)) lowest = bus;
    if (highest < 0 || V(bus) > V(highest)) highest = bus;
  }
  for (int k = 0; k < static_cast<int>(net.branches.size()); ++k) {
    if (net.branches[k].rating > 0.0 && (worst < 0 || flow.loading(k) > flow.loading(worst))) worst = k;
  }
  text += fmt::format("solved in {} iterations{}, largest imbalance {:.1e} pu\n", result.iterations,
                      result.continued ? " by way of lower loads" : "", result.mismatch);
  for (const ordered_json& slack : slacks_of(flow).list) {
    text += fmt::format("slack bus {}: {:.4f} MW, {:.4f} Mvar\n", slack["id"].get<int>(), slack["p_mw"].get<double>(),
                        slack["q_mvar"].get<double>());
  }
  text += fmt::format("losses {:.6f} MW\n", flow.loss() * net.base_mva);
  text += fmt::format("voltage: lowest {:.6f} pu at bus {}, highest {:.6f} pu at bus {}\n", V(lowest),
                      net.buses[lowest].id, V(highest), net.buses[highest].id);
  if (worst >= 0)
    text += fmt::format("loading: highest {:.1f} % of its rating, branch {}\n", 100.0 * flow.loading(worst),
                        net.branch_name(worst));
  if (limited > 0)
    text += fmt::format("{} generator bus(es) at a limit of reactive power: voltage not held\n", limited);
  if (!net.taps.empty()) {
    text += fmt::format(
        "taps moved in {} rounds{}\n", result.tap_rounds,
        result.taps_settled
            ? ""
            : " and DO NOT COME TO REST: a band is narrower than a step, or two controls work against each other");
  }
  return text;
}

std::string variants_summary(const PowerFlow& flow, const PowerVariants& variants) {
  const PowerNetwork& net = flow.network();
  const std::vector<PowerOutcome>& outcomes = variants.outcomes;
  const auto name = [&](std::size_t i) {
    return variants.outages.empty() ? fmt::format("row {}", i + 1) : net.branch_name(variants.outages[i]) + " out";
  };
  std::vector<std::size_t> order;
  std::size_t unsolved = 0, cutting = 0, over = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    unsolved += outcomes[i].converged ? 0 : 1;
    cutting += outcomes[i].dead.empty() ? 0 : 1;
    over += outcomes[i].worst_loading > 1.0 ? 1 : 0;
    if (outcomes[i].converged && outcomes[i].lowest_bus >= 0) order.push_back(i);
  }
  std::string text = fmt::format("{} {}: {} without solution, {} with a branch above its rating", outcomes.size(),
                                 variants.outages.empty() ? "variants" : "outages", unsolved, over);
  if (!variants.outages.empty()) text += fmt::format(", {} cut off buses", cutting);
  text += "\n";
  constexpr std::size_t most = 5;
  std::size_t told = 0;
  for (std::size_t i = 0; i < outcomes.size() && told < most; ++i) {
    if (outcomes[i].converged) continue;
    ++told;
    text += fmt::format("  {}: NO SOLUTION, the grid carries {:.4f} of its load\n", name(i), outcomes[i].reached);
  }
  const auto show = [&](const char* title, auto worse, auto line) {
    std::stable_sort(order.begin(), order.end(), worse);
    text += title;
    for (std::size_t i = 0; i < order.size() && i < most; ++i)
      text += "  " + name(order[i]) + ": " + line(order[i]) + "\n";
  };
  show(
      "lowest voltages\n",
      [&](std::size_t a, std::size_t b) { return outcomes[a].lowest_voltage < outcomes[b].lowest_voltage; },
      [&](std::size_t i) {
        return fmt::format("{:.6f} pu at bus {}", outcomes[i].lowest_voltage, net.buses[outcomes[i].lowest_bus].id);
      });
  std::erase_if(order, [&](std::size_t i) { return outcomes[i].worst_branch < 0; });
  if (order.empty()) return text;
  show(
      "highest loadings\n",
      [&](std::size_t a, std::size_t b) { return outcomes[a].worst_loading > outcomes[b].worst_loading; },
      [&](std::size_t i) {
        return fmt::format("{:.1f} %, branch {}", 100.0 * outcomes[i].worst_loading,
                           net.branch_name(outcomes[i].worst_branch));
      });
  return text;
}

std::string faults_summary(const PowerNetwork& net, const std::vector<Fault>& faults) {
  struct Level {
    const Fault *least = nullptr, *most = nullptr;
    int buses = 0;
  };
  std::map<double, Level> levels;  // by base voltage, kV
  int unfed = 0;
  for (const Fault& fault : faults) {
    if (fault.I_k == 0.0) {
      ++unfed;
      continue;
    }
    Level& level = levels[net.buses[fault.bus].base_kv];
    ++level.buses;
    if (!level.least || fault.I_k < level.least->I_k) level.least = &fault;
    if (!level.most || fault.I_k > level.most->I_k) level.most = &fault;
  }
  std::string text = fmt::format("three-phase faults (IEC 60909), {} source(s)\n", net.fault_sources.size());
  for (const auto& [kv, level] : levels)
    text += fmt::format("  {:g} kV, {} bus(es): {:.3f} kA at bus {} to {:.3f} kA (peak {:.3f} kA) at bus {}\n", kv,
                        level.buses, level.least->I_k / 1e3, net.buses[level.least->bus].id, level.most->I_k / 1e3,
                        level.most->I_peak / 1e3, net.buses[level.most->bus].id);
  if (unfed > 0) text += fmt::format("  {} bus(es) without a source\n", unfed);
  return text;
}

}  // namespace wattloop
