#pragma once
// Gather, call, scatter: the loop over the components of one type.

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "solver/component_block.h"
#include "solver/errors.h"
#include "solver/group_base.h"
#include "solver/hash.h"
#include "solver/lanes.h"
#include "solver/packed_components.h"
#include "solver/shared_matrices.h"

namespace wattloop {

/// The runtime description of a component template (component_type.h).
template <template <class> class C>
const ComponentType& component_type();

/// Components of type C in the order they were added, and in packs of lanes: C<double> tells of one, C<Pack> computes
/// eight at a time, both with dual numbers too. Types with many unknowns are few in a plant: their lanes go one by one.
template <template <class> class C>
class Group final : public GroupBase {
  using Block = ComponentBlock<C>;
  using Component = typename Block::Component;
  static constexpr auto fields = Block::fields;
  static constexpr int n_x = Block::n_x, n_k = Block::n_k, n_c = Block::n_c, n_a = Block::n_a, n_t = Block::n_t;
  static constexpr int n_rows = Block::n_rows, n_columns = Block::n_columns;
  static constexpr bool is_laned = n_x + n_a <= 12;
  template <class S>
  using State = typename Block::template State<S>;
  template <class S>
  using Across = typename Block::template Across<S>;
  template <class S>
  using Condensed = typename Block::template Condensed<S>;
  template <class S>
  using Schur = typename Block::template Schur<S>;

 public:
  Group() {
    n_states_ = n_x;
    n_kept_ = n_k;
    n_across_ = n_a;
    n_through_ = n_t;
    in_packs_ = is_laned;
  }

  const ComponentType& type() const override { return component_type<C>(); }
  const Component& component(int i) const { return components_[i]; }

  int add(std::string path, double multiplicity) override {
    Component c{};
    for (const auto& p : fields.parameters) c.*(p.member) = p.default_value;
    components_.push_back(c);
    paths_.push_back(std::move(path));
    multiplicities_.push_back(multiplicity);
    through_slots_.insert(through_slots_.end(), n_t, -1);
    liquids_.insert(liquids_.end(), fields.ports.size(), nullptr);
    add_places();
    const int i = size() - 1;
    int across = 0;
    for (const Port& p : fields.ports)
      for (int k = 0; k < across_size(p.connector); ++k) held(i, across++) = p.held_value;
    return i;
  }
  void set_parameter(int i, int parameter, double value) override {
    components_[i].*(fields.parameters[parameter].member) = value;
    if constexpr (is_laned)
      if (!packed_.empty())
        packed_.set_parameter(lanes_[i] / pack_size, lanes_[i] % pack_size, parameter, components_[i]);
  }
  double parameter(int i, int parameter) const override {
    return components_[i].*(fields.parameters[parameter].member);
  }
  void set_liquid(int i, int port, const Liquid* liquid) override {
    liquids_[i * fields.ports.size() + port] = liquid;
    give_liquid(components_[i], port, liquid);
  }
  std::string check(int i) const override {
    if constexpr (requires(Component c) { c.check(); })
      return components_[i].check();
    else
      return {};
  }
  double start_value(int i, int state) const override {
    if constexpr (requires(Component c) { c.start(); }) {
      std::array<double, n_x> values;
      Block::store(components_[i].start(), values.data());
      return values[state];
    } else {
      for (const auto& p : fields.parameters)
        if (is_nominal_of(p.name, fields.states[state].name)) return components_[i].*(p.member);
      return fields.states[state].start;
    }
  }
  double nominal_voltage(int i, int port) const override {
    if constexpr (requires(Component c) { c.nominal_voltage(port); })
      return components_[i].nominal_voltage(port);
    else
      return 0.0;
  }
  std::optional<FaultSource> fault_source(int i) const override {
    if constexpr (requires(Component c) { c.fault_source(); })
      return components_[i].fault_source();
    else
      return {};
  }
  std::uint64_t fingerprint(int i) const override {
    std::uint64_t hash = 0;
    if constexpr (!std::is_empty_v<Component>) {
      std::array<std::uint64_t, sizeof(Component) / sizeof(hash)> words;  // parameters and pointers, no padding
      std::memcpy(words.data(), &components_[i], sizeof words);
      for (std::uint64_t word : words) hash = mix_hash(hash, word);
    }
    return hash;
  }
  void copy(int i, const GroupBase& from, int of) override {
    const Group& other = static_cast<const Group&>(from);
    components_[i] = other.components_[of];
    constexpr std::size_t ports = fields.ports.size();
    for (std::size_t p = 0; p < ports; ++p) liquids_[i * ports + p] = other.liquids_[of * ports + p];
    for (int a = 0; a < n_a; ++a) held(i, a) = from.held(of, a);
  }
  void finish_setup(int first_unknown) override {
    form_packs(first_unknown);
    through_values_.assign(static_cast<std::size_t>(packs()) * n_t * pack_size, 0.0);
    weights_.resize(packs());
    for (int p = 0; p < packs(); ++p)
      for (int lane = 0; lane < pack_size; ++lane) weights_[p].set(lane, multiplicities_[lane_member(p, lane)]);
    if constexpr (is_laned) pack_components();
  }
  void prepare_to_solve(int linearisations) override {
    const auto lanes = static_cast<std::size_t>(packs()) * pack_size;
    schur_.assign(lanes * n_rows * n_columns, 0.0);
    condensed_rhs_.assign(lanes * n_rows, 0.0);
    condensed_.resize(linearisations, packs());
    bundle_matrices_.assign(linearisations, std::vector<double>(bundles_.size() * n_rows * n_columns, 0.0));
  }

