#include "apps/job_array.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "apps/command.h"
#include "io/errors.h"

namespace wattloop {

std::string own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "wattloop" : path.string();
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

std::string job_script(const JobArray& job) {
  std::string script = fmt::format(
      "#!/bin/bash\n#SBATCH --job-name=wattloop-sweep\n#SBATCH --array=1-{}\n#SBATCH --output={}/slurm-%a.out\n",
      job.tasks, job.directory);
  for (const std::string& option : job.options) script += "#SBATCH " + option + "\n";
  return script +
         fmt::format("srun --ntasks=1 {} --part \"$SLURM_ARRAY_TASK_ID/{}\"\n", shell_line(job.command), job.tasks);
}

void submit(const JobArray& job, bool waits) {
  const std::string script = (std::filesystem::path(job.directory) / "sweep.sbatch").string();
  std::error_code error;
  std::filesystem::create_directories(job.directory, error);
  write_output(script, job_script(job));
  std::vector<std::string> command{"sbatch"};
  if (waits) command.emplace_back("--wait");
  command.push_back(script);
  const int status = std::system(shell_line(command).c_str());  // NOLINT(concurrency-mt-unsafe): no thread is there yet
  if (status == 0) return;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  throw std::runtime_error(code == 127
                               ? "there is no sbatch here: --here computes on this machine"
                               : fmt::format("sbatch {} ended with {}; the output of its tasks is {}/slurm-*.out; "
                                             "--resume computes what is missing",
                                             script, code, job.directory));
}

}  // namespace wattloop
