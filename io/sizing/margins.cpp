#include "io/sizing/margins.h"

#include <cmath>

#include "io/sizing/pricing.h"

namespace wattloop::sizing {

namespace {

/// A quantity that a limit holds, of the design and of the next smaller step; not a number where a step has none.
struct Step {
  double value = 0.0;
  std::optional<double> smaller;
};

constexpr double breaks = std::numeric_limits<double>::quiet_NaN();

class Margins {
 public:
  Margins(const SearchContext& search, Design& design) : s_(search), d_(design), limits_(search.request.limits) {}

  void add_all() {
    add_cdus();
    add_tcs_pipes();
    add_pipes(fws_circuit(s_, d_.T_fws_return), d_.fws_main, d_.fws_branch, d_.m_fws);
    add_pipes(chw_circuit(s_, d_.T_chw_return), d_.chw_main, d_.chw_branch, d_.m_chw);
    add_coolers();
    add_pumps("fws", d_.fws_pump, s_.catalogue.fws_pumps, s_.fws, d_.m_fws, d_.fws_head, d_.T_fws_return);
    add_pumps("chw", d_.chw_pump, s_.catalogue.chw_pumps, s_.chw, d_.m_chw, d_.chw_head, d_.T_chw_return);
    add_chillers();
    add_fan_walls("hall", d_.hall_fans, s_.loads.Q_hall, T_hall);
    add_fan_walls("gallery", d_.gallery_fans, s_.loads.Q_gallery, T_gallery);
    // A liquid is not a step of the catalogue: it does not bind.
    for (const auto& [constraint, liquid] : {std::pair{"fws_freezing", &s_.fws}, std::pair{"chw_freezing", &s_.chw}})
      d_.margins.push_back(
          {constraint, liquid->name, s_.request.T_coldest - liquid->T_freeze, limits_.freeze_margin, true, false});
  }

 private:
  void add(const std::string& constraint, const std::string& element, const Step& step, double limit,
           bool at_least = false) {
    const auto keeps = [&](double value) { return at_least ? value >= limit : value <= limit; };
    d_.margins.push_back({constraint, element, step.value, limit, at_least, step.smaller && !keeps(*step.smaller)});
  }

  /// Of something of the catalogue: `value` of it and of its next smaller step.
  template <class T, class Value>
  static Step step_of(const Chosen<T>& x, const std::vector<T>& types, const Value& value) {
    Step step{value(x), std::nullopt};
    if (const auto smaller = next_smaller(x, types, [](const T& t) { return size_of(t); }))
      step.smaller = value(*smaller);
    return step;
  }
  static double size_of(const Item& item) { return item.rating; }
  static double size_of(const PumpItem& pump) { return pump.m_flow; }

  /// A smaller diameter or, of the smallest, one lane less.
  template <class Value>
  static Step step_of_pipe(const Chosen<PipeItem>& x, const std::vector<PipeItem>& by_diameter, const Value& value) {
    Step step{value(x), std::nullopt};
    const auto at =
        std::find_if(by_diameter.begin(), by_diameter.end(), [&](const PipeItem& p) { return p.name == x.item.name; });
    if (at != by_diameter.begin() && at != by_diameter.end())
      step.smaller = value(Chosen<PipeItem>{*(at - 1), x.duty, x.installed});
    else if (x.installed > 1)
      step.smaller = value(Chosen<PipeItem>{x.item, x.duty - 1, x.installed - 1});
    return step;
  }

  double m_a(int duty) const { return s_.loads.m_tcs * s_.load / duty; }
  double Q(int duty) const { return s_.loads.Q_liquid * s_.load / duty; }
  double T_tcs_return() const { return s_.request.T_tcs + Q(1) / (m_a(1) * s_.tcs.cp(s_.request.T_tcs + 5.0)); }

  PipePoint tcs_pipe(const Chosen<PipeItem>& pipe, double T) const {
    return pipe_at(pipe.item.diameter, stainless, s_.request.tcs_length, s_.request.tcs_K, s_.tcs,
                   m_a(1) / pipe.installed, T);
  }