  void residual(int begin, int end, const double* y, const double* dy, double* r) override {
    if constexpr (is_laned)
      in_lanes([=, this] {
        for (int p = begin; p < end; ++p) residual_of_pack(p, y, dy, r);
      });
    else
      for_each_member(begin, end, [&](int p, int lane, int i) { residual_of_one(p, lane, i, y, dy, r); });
  }

  void outputs(int i, const double* y, double* values) const override {
    if constexpr (!fields.outputs.empty()) {
      typename Component::template Outputs<double> out{};
      components_[i].outputs(states_of(i, y), across_of(i, y), out);
      Block::store(out, values);
    }
  }

  Exchange exchange(int i, const double* y) const override {
    Exchange e = exchange_through<double>(
        fields.ports, 1.0 / multiplicities_[i], [&](int a) { return across(i, a, y); },
        [&](int t) { return through_value(i, t); });
    const State<double> x = states_of(i, y);
    const Across<double> u = across_of(i, y);
    if constexpr (requires { components_[i].energy_from_outside(x, u); })
      e.energy_outside = components_[i].energy_from_outside(x, u);
    if constexpr (requires { components_[i].mass_from_outside(x, u); })
      e.mass_outside = components_[i].mass_from_outside(x, u);
    return e;
  }
  void add_exchange(int begin, int end, const double* y, double weight, ExchangeOf<Pack>* sums) const override {
    if constexpr (is_laned)
      in_lanes([=, this] {
        for (int p = begin; p < end; ++p) sums[p].add(weight, exchange_of_lanes(p, y));
      });
    else
      for (int p = begin; p < end; ++p) {
        ExchangeOf<Pack> e;
        for (int lane = 0; lane < widths_[p]; ++lane) wattloop::set_lane(exchange(member(p, lane), y), e, lane);
        sums[p].add(weight, e);
      }
  }
  double stored_energy(int i, const double* y) const override {
    if constexpr (requires(Component c, State<double> x) { c.stored_energy(x); })
      return components_[i].stored_energy(states_of(i, y));
    else
      return 0.0;
  }
  double stored_mass(int i, const double* y) const override {
    if constexpr (requires(Component c, State<double> x) { c.stored_mass(x); })
      return components_[i].stored_mass(states_of(i, y));
    else
      return 0.0;
  }

  void linearise(int begin, int end, const double* y, const double* dy, double cj) override {
    if constexpr (is_laned)
      in_lanes([=, this] {
        RecentPacks recent;
        for (int p = begin; p < end; ++p) linearise_pack(p, y, dy, cj, recent);
      });
    else
      for_each_member(begin, end, [&](int p, int lane, int i) { linearise_one(p, lane, i, y, dy, cj); });
  }
  void condense(int begin, int end, const double* r) override {
    if constexpr (n_rows > 0)
      in_lanes([=, this] {
        for (int p = begin; p < end; ++p) condense_pack(p, load_states(p, r));
      });
  }
  void back_substitute(int begin, int end, const double* r, double* delta) const override {
    if constexpr (n_c > 0)
      in_lanes([=, this] {
        for (int p = begin; p < end; ++p) back_substitute_pack(p, r, delta);
      });
  }
  void settle(int begin, int end, const Settling& settling) override {
    if constexpr (is_laned && n_k == 0)
      in_lanes([=, this] {
        const Settling here = settling;
        for (int p = begin; p < end; ++p) settle_pack(p, here);
      });
  }
  void select_linearisation(int slot) override { condensed_.select(slot_ = slot); }

