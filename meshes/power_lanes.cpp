#include "meshes/power_lanes.h"

#include <algorithm>
#include <cmath>

#include "solver/lanes.h"

namespace wattloop {

namespace {

constexpr double tolerance = 1e-10;  // as in PowerFlow
constexpr double accuracy = 1e-11;
constexpr int most_iterations = 25;

}  // namespace

PowerLanes::PowerLanes(const PowerFlow& base)
    : base_(base),
      V_(base.equations().size()),
      I_(base.equations().size()),
      demand_(base.equations().size()),
      r_(2 * base.equations().size()) {
  reset();
}

void PowerLanes::reset() {
  for (int i = 0; i < base_.equations().size(); ++i) {
    const AcPort<double>& V = base_.voltages()[i];
    const Phasor<double>& demand = base_.equations().demand[i];
    V_[i] = {Pack(V.V_re), Pack(V.V_im)};
    demand_[i] = {Pack(demand.re), Pack(demand.im)};
  }
  outage_.fill(-1);
  state_.fill(State::open);
  iterations_.fill(0);
}

void PowerLanes::take_out(int lane, int branch) {
  outage_[lane] = branch;
}

void PowerLanes::set_demand(int lane, const std::vector<Phasor<double>>& demand_by_bus) {
  for (std::size_t bus = 0; bus < demand_by_bus.size(); ++bus) {
    Phasor<Pack>& demand = demand_[base_.equations().place()[bus]];
    demand.re.set(lane, demand_by_bus[bus].re);
    demand.im.set(lane, demand_by_bus[bus].im);
  }
}

int PowerLanes::corner_place(int lane, int k) const {
  const PowerBranch& branch = base_.network().branches[outage_[lane]];
  return 2 * base_.equations().place()[k < 2 ? branch.from : branch.to] + k % 2;
}

void PowerLanes::evaluate() {
  base_.equations().network_currents(V_, I_);
  correct_currents();
  mismatch_ = base_.equations().residual(V_, I_, demand_, 1.0, r_);
}

void PowerLanes::correct_currents() {
  const PowerEquations& equations = base_.equations();
  for (int lane = 0; lane < pack_size; ++lane) {
    if (outage_[lane] < 0) continue;
    const PowerBranch& branch = base_.network().branches[outage_[lane]];
    const TwoPort& y = equations.two_ports()[outage_[lane]];
    const int from = equations.place()[branch.from], to = equations.place()[branch.to];
    const Phasor<double> a{V_[from].V_re[lane], V_[from].V_im[lane]}, b{V_[to].V_re[lane], V_[to].V_im[lane]};
    const auto subtract = [lane](AcFlow<Pack>& I, const Phasor<double>& less) {
      I.I_re.set(lane, I.I_re[lane] - less.re);
      I.I_im.set(lane, I.I_im[lane] - less.im);
    };
    subtract(I_[from], y.ff * a + y.ft * b);
    subtract(I_[to], y.tf * a + y.tt * b);
  }
}

PowerLanes::Corner PowerLanes::outage_jacobian(int k) const {
  const PowerEquations& equations = base_.equations();
  const PowerBranch& branch = base_.network().branches[k];
  const TwoPort& y = equations.two_ports()[k];
  const std::array<int, 2> place = {equations.place()[branch.from], equations.place()[branch.to]};
  const std::array<std::array<Phasor<double>, 2>, 2> admittance = {{{y.ff, y.ft}, {y.tf, y.tt}}};
  Corner D{};
  for (int row = 0; row < 2; ++row) {
    const AcPort<double>& V = base_.voltages()[place[row]];
    Phasor<double> I{0.0, 0.0};
    for (int column = 0; column < 2; ++column) {
      const Phasor<double>& a = admittance[row][column];
      const AcPort<double>& other = base_.voltages()[place[column]];
      const Block block = equations.coupling(place[row], V, a);
      I = I + a * Phasor<double>{other.V_re, other.V_im};
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j) D[2 * row + i][2 * column + j] = -block[i][j];
    }
    if (equations.kind[place[row]] != PowerEquations::Kind::voltage) continue;
    D[2 * row][2 * row] -= I.re;  // the power of the bus is V conj(I)
    D[2 * row][2 * row + 1] -= I.im;
  }
  return D;
}

void PowerLanes::prepare_outages() {
  for (int k = 0; k < corner; ++k) {
    W_[k].assign(r_.size(), Pack(0.0));
    for (int lane = 0; lane < pack_size; ++lane)
      if (outage_[lane] >= 0) W_[k][corner_place(lane, k)].set(lane, 1.0);
    in_lanes([&] { base_.factors().solve(W_[k].data()); });
  }
  for (int lane = 0; lane < pack_size; ++lane) {
    if (outage_[lane] < 0) continue;
    const Corner D = outage_jacobian(outage_[lane]);
    Corner M{};
    for (int i = 0; i < corner; ++i) {
      for (int j = 0; j < corner; ++j) {
        M[i][j] = i == j ? 1.0 : 0.0;
        for (int k = 0; k < corner; ++k) M[i][j] += D[i][k] * W_[j][corner_place(lane, k)][lane];
      }
    }
    if (invert<corner>(M) >= 0) state_[lane] = State::failed;
    for (int i = 0; i < corner; ++i) {
      for (int j = 0; j < corner; ++j) {
        double sum = 0.0;
        for (int k = 0; k < corner; ++k) sum += M[i][k] * D[k][j];
        correction_[lane][i][j] = sum;
      }
    }
  }
}

