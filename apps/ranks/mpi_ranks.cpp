// Ranks by MPI.

#include <mpi.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "apps/start_ranks.h"

namespace wattloop {

namespace {

class MpiRanks final : public StartedRanks {
 public:
  MpiRanks() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm_dup(MPI_COMM_WORLD, &at_the_end_);
    offsets_.resize(size_);
  }
  int rank() const override { return rank_; }
  int size() const override { return size_; }

  double max(double value) override {
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return value;
  }

  void gather(std::span<double> all, std::span<const int> counts) override {
    for (int r = 1; r < size_; ++r) offsets_[r] = offsets_[r - 1] + counts[r - 1];
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all.data(), counts.data(), offsets_.data(), MPI_DOUBLE,
                   MPI_COMM_WORLD);
  }

  std::string broadcast(std::string text, int from) override {
    auto length = static_cast<unsigned long>(text.size());
    MPI_Bcast(&length, 1, MPI_UNSIGNED_LONG, from, MPI_COMM_WORLD);
    text.resize(length);
    MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, from, MPI_COMM_WORLD);
    return text;
  }

  int leave(int code, const std::string& error) override {
    constexpr std::chrono::milliseconds patience{5000}, look{5};
    int largest = code, all_here = 0;
    MPI_Request request;
    MPI_Iallreduce(&code, &largest, 1, MPI_INT, MPI_MAX, at_the_end_, &request);
    const auto end = std::chrono::steady_clock::now() + patience;
    while (true) {
      MPI_Test(&request, &all_here, MPI_STATUS_IGNORE);
      if (all_here) break;
      if (!error.empty() && std::chrono::steady_clock::now() > end) {
        if (!is_first()) fmt::print(stderr, "rank {}: {}\n", rank_, error);
        MPI_Abort(MPI_COMM_WORLD, code);
      }
      std::this_thread::sleep_for(look);
    }
    MPI_Comm_free(&at_the_end_);
    MPI_Finalize();
    return largest;
  }

 private:
  int rank_ = 0, size_ = 1;
  MPI_Comm at_the_end_;  ///< apart from what the others may be waiting for
  std::vector<int> offsets_;
};

/// By what mpirun of Open MPI, MPICH and Intel MPI, and Slurm with PMI-2 or PMIx leave in the environment.
bool is_one_of_many() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"})
    if (std::getenv(name)) return true;
  return false;
}

}  // namespace

std::unique_ptr<StartedRanks> start_ranks() {
  if (!is_one_of_many()) return nullptr;
  return std::make_unique<MpiRanks>();
}

}  // namespace wattloop
