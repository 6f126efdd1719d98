#pragma once
// Records go to the file on a thread of their own.

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "io/results.h"

namespace wattloop {

/// A bounded queue of records before a ResultsFile. What comes within a quarter of a second is written together: a
/// kill leaves that much less in the file. HDF5 is called by one thread at a time: by that of the queue while
/// there is something in it, by whoever has called `drain` or `settled` after that, until the next `write`.
class RecordWriter {
 public:
  using Values = std::vector<std::vector<double>>;

  explicit RecordWriter(ResultsFile file);
  /// Writes what is still waiting.
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  /// Puts a copy into the queue; waits for room. Throws what the thread met when it wrote an earlier record: none after
  /// that one is written.
  void write(int series, double t, const Values& values);
  /// Returns when all is written, at once. Throws like `write`.
  void drain();
  /// The file, with nothing waiting; what has failed stays unsaid.
  ResultsFile& settled();

 private:
  struct Record {
    int series;
    double t;
    Values values;
  };
  void work();
  void write_all(std::vector<Record>& records);
  void throw_failure() const;
  bool is_half_full() const;
  bool is_full() const;

  static constexpr std::size_t most_waiting = 32, most_values = std::size_t{1} << 22;  // 32 MiB
  ResultsFile file_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Record> waiting_;
  std::size_t values_ = 0;     ///< in them
  std::vector<Record> spare_;  ///< whose memory is used again
  bool is_writing_ = false;    ///< what has been taken from those that wait
  bool is_urgent_ = false;     ///< somebody waits until all is written
  std::exception_ptr failure_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace wattloop