 private:
  void gather(int i, const double* from, std::array<double, n_x>& x) const {
    for (int k = 0; k < n_x; ++k) x[k] = from[unknown(i, k)];
  }
  void gather_across(int i, const double* y, std::array<double, n_a>& u) const {
    for (int a = 0; a < n_a; ++a) u[a] = across(i, a, y);
  }
  State<double> states_of(int i, const double* y) const {
    std::array<double, n_x> x;
    gather(i, y, x);
    return Block::template load<State<double>>(x);
  }
  Across<double> across_of(int i, const double* y) const {
    std::array<double, n_a> u;
    gather_across(i, y, u);
    return Block::template load<Across<double>>(u);
  }
  double across(int i, int a, const double* y) const {
    const int slot = across_slot(i, a);
    return slot < 0 ? held(i, a) : y[slot];
  }

  // What lanes hold.
  std::array<Pack, n_x> load_states(int p, const double* from) const {
    std::array<Pack, n_x> x;
    const double* first = from + first_of(p);
    const int width = widths_[p];
    for (int k = 0; k < n_x; ++k) x[k] = Pack::load(first + k * width, width);
    return x;
  }
  void store_states(int p, const std::array<Pack, n_x>& x, double* to) const {
    const int width = widths_[p];
    for (int k = 0; k < n_x; ++k) x[k].store(to + first_of(p) + k * width, width);
  }
  std::array<Pack, n_a> load_across(int p, const double* y) const {
    std::array<Pack, n_a> u;
    for (int a = 0; a < n_a; ++a) {
      const std::size_t place = (static_cast<std::size_t>(p) * n_a + a) * pack_size;
      const int* slots = across_slots_.data() + place;
      const double* held = held_.data() + (static_cast<std::size_t>(a) * packs() + p) * pack_size;
      const int wired = wired_[p * n_a + a], common = common_slots_[p * n_a + a];
      if (common >= 0)
        u[a] = Pack(y[common]);
      else if (wired == 0)
        u[a] = Pack::load(held, widths_[p]);
      else if (wired == widths_[p])
        u[a] = Pack::map([=](int lane) { return y[slots[lane]]; });
      else
        u[a] = Pack::map([=](int lane) { return slots[lane] < 0 ? held[lane] : y[slots[lane]]; });
    }
    return u;
  }
  double* lane_values(std::vector<double>& all, int p, int count) const {
    return all.data() + static_cast<std::size_t>(p) * count * pack_size;
  }
  /// Lanes behind the last repeat the first.
  int lane_member(int p, int lane) const { return member(p, lane < widths_[p] ? lane : 0); }
  Pack through_weight(int p, int t) const { return Block::is_signal[t] ? Pack(1.0) : weights_[p]; }
  template <class F>
  void for_each_member(int begin, int end, const F& f) const {
    for (int p = begin; p < end; ++p)
      for (int lane = 0; lane < widths_[p]; ++lane) f(p, lane, member(p, lane));
  }

  ExchangeOf<Pack> exchange_of_lanes(int p, const double* y) const {
    const std::array<Pack, n_a> u = load_across(p, y);
    const double* through = through_values_.data() + static_cast<std::size_t>(p) * n_t * pack_size;
    ExchangeOf<Pack> e = exchange_through<Pack>(
        fields.ports, Pack(1.0) / weights_[p], [&](int a) { return u[a]; },
        [&](int t) { return Pack::load(through + t * pack_size); });
    using X = typename C<Pack>::template State<Pack>;
    using U = typename C<Pack>::template Across<Pack>;
    if constexpr (requires(X x, U v) { packed_[p].energy_from_outside(x, v); })
      e.energy_outside =
          packed_[p].energy_from_outside(Block::template load<X>(load_states(p, y)), Block::template load<U>(u));
    if constexpr (requires(X x, U v) { packed_[p].mass_from_outside(x, v); })
      e.mass_outside =
          packed_[p].mass_from_outside(Block::template load<X>(load_states(p, y)), Block::template load<U>(u));
    return e;
  }

