// wattloop schema and wattloop docs: what a case may hold, for editors and for people.

#include "io/schema.h"

#include "apps/command.h"
#include "io/input_docs.h"

namespace wattloop {

void add_schema(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("schema", "prints the JSON Schema of case files, for editors");
  command->callback([&code] {
    write_output("-", case_schema());
    code = fine;
  });
}

void add_docs(CLI::App& program, int& code) {
  CLI::App* command = program.add_subcommand("docs", "prints the reference of the input (docs/input.md)");
  command->callback([&code] {
    write_output("-", input_reference());
    code = fine;
  });
}

}  // namespace wattloop
