// What one rank makes reaches all, at its place; ranks are threads here.

#include "solver/shared_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <functional>
#include <thread>

namespace wattloop {
namespace {

/// A rank among threads of this process.
class ThreadRank final : public Ranks {
 public:
  struct Common {
    explicit Common(int n) : barrier(n), size(n) {}
    std::barrier<> barrier;
    int size;
    std::vector<double> values;
    int gathers = 0;
  };
  ThreadRank(Common& common, int rank) : common_(common), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return common_.size; }
  void gather(std::span<double> all, std::span<const int> counts) override {
    if (rank_ == 0) {
      common_.values.assign(all.size(), 0.0);
      ++common_.gathers;
    }
    common_.barrier.arrive_and_wait();
    ASSERT_EQ(common_.values.size(), all.size());
    std::size_t first = 0;
    for (int r = 0; r < rank_; ++r) first += counts[r];
    for (int i = 0; i < counts[rank_]; ++i) common_.values[first + i] = all[first + i];
    common_.barrier.arrive_and_wait();
    std::copy(common_.values.begin(), common_.values.end(), all.begin());
    common_.barrier.arrive_and_wait();
  }

 private:
  Common& common_;
  int rank_;
};

/// Runs f on each of n ranks; how often they have gathered.
int on_ranks(int n, const std::function<void(Ranks&)>& f) {
  ThreadRank::Common common(n);
  std::vector<std::thread> threads;
  for (int r = 0; r < n; ++r)
    threads.emplace_back([&, r] {
      ThreadRank rank(common, r);
      f(rank);
    });
  for (std::thread& t : threads) t.join();
  return common.gathers;
}

TEST(SharedValues, ReachEveryRankAtTheirPlace) {
  constexpr int ranks = 3;
  const int gathers = on_ranks(ranks, [](Ranks& self) {
    const double nothing = -1.0;
    std::vector<double> places(7, nothing), vector(5, nothing);
    const std::vector<int> maker = {2, 0, 2, 0, 0, 2, 2};  // rank 1 makes no places, but an entry
    const std::vector<int> maker_of_entry = {0, 1, 2, 0, -1};
    SharedValues shared;
    for (std::size_t i = 0; i < places.size(); ++i) shared.add(maker[i], places[i]);
    for (std::size_t i = 0; i + 1 < vector.size(); ++i) shared.add_entry(maker_of_entry[i], static_cast<int>(i));
    for (double update : {10.0, 20.0}) {  // the second replaces the first
      for (std::size_t i = 0; i < places.size(); ++i)
        if (maker[i] == self.rank()) places[i] = update + static_cast<double>(i);
      for (std::size_t i = 0; i + 1 < vector.size(); ++i)
        if (maker_of_entry[i] == self.rank()) vector[i] = update + 100.0 + static_cast<double>(i);
      shared.update(self, vector.data());
      for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], update + static_cast<double>(i));
      for (std::size_t i = 0; i + 1 < vector.size(); ++i) EXPECT_EQ(vector[i], update + 100.0 + static_cast<double>(i));
      EXPECT_EQ(vector.back(), nothing) << "of nobody";
    }
  });
  EXPECT_EQ(gathers, 2) << "one exchange an update";
}

TEST(SharedValues, RanksBehindTheLastMakerOnlyReceive) {
  on_ranks(4, [](Ranks& self) {
    double place = self.rank() == 1 ? 5.0 : 0.0;
    SharedValues shared;
    shared.add(1, place);
    shared.update(self);
    EXPECT_EQ(place, 5.0) << "rank " << self.rank();
  });
}

TEST(SharedValues, NothingIsExchangedWhereThereIsNothingToShare) {
  EXPECT_EQ(on_ranks(2, [](Ranks& self) { SharedValues().update(self); }), 0);
  double place = 1.0;
  SharedValues shared;
  shared.add(0, place);
  Ranks alone;
  shared.update(alone);
  EXPECT_EQ(place, 1.0);
}

}  // namespace
}  // namespace wattloop
