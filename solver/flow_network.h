#pragma once

#include <vector>

#include "solver/sparse_cholesky.h"

namespace wattloop {

/// A network of potentials and flows: nodes with a head, links with a law loss = h(q) that increases with the flow.
///
///   at each free node   sum of flows in - sum of flows out = outflow
///   along each link     head(from) - head(to) = loss(flow)
///
/// Newton's method on both, with the flows eliminated (Todini & Pilati, "A gradient algorithm for the analysis of pipe
/// networks", 1988): one symmetric positive definite matrix over the free heads. Each step needs the laws at the flows
/// of the last one, which the caller writes to `loss` and `slope`; so it can switch laws, and with them the state of
/// valves, between steps. An ideal source is a fixed node; what leaves a node against pressure is a link to a fixed
/// node.
///
/// The slope, never the law, is held above what rounding can resolve, so links without flow have exact answers. Heads
/// are found as corrections; measured from a datum near the fixed heads they keep the most digits.
class FlowNetwork {
 public:
  struct Link {
    int from = 0, to = 0;
  };
  /// How far a step went.
  struct Step {
    double flow_change = 0.0;     ///< sum over the links [m3/s]
    double total_flow = 0.0;      ///< sum over the links [m3/s]
    double largest_change = 0.0;  ///< of one link [m3/s]
    int singular_node = -1;       ///< nothing determines this node's head: no step was made
  };

  /// Nodes 0 to free_nodes - 1 are free, the others fixed. The last `hanging` of the free nodes hang, each by one of
  /// the last `hanging` links, in the same order, on a node before it: their flows follow from outflows alone and take
  /// no part in the steps. `in_order`: the other free nodes have the places that order_flow_network gives them.
  FlowNetwork(int free_nodes, int nodes, std::vector<Link> links, int hanging = 0, bool in_order = false);

  const std::vector<Link>& links() const { return links_; }
  /// Links that take part in the steps: all but those that hang.
  int core_links() const { return static_cast<int>(links_.size()) - hanging_; }

  /// State: head of every node [m], flow of every link [m3/s].
  std::vector<double> head, flow;
  /// Input of a step: the laws, or tangents of them, at `flow`; an infinite slope keeps the flow. Outflow of the free
  /// nodes.
  std::vector<double> loss, slope, outflow;
  /// Limits what a step may do to a link's flow: none of these links changes sign, it halves instead.
  std::vector<int> one_way;

  /// From now on `link` regulates the head of the free node `node` (one of its ends): the head is held, and the link
  /// carries what balances the node.
  void regulate(int link, int node, double held_head);
  void release(int link);

  /// Takes over `outflow`, before the first step and whenever it changes; finds the flows of what hangs.
  void apply_outflow();
  /// Heads of what hangs, from the heads it hangs on and the laws last written: when they are looked at.
  void hang_heads();
  /// One Newton step, its flow changes times `relaxation`.
  Step step(double relaxation = 1.0);
  /// A step with matrix and slopes of the last `step`, while regulators are the same: at less than half the price. It
  /// leaves a share of the error that is about `drift`.
  Step step_again();
  /// How far the slopes last written are from those of the last step: mean over the links, weighted by their flows. 1
  /// or more if there was none.
  double drift() const;

  /// All flows times a factor, and the slopes of the last step, which `step_again` takes, times another.
  void scale(double flows, double slopes);

  /// Sum of flows into a free node less its outflow [m3/s].
  double imbalance(int node) const;
  double largest_imbalance() const;
  /// Largest |loss - head difference| over links that have a law, of the laws last written [m].
  double head_error() const;

 private:
  struct Regulator {
    int link, node;
    double head;
  };
  double least_slope() const;
  void take_slopes();
  void assemble_matrix();
  void solve_heads();
  Step update(double relaxation);

  int free_, core_, hanging_;  // free nodes, those of them in the matrix, the others
  std::vector<Link> links_;
  std::vector<int> entry_;  // of the matrix, a link; -1: none
  SparseCholesky matrix_;
  double matrix_scale_ = 1.0;  // the slopes are those of the matrix times this
  std::vector<double> diagonal_, off_diagonal_, rhs_, conductance_, target_;
  std::vector<char> held_;
  std::vector<int> first_at_, at_;  // links at a node: at_[first_at_[i]] to at_[first_at_[i + 1]]
  std::vector<double> before_;
  std::vector<double> load_;  // outflow of a node and of all that hangs on it
  std::vector<Regulator> regulators_;
};

}  // namespace wattloop