void PowerLanes::apply_outages() {
  std::array<Pack, corner> share;
  share.fill(Pack(0.0));
  for (int lane = 0; lane < pack_size; ++lane) {
    if (outage_[lane] < 0 || state_[lane] == State::failed) continue;
    for (int i = 0; i < corner; ++i) {
      double sum = 0.0;
      for (int k = 0; k < corner; ++k) sum += correction_[lane][i][k] * r_[corner_place(lane, k)][lane];
      share[i].set(lane, sum);
    }
  }
  for (std::size_t i = 0; i < r_.size(); ++i) {
    r_[i] -= W_[0][i] * share[0] + W_[1][i] * share[1] + W_[2][i] * share[2] + W_[3][i] * share[3];
  }
}

void PowerLanes::judge(const Pack& mismatch, const Pack& before, const Pack& step) {
  constexpr double too_slow = 0.6;
  for (int lane = 0; lane < pack_size; ++lane) {
    if (state_[lane] != State::open) continue;
    ++iterations_[lane];
    const double contraction = mismatch[lane] / std::max(before[lane], 1e-300);
    const bool small = mismatch[lane] <= tolerance;
    if (small && std::min(contraction, too_slow) * step[lane] <= accuracy)
      state_[lane] = State::settled;
    else if (!small && !(contraction < too_slow) && iterations_[lane] > 1)
      state_[lane] = State::failed;
  }
}

Pack PowerLanes::take_step() {
  Pack largest(0.0);
  base_.factors().solve(r_.data());
  if (has_outage_) apply_outages();
  for (std::size_t k = 0; k < V_.size(); ++k) {
    V_[k].V_re -= r_[2 * k];
    V_[k].V_im -= r_[2 * k + 1];
    const Pack a = abs(r_[2 * k]), b = abs(r_[2 * k + 1]);
    largest = select(a > largest, a, largest);
    largest = select(b > largest, b, largest);
  }
  evaluate();
  return largest;
}

void PowerLanes::solve() {
  has_outage_ = std::any_of(outage_.begin(), outage_.end(), [](int k) { return k >= 0; });
  if (has_outage_) prepare_outages();
  in_lanes([&] { evaluate(); });
  const auto is_open = [](State state) { return state == State::open; };
  Pack step;
  for (int i = 0; i < most_iterations && std::any_of(state_.begin(), state_.end(), is_open); ++i) {
    const Pack before = mismatch_;
    in_lanes([&] { step = take_step(); });
    judge(mismatch_, before, step);
  }
  in_lanes([&] { step = take_step(); });  // as PowerFlow polishes
  std::replace(state_.begin(), state_.end(), State::open, State::failed);
  if (base_.network().q_limits) check_limits();
}

void PowerLanes::check_limits() {
  constexpr double margin = 1e-9;  // per unit
  const PowerNetwork& net = base_.network();
  const auto fail = [&](const PackMask& mask) {
    for (int lane = 0; lane < pack_size; ++lane)
      if (mask[lane]) state_[lane] = State::failed;
  };
  for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
    const int i = base_.equations().place()[bus];
    if (base_.equations().kind[i] == PowerEquations::Kind::voltage) {
      const Pack Q = generation(bus).im;
      const PowerFlow::ReactiveRange& range = base_.reactive_range(bus);
      fail((Q > Pack(range.highest + margin)) | (Q < Pack(range.lowest - margin)));
    } else if (base_.limit(bus) != PowerFlow::Limit::none) {
      // Held at a limit by the base: a voltage on the wrong side says that this variant may be off it.
      const Pack square = V_[i].V_re * V_[i].V_re + V_[i].V_im * V_[i].V_im;
      const Pack set(base_.equations().V_set[i] * base_.equations().V_set[i]);
      fail(base_.limit(bus) == PowerFlow::Limit::highest ? square > set : square < set);
    }
  }
}

Pack PowerLanes::voltage_squared(int bus) const {
  const AcPort<Pack>& V = V_[base_.equations().place()[bus]];
  return V.V_re * V.V_re + V.V_im * V.V_im;
}

Phasor<Pack> PowerLanes::generation(int bus) const {
  const int i = base_.equations().place()[bus];
  AcFlow<Pack> I = load_current(demand_[i], base_.network().buses[bus].shares, V_[i]);
  I.I_re += I_[i].I_re;
  I.I_im += I_[i].I_im;
  return {ac_power(V_[i], I), reactive_power(V_[i], I)};
}

PowerLanes::BranchPower PowerLanes::branch_power(int k) const {
  const PowerEquations& equations = base_.equations();
  const PowerBranch& branch = base_.network().branches[k];
  const BranchFlow<Pack> flow =
      branch_flow(equations.two_ports()[k], V_[equations.place()[branch.from]], V_[equations.place()[branch.to]]);
  const Pack a = flow.from.re * flow.from.re + flow.from.im * flow.from.im;
  const Pack b = flow.to.re * flow.to.re + flow.to.im * flow.to.im;
  BranchPower power{select(a > b, a, b), flow.from.re + flow.to.re};
  for (int lane = 0; lane < pack_size; ++lane) {
    if (outage_[lane] != k) continue;
    power.square.set(lane, 0.0);
    power.loss.set(lane, 0.0);
  }
  return power;
}

}  // namespace wattloop