  void residual_of_pack(int p, const double* y, const double* dy, double* r) {
    std::array<Pack, n_x> rows;
    evaluate_pack(p, load_states(p, y), load_states(p, dy), y, rows);
    store_states(p, rows, r);
  }
  void evaluate_pack(int p, const std::array<Pack, n_x>& x, const std::array<Pack, n_x>& dx, const double* y,
                     std::array<Pack, n_x>& rows) {
    std::array<Pack, n_t> flows;
    Block::call_equations(packed_[p], x, dx, load_across(p, y), rows, flows);
    const int width = widths_[p];
    double* through = lane_values(through_values_, p, n_t);
    const Sums sums = sums_of(through_sums_, p);
    for (int t = 0; t < n_t; ++t) {
      const Pack flow = flows[t] * through_weight(p, t);
      flow.store(through + t * pack_size);
      if (sums_lanes(p, t)) sums.add(t, flow.sum(width));
    }
  }
  void residual_of_one(int p, int lane, int i, const double* y, const double* dy, double* r) {
    std::array<double, n_x> x, dx, rows;
    std::array<double, n_a> u;
    std::array<double, n_t> flows;
    gather(i, y, x), gather(i, dy, dx), gather_across(i, y, u);
    Block::call_equations(components_[i], x, dx, u, rows, flows);
    for (int k = 0; k < n_x; ++k) r[unknown(i, k)] = rows[k];
    double* through = lane_values(through_values_, p, n_t);
    for (int t = 0; t < n_t; ++t) through[t * pack_size + lane] = flows[t] * through_weight(p, t)[lane];
  }

  void require_pivots(int i, const std::array<double, n_c>& pivots) const {
    for (int k = 0; k < n_c; ++k)
      if (!(pivots[k] > smallest_small_pivot)) throw SingularBlock(paths_[i], std::string(type().states[k].name));
  }

  /// Whether two packs have the same matrices wherever their states are the same.
  bool are_like(int p, int q) const {
    const auto wired_of = [this](int pack) { return wired_.begin() + pack * n_a; };
    return packed_.kind(p) == packed_.kind(q) && std::equal(wired_of(p), wired_of(p) + n_a, wired_of(q)) &&
           !((weights_[p] < weights_[q]) | (weights_[p] > weights_[q])).any();
  }
  /// With shared matrices a pack takes over those of a like one: plates of one kind in a hall then read one matrix from
  /// the cache instead of thousands from memory. What it adds to the matrix of nodes is its own.
  void linearise_pack(int p, const double* y, const double* dy, double cj, RecentPacks& recent) {
    const auto jacobian =
        Block::template differentiate<Pack>(packed_[p], load_states(p, y), load_states(p, dy), load_across(p, y), cj,
                                            [&](int a) { return wired_[p * n_a + a] > 0; });
    std::array<Pack, n_rows> weights;
    for (int r = 0; r < n_rows; ++r) weights[r] = r < n_k ? Pack(1.0) : through_weight(p, r - n_k);
    Schur<Pack> schur;
    Condensed<Pack> m;
    std::array<Pack, n_c> pivots;
    Block::template eliminate<Pack>(jacobian, weights, m, schur, pivots);
    if (const int like = shares_matrices_ ? recent.find([&](int q) { return are_like(p, q); }) : -1; like >= 0) {
      condensed_.share(p, like);
    } else {
      condensed_.own(p) = m;
      recent.add(p);
    }
    double* to = lane_values(schur_, p, n_rows * n_columns);
    for (int r = 0; r < n_rows; ++r)
      for (int c = 0; c < n_columns; ++c) schur[r][c].store(to + (r * n_columns + c) * pack_size);
    if (double* sum = bundle_matrix(p)) {
      const bool is_first = leader_of(p) == p;
      for (int r = 0; r < n_rows; ++r)
        for (int c = 0; c < n_columns; ++c, ++sum)
          *sum = is_first ? schur[r][c].sum(widths_[p]) : *sum + schur[r][c].sum(widths_[p]);
    }
    for (int k = 0; k < n_c; ++k)
      for (int lane = 0; lane < widths_[p]; ++lane)
        if (!(pivots[k][lane] > smallest_small_pivot))
          throw SingularBlock(paths_[member(p, lane)], std::string(type().states[k].name));
  }
  void linearise_one(int p, int lane, int i, const double* y, const double* dy, double cj) {
    std::array<double, n_x> x, dx;
    std::array<double, n_a> u;
    gather(i, y, x), gather(i, dy, dx), gather_across(i, y, u);
    const auto jacobian = Block::template differentiate<double>(components_[i], x, dx, u, cj,
                                                                [&](int a) { return across_slot(i, a) >= 0; });
    std::array<double, n_rows> weights;
    for (int r = 0; r < n_rows; ++r) weights[r] = r < n_k ? 1.0 : through_weight(p, r - n_k)[lane];
    Condensed<double> one;
    Schur<double> schur;
    std::array<double, n_c> pivots;
    Block::template eliminate<double>(jacobian, weights, one, schur, pivots);
    require_pivots(i, pivots);
    Condensed<Pack>& m = condensed_.own(p);
    set_lane(one.inverse, m.inverse, lane), set_lane(one.left, m.left, lane), set_lane(one.right, m.right, lane);
    double* to = lane_values(schur_, p, n_rows * n_columns);
    for (int r = 0; r < n_rows; ++r)
      for (int c = 0; c < n_columns; ++c) to[(r * n_columns + c) * pack_size + lane] = schur[r][c];
  }
  template <std::size_t rows, std::size_t columns>
  static void set_lane(const std::array<std::array<double, columns>, rows>& from,
                       std::array<std::array<Pack, columns>, rows>& to, int lane) {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) to[r][c].set(lane, from[r][c]);
  }

