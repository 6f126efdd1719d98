#pragma once

#include <string>

namespace wattloop {

struct RenderOptions {
  std::string time;                    ///< of the site's clock, as RunFile::record_at reads it; empty: the last record
  std::string group = "racks";         ///< whose boxes are coloured
  std::string variable = "T_die_max";  ///< by which
  int width = 1920, height = 1080;     ///< pixels
  std::string output = "site.png";
  std::string title;  ///< empty: the run's
};

/// Draws the site at one record of a run as a PNG: the equipment of one group coloured by a variable, pipes and cables
/// by temperature and loading, everything else in quiet colours, seen from the south-west in parallel projection.
/// Needs a display (see ensure_display). Throws InputError with the reason if there is nothing to draw or the
/// picture cannot be written.
void render(const std::string& run_file, const RenderOptions& options);

/// Drawing needs an X display, even off-screen. Without the environment variable DISPLAY this starts the program anew,
/// with the same arguments, under `xvfb-run -a`, and does not return. Throws std::runtime_error if there is no
/// xvfb-run.
void ensure_display(char** argv);

}  // namespace wattloop
