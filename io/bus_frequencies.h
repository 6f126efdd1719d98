#pragma once
// The frequency at the AC buses of a plant: that of what feeds them.

#include <limits>
#include <vector>

#include "solver/system.h"

namespace wattloop {

/// Finds which buses hang together by what carries current between them, and what feeds each such island: a grid, whose
/// frequency it then has, or else gensets and batteries that form a grid, by the mean of those on the bus weighted by
/// their rating. A breaker or a path of a transfer switch without current (a thousandth of an ampere) joins nothing;
/// lines and transformers always do. Behind a UPS, which holds the frequency of its output, none is known, nor in an
/// island that nothing feeds.
class BusFrequencies {
 public:
  explicit BusFrequencies(const System& system);

  /// Looks at a state of the plant.
  void look(const std::vector<double>& y);
  /// At a node of the last state, Hz; not a number where none is known.
  double at(int node) const { return values_[root(node)]; }

 private:
  /// Joins two nodes, if a current that is a state of the component flows.
  struct Link {
    int from, to;
    int I_re = -1, I_im = -1;  ///< unknowns; -1: always
  };
  struct Source {
    ComponentRef component;
    int node;
    bool is_grid;
    double rating;  ///< W, of those that are no grid
  };
  void add_component(ComponentRef c, const std::vector<int>& ac_nodes);
  int root(int node) const;
  double frequency(const Source& source, const std::vector<double>& y);

  const System& system_;
  std::vector<Link> links_;
  std::vector<Source> sources_;
  std::vector<int> parents_;     ///< by node, as a forest: a tree is an island
  std::vector<double> values_;   ///< Hz, by node, of the roots
  std::vector<double> weights_;  ///< W, the same
  std::vector<double> outputs_;  ///< of one component
};

}  // namespace wattloop
