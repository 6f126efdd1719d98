#pragma once
// A sweep as a job array of Slurm.

#include <string>
#include <vector>

namespace wattloop {

struct JobArray {
  std::string directory;             ///< of the results; gets sweep.sbatch and the output of the tasks
  std::vector<std::string> command;  ///< of a task, to which `--part K/N` is added
  int tasks = 1;
  std::vector<std::string> options;  ///< of sbatch: --partition=debug, --time=10, ...
};

/// The absolute path of this program.
std::string own_program();

/// The words as a shell reads them.
std::string shell_line(const std::vector<std::string>& words);

/// The script of the job: task K computes the K-th of N parts by `srun`.
std::string job_script(const JobArray& job);

/// Writes sweep.sbatch and submits it, with `waits` until all tasks have ended. Throws InputError if it cannot be
/// written, std::runtime_error if Slurm does not take it or a task fails.
void submit(const JobArray& job, bool waits);

}  // namespace wattloop
