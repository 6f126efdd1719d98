#pragma once
// The classes of equipment that a design is chosen from.

#include "io/catalog.h"
#include "io/sizing/request.h"

namespace wattloop::sizing {

/// Reads the section `catalogue` of a request. Entries name components of `entries`, whose parameters are read there:
/// a design and the case that is made of it cannot disagree.
Catalogue read_catalogue(Reader& request, const Catalog& entries);

}  // namespace wattloop::sizing