  PumpPoint tcs_pump(const Chosen<CduItem>& cdu) const {
    const double dp = tcs_pipe(d_.tcs_pipe, s_.request.T_tcs).dp + tcs_pipe(d_.tcs_pipe, T_tcs_return()).dp;
    const double dp_a = cdu.item.dp_a * std::pow(m_a(cdu.duty) / cdu.item.m_flow_a, 1.8);
    return pump_at(cdu.item.tcs_pump, s_.tcs, m_a(cdu.duty), d_.dp_tcs + dp_a + dp);
  }

  double authority(const Chosen<CduItem>& cdu) const {
    const auto m_b =
        facility_flow(cdu.item, s_.tcs, s_.fws, m_a(cdu.duty), T_tcs_return(), s_.request.T_tcs, s_.request.T_fws);
    return m_b ? valve_of(cdu.item, *m_b).authority : breaks;
  }

  void add_cdus() {
    const auto add_cdu = [&](const char* constraint, const std::string& element, double limit, const auto& value,
                             bool at_least = false) {
      add(constraint, element, step_of(d_.cdu, s_.catalogue.cdus, value), limit, at_least);
    };
    using Cdus = Chosen<CduItem>;
    const CduItem& cdu = d_.cdu.item;
    add_cdu("cdu_loading", cdu.name, limits_.cdu_loading,
            [&](const Cdus& x) { return (Q(x.duty) + tcs_pump(x).P_liquid) / x.item.rating; });
    add_cdu("cdu_flow", cdu.name, most_cdu_flow, [&](const Cdus& x) { return m_a(x.duty) / x.item.m_flow_a; });
    // The approach that is left is an input; the least one that the exchangers manage is the limit.
    const double asked = s_.request.T_tcs - s_.request.T_fws;
    const Step least = step_of(d_.cdu, s_.catalogue.cdus, [&](const Cdus& x) {
      return least_approach(x.item, s_.tcs, s_.fws, m_a(x.duty), T_tcs_return(), s_.request.T_tcs);
    });
    d_.margins.push_back({"cdu_approach", cdu.name, asked, least.value, true, least.smaller && *least.smaller > asked});
    add_cdu("tcs_pump_speed", cdu.pump, limits_.pump_speed, [&](const Cdus& x) { return tcs_pump(x).speed; });
    add_cdu("tcs_pump_flow", cdu.pump, rightmost_q, [&](const Cdus& x) { return tcs_pump(x).q; });
    add_cdu(
        "valve_authority", cdu.valve, limits_.valve_authority, [&](const Cdus& x) { return authority(x); }, true);
    // The pressure across the blocks is held so that the valves are open that far: any less would need more head.
    d_.margins.push_back({"valve_opening", cdu.valve, limits_.valve_opening, limits_.valve_opening, false, true});
  }

  void add_tcs_pipes() {
    using Pipes = Chosen<PipeItem>;
    const auto& types = s_.catalogue.tcs_pipes;
    add("tcs_velocity", d_.tcs_pipe.item.name,
        step_of_pipe(d_.tcs_pipe, types, [&](const Pipes& x) { return tcs_pipe(x, T_tcs_return()).velocity; }),
        limits_.tcs_velocity);
    add("tcs_gradient", d_.tcs_pipe.item.name,
        step_of_pipe(d_.tcs_pipe, types, [&](const Pipes& x) { return tcs_pipe(x, s_.request.T_tcs).gradient; }),
        limits_.tcs_gradient);
  }

  void add_pipes(const Circuit& circuit, const Chosen<PipeItem>& main, const Chosen<PipeItem>& branch, double M) {
    add_pipe(circuit, circuit.name + "_main", main, M, circuit.main);
    add_pipe(circuit, circuit.name + "_branch", branch, M / s_.loads.blocks, circuit.branch);
  }

  void add_pipe(const Circuit& c, const std::string& element, const Chosen<PipeItem>& chosen, double m, double length) {
    const auto point = [&](const Chosen<PipeItem>& x, double T) {
      return pipe_at(x.item.diameter, steel, length, c.K, *c.liquid, m / x.installed, T);
    };
    add(c.name + "_velocity", element,
        step_of_pipe(chosen, *c.types, [&](const auto& x) { return point(x, c.T_return).velocity; }), c.velocity);
    add(c.name + "_gradient", element,
        step_of_pipe(chosen, *c.types, [&](const auto& x) { return point(x, c.T_supply).gradient; }), c.gradient);
  }

