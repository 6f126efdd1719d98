#pragma once
// Where everything of a network stands, packed from the case's nesting alone: racks in rows, buildings side by side.

#include <string>
#include <string_view>
#include <vector>

#include "meshes/layout.h"
#include "meshes/network.h"

namespace wattloop {

/// The elements of a record group that want a place.
struct LayoutRequest {
  enum class Kind { boxes, lines };
  std::string group;
  Kind kind = Kind::boxes;
  std::vector<std::string> elements;  ///< paths of racks, components or (as boxes) copies of templates
};

/// Whether parts of this kind (component type, template or "rack") stand anywhere: controllers, signals and air do not.
bool has_place(std::string_view kind);

/// Places the elements and outlines the buildings, blocks and yards that hold them. The same network has the same
/// layout. Throws std::runtime_error if an element is unknown or has no place of the kind asked for.
///
/// - Racks stand in rows of at most 20 with a cross aisle in the middle, two rows to a cold aisle; units such as CDUs
///   stand at the row ends. At block resolution the rack that stands for all is as large as all of them.
/// - South of the hall lies the electrical gallery, north of it the fan walls and the pump room.
/// - Outdoor gear stands in a yard north of its building; what serves several buildings in a yard south of them.
/// - Equal units in parallel that one component stands for make one box as large as the bank.
/// - Pipes and lines run between what they join: along the equipment at both ends, overhead inside a building and in
///   trenches on lanes of their own outside. Their drawn length is not the length of the case.
Layout make_layout(const Network& network, const std::vector<LayoutRequest>& groups);

}  // namespace wattloop
