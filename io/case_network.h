#pragma once
// The parts of a case that describe its network.

#include <optional>
#include <string>
#include <vector>

#include "io/reader.h"
#include "meshes/network.h"

namespace wattloop {

/// Reads `liquids`, `templates`, and the site's own `parts`, `nodes` and `sequences` into a definition.
void read_network(Reader& document, NetworkDefinition& definition);

/// A reduction of the values that a path with copies names: {max: cdu.control.u}; nothing where there is none.
std::optional<SignalPath> read_reduction(Reader& value);

/// The SI unit of the value at a key that takes any unit, empty for other keys and what cannot be read.
std::string chosen_unit(Reader& reader, std::string_view key, std::string_view unit);

/// Reads the `sequences` of a template or of the site.
std::vector<SequenceLine> read_sequences(Reader& body);

}  // namespace wattloop