  void add_coolers() {
    const Step speed = step_of(d_.cooler, s_.catalogue.coolers, [&](const Chosen<CoolerItem>& x) {
      const auto point = coolers_left(s_, x, d_.m_fws, d_.T_fws_return);
      return point ? point->speed : breaks;
    });
    add("cooler_fan_speed", d_.cooler.item.name, speed, 1.0);
  }

  void add_pumps(const std::string& circuit, const Chosen<PumpItem>& pumps, const std::vector<PumpItem>& types,
                 const Liquid& liquid, double m, double head, double T_suction) {
    using Pumps = Chosen<PumpItem>;
    const auto point = [&](const Pumps& x) { return pump_at(x.item, liquid, m / x.duty, head); };
    add(circuit + "_pump_speed", pumps.item.name, step_of(pumps, types, [&](const Pumps& x) { return point(x).speed; }),
        limits_.pump_speed);
    add(circuit + "_pump_flow", pumps.item.name, step_of(pumps, types, [&](const Pumps& x) { return point(x).q; }),
        rightmost_q);
    add(circuit + "_npsh", pumps.item.name,
        step_of(pumps, types,
                [&](const Pumps& x) { return NPSH_available(liquid, T_suction) - point(x).NPSH_required; }),
        limits_.npsh_margin, true);
  }

  void add_chillers() {
    const auto loading = [&](const Chosen<ChillerItem>& x, int n, const WeatherPoint& air) {
      const double capacity = chiller_capacity(x.item, s_.request.T_chw, air.T_db, air.p);
      return s_.loads.blocks * (s_.loads.Q_hall + s_.loads.Q_gallery) * s_.load / (n * capacity);
    };
    const auto& types = s_.catalogue.chillers;
    const std::string& name = d_.chiller.item.name;
    add("chiller_loading", name,
        step_of(d_.chiller, types, [&](const Chosen<ChillerItem>& x) { return loading(x, x.duty, s_.request.design); }),
        1.0);
    const Redundancy& redundancy = s_.request.redundancy.at("chiller");
    add("chiller_hottest_hour", name,
        step_of(d_.chiller, types,
                [&](const Chosen<ChillerItem>& x) { return loading(x, redundancy.installed(x.duty), s_.peak); }),
        1.0);
    const auto flow = [&](int n, const ChillerItem& chiller) { return d_.m_chw / n / chiller.m_flow; };
    using Chillers = Chosen<ChillerItem>;
    add("chiller_flow_most", name, step_of(d_.chiller, types, [&](const Chillers& x) { return flow(x.duty, x.item); }),
        d_.chiller.item.flow_maximum);
    // One more of them, not one less, would break this one.
    const Chillers& x = d_.chiller;
    const int more = redundancy.installed(x.duty + 1);
    add("chiller_flow_least", name, {flow(x.installed, x.item), flow(more, x.item)}, x.item.flow_minimum, true);
  }

  void add_fan_walls(const std::string& room, const Chosen<FanWallItem>& walls, double Q_room, double T_room) {
    const auto loading = [&](const Chosen<FanWallItem>& x) {
      return Q_room * s_.load / (x.duty * fan_wall_capacity(s_, x.item, d_.dp_walls, T_room));
    };
    add("fan_wall_loading", room + "_fans", step_of(walls, s_.catalogue.fan_walls, loading), 1.0);
  }

  const SearchContext& s_;
  Design& d_;
  const Limits& limits_;
};

}  // namespace

Margin loading_margin(const char* constraint, const Chosen<Item>& chosen, const std::vector<Item>& types, double load,
                      double limit) {
  const auto smaller = next_smaller(chosen, types, [](const Item& item) { return item.rating; });
  const auto loading = [&](const Chosen<Item>& x) { return load / (x.duty * x.item.rating); };
  return {constraint, chosen.item.name, loading(chosen), limit, false, smaller && loading(*smaller) > limit};
}

void add_margins(const SearchContext& s, Design& d) {
  Margins(s, d).add_all();
}

}  // namespace wattloop::sizing
