// wattloop render: a picture of the site from a results file.

#include "io/render.h"

#include <memory>

#include <fmt/format.h>

#include "apps/command.h"

namespace wattloop {

void add_render(CLI::App& program, int& code, char** argv) {
  struct Arguments {
    std::string file;
    RenderOptions options;
  };
  CLI::App* command = program.add_subcommand("render", "draws the site from a results file");
  auto arguments = std::make_shared<Arguments>();
  RenderOptions& o = arguments->options;
  command->add_option("results", arguments->file, "run.h5 of a run")->required();
  command->add_option("--time", o.time, "site time of the picture, as 15:00 or 2026-07-15T15:00 (default: the end)");
  command->add_option("-o,--output", o.output, "the PNG to write")->capture_default_str();
  command->add_option("--group", o.group, "what is coloured")->capture_default_str();
  command->add_option("--variable", o.variable, "by which variable")->capture_default_str();
  command->add_option("--width", o.width, "pixels")->capture_default_str()->check(CLI::Range(200, 10000));
  command->add_option("--height", o.height, "pixels")->capture_default_str()->check(CLI::Range(200, 10000));
  command->add_option("--title", o.title, "title (default: the run's)");
  command->callback([&code, arguments, argv] {
    ensure_display(argv);
    render(arguments->file, arguments->options);
    fmt::print("{}\n", arguments->options.output);
    code = fine;
  });
}

}  // namespace wattloop
