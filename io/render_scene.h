#pragma once

#include <vtkActor.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

#include <span>
#include <string>
#include <vector>

#include "io/colour_map.h"
#include "io/label_placement.h"
#include "meshes/layout.h"

/// The shapes of render(): each function makes what it says from the layout, in metres.
namespace wattloop::scene {

/// Smallest box around everything of a layout.
struct Bounds {
  Point low, high;
  double extent() const;  ///< m, longest horizontal edge
};

Bounds bounds_of(const Layout& layout);

/// Boxes, each in its colour.
vtkSmartPointer<vtkActor> boxes(std::span<const Box> boxes, std::span<const Colour> colours);

/// Lines as tubes, each in its colour, of at least `least_diameter` [m] so that they can be seen.
vtkSmartPointer<vtkActor> tubes(std::span<const Polyline> lines, std::span<const Colour> colours,
                                double least_diameter);

/// A name; whoever has the picture draws it, at its place or, of a structure, by its outline.
struct Label {
  std::string text;
  Point place;                 // m
  std::vector<Point> outline;  // m
};

/// The outline of a box as it is seen.
std::vector<Point> silhouette(const Box& box);

/// The pixel at which a point is seen.
Pixel pixel_of(vtkRenderer* renderer, const Point& point);

/// Floor and edges of the buildings; returns their names.
std::vector<Label> add_structures(vtkRenderer* renderer, std::span<const Structure> structures);

/// Ground, north arrow and a bar that tells the scale; returns their lettering.
std::vector<Label> add_ground(vtkRenderer* renderer, const Bounds& bounds);

/// Looks from the south-west, about 40 degrees down, in parallel projection; everything within `bounds` fits a
/// picture of `aspect` (width by height).
void set_camera(vtkRenderer* renderer, const Bounds& bounds, double aspect);

}  // namespace wattloop::scene
