#pragma once
// Matrices of packs, where like packs may have one together.

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace wattloop {

/// A matrix for each of many packs, in several sets side by side. A pack has one of its own or that of another.
template <class Matrix>
class SharedMatrices {
 public:
  void resize(int sets, int packs) {
    sets_.assign(sets, {std::vector<Matrix>(packs), std::vector<int>(packs)});
    for (Set& set : sets_) std::iota(set.owner.begin(), set.owner.end(), 0);
  }
  /// The set that all else works on.
  void select(int set) { active_ = set; }

  const Matrix& operator[](int pack) const {
    const Set& set = sets_[active_];
    return set.matrices[set.owner[pack]];
  }
  /// A pack's own, which it has from now on.
  Matrix& own(int pack) {
    Set& set = sets_[active_];
    set.owner[pack] = pack;
    return set.matrices[pack];
  }
  void share(int pack, int with) { sets_[active_].owner[pack] = with; }

 private:
  struct Set {
    std::vector<Matrix> matrices;
    std::vector<int> owner;
  };
  std::vector<Set> sets_;
  int active_ = 0;
};

/// The last few packs that were given matrices of their own, the newest first.
class RecentPacks {
 public:
  RecentPacks() { packs_.fill(-1); }
  /// The newest for which is_like(pack), or -1.
  template <class F>
  int find(const F& is_like) const {
    for (int pack : packs_)
      if (pack >= 0 && is_like(pack)) return pack;
    return -1;
  }
  void add(int pack) {
    std::rotate(packs_.begin(), packs_.end() - 1, packs_.end());
    packs_.front() = pack;
  }

 private:
  std::array<int, 8> packs_;
};

}  // namespace wattloop
