#pragma once
// Racks as a request asks for them: those of the catalogue, scaled.

#include <string>

#include "io/catalog.h"
#include "io/sizing/request.h"

namespace wattloop::sizing {

/// A rack type of the request by its name in the catalogue. `racks` is the section, `reader` the entry of this type.
RackItem read_rack(Reader& racks, const std::string& name, Reader& reader, const Catalog& entries);

}  // namespace wattloop::sizing
