#pragma once

#include <vector>

#include "solver/flow_network.h"

namespace wattloop {

/// Where the nodes and links of a network are best put in a FlowNetwork: free nodes in the order in which the matrix
/// eliminates them and links beside them, so that neighbours are near in memory; what hangs on the rest comes last.
struct FlowOrder {
  std::vector<int> place;  ///< of each node; fixed nodes stay
  std::vector<int> row;    ///< of each link
  int hanging = 0;         ///< see FlowNetwork
};

/// Nodes below free_nodes are free. A link may hang if its law increases from -infinity to infinity and nobody changes
/// that between steps; it does if a free node has no other link, or none that does not hang itself.
FlowOrder order_flow_network(int free_nodes, int nodes, const std::vector<FlowNetwork::Link>& links,
                             const std::vector<char>& may_hang);

}  // namespace wattloop