  void condense_pack(int p, const std::array<Pack, n_x>& local) {
    const Condensed<Pack>& m = condensed_[p];
    double* to = lane_values(condensed_rhs_, p, n_rows);
    const Sums sums = sums_of(condensed_sums_, p);
    for (int row = 0; row < n_rows; ++row) {
      Pack sum(0.0);
      for (int c = 0; c < n_c; ++c) sum -= m.right[row][c] * local[c];
      if (const int t = row - n_k; t >= 0 && sums_lanes(p, t))
        sums.add(t, sum.sum(widths_[p]));
      else
        sum.store(to + row * pack_size);
    }
  }
  /// How far the condensed states of a pack go with its nodes and its kept states.
  std::array<Pack, n_c> corrections(int p, const double* r, const double* delta) const {
    const Condensed<Pack>& m = condensed_[p];
    const auto local = load_states(p, r);
    std::array<Pack, n_columns> border;
    for (int k = 0; k < n_k; ++k) border[k] = Pack::load(delta + first_of(p) + (n_c + k) * widths_[p], widths_[p]);
    for (int a = 0; a < n_a; ++a) {
      const int* slots = across_slots_.data() + (static_cast<std::size_t>(p) * n_a + a) * pack_size;
      if (const int common = common_slots_[p * n_a + a]; common >= 0)
        border[n_k + a] = Pack(delta[common]);
      else if (wired_[p * n_a + a] == 0)
        border[n_k + a] = Pack(0.0);
      else
        border[n_k + a] = Pack::map([=](int lane) { return slots[lane] < 0 ? 0.0 : delta[slots[lane]]; });
    }
    std::array<Pack, n_c> rows;
    for (int row = 0; row < n_c; ++row) {
      Pack sum(0.0);
      for (int c = 0; c < n_c; ++c) sum += m.inverse[row][c] * local[c];
      for (int b = 0; b < n_columns; ++b) sum -= m.left[row][b] * border[b];
      rows[row] = sum;
    }
    return rows;
  }
  void back_substitute_pack(int p, const double* r, double* delta) const {
    const std::array<Pack, n_c> rows = corrections(p, r, delta);
    const int width = widths_[p];
    for (int row = 0; row < n_c; ++row) rows[row].store(delta + first_of(p) + row * width, width);
  }
  void settle_pack(int p, const Settling& s) {
    const std::array<Pack, n_c> moves = corrections(p, s.r, s.delta);
    const auto start = load_states(p, s.start), weight = load_states(p, s.inverse_weight);
    auto x = load_states(p, s.y);
    std::array<Pack, n_x> dx, rows;
    Pack squares(0.0);
    for (int k = 0; k < n_x; ++k) {
      x[k] -= moves[k];
      dx[k] = (x[k] - start[k]) * s.cj;
      const Pack quotient = moves[k] * weight[k];
      squares += quotient * quotient;
      rows[k] = Pack(0.0);
    }
    store_states(p, x, s.y), store_states(p, dx, s.rate);
    if constexpr (n_x > 0) squares.store(s.squares + first_of(p), widths_[p]);
    if (s.evaluates) {
      evaluate_pack(p, x, dx, s.y, rows);
      const auto payment = load_states(p, s.payment);
      for (int k = 0; k < n_x; ++k) rows[k] += payment[k];
    }
    store_states(p, rows, s.r);
    if (s.condenses) condense_pack(p, rows);
  }

  void pack_components() {
    packed_.clear();
    constexpr std::size_t ports = fields.ports.size();
    for (int p = 0; p < packs(); ++p) {
      std::array<const Component*, pack_size> lanes;
      for (int lane = 0; lane < pack_size; ++lane) lanes[lane] = &components_[lane_member(p, lane)];
      packed_.add(lanes, {liquids_.data() + member(p, 0) * ports, ports});
    }
  }

  std::vector<Component> components_;
  std::conditional_t<is_laned, PackedComponents<C>, NotPacked> packed_;
  std::vector<Pack> weights_;  ///< multiplicities of the lanes
  SharedMatrices<Condensed<Pack>> condensed_;
};

}  // namespace wattloop
