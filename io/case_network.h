#pragma once
// The parts of a case that describe its network.

#include "io/reader.h"
#include "meshes/network.h"

namespace wattloop {

/// Reads `liquids`, `templates`, and the site's own `parts`, `nodes` and `sequences` into a definition.
void read_network(Reader& document, NetworkDefinition& definition);

/// Reads the `sequences` of a template or of the site.
std::vector<SequenceLine> read_sequences(Reader& body);

}  // namespace wattloop
