// The symbolic part: order, elimination tree, list of operations, fronts.

#include <algorithm>
#include <cstdint>
#include <numeric>

#include <Eigen/OrderingMethods>
#include <Eigen/SparseCore>

#include "solver/sparse_cholesky.h"

namespace wattloop {

namespace {

using Pattern = std::vector<std::vector<int>>;  // rows below the diagonal, by column

/// Approximate minimum degree: place of each row.
std::vector<int> minimum_degree(int size, const std::vector<std::array<int, 2>>& entries) {
  std::vector<Eigen::Triplet<double>> triplets;
  triplets.reserve(2 * entries.size() + size);
  for (int i = 0; i < size; ++i) triplets.emplace_back(i, i, 1.0);
  for (const auto& [i, j] : entries) {
    triplets.emplace_back(i, j, 1.0);
    triplets.emplace_back(j, i, 1.0);
  }
  Eigen::SparseMatrix<double> matrix(size, size);
  matrix.setFromTriplets(triplets.begin(), triplets.end());
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> order;
  Eigen::AMDOrdering<int>()(matrix, order);
  std::vector<int> place(size);
  for (int i = 0; i < size; ++i) place[order.indices()[i]] = i;
  return place;
}

Pattern pattern_of(const std::vector<std::array<int, 2>>& entries, const std::vector<int>& place) {
  Pattern pattern(place.size());
  for (const auto& [i, j] : entries) pattern[std::min(place[i], place[j])].push_back(std::max(place[i], place[j]));
  for (std::vector<int>& rows : pattern) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  }
  return pattern;
}

/// Adds the entries that elimination makes: each column passes its rows on to the first of them, its parent.
void fill_in(Pattern& pattern) {
  std::vector<int> merged;
  for (std::vector<int>& rows : pattern) {
    if (rows.empty()) continue;
    std::vector<int>& parent = pattern[rows.front()];
    merged.clear();
    std::set_union(rows.begin() + 1, rows.end(), parent.begin(), parent.end(), std::back_inserter(merged));
    parent.assign(merged.begin(), merged.end());
  }
}

/// Entries of the core before it is factorised: those given and those that light columns make.
Pattern core_pattern(const Pattern& given, const Pattern& filled, int light_count) {
  Pattern core(given.size());
  std::copy(given.begin() + light_count, given.end(), core.begin() + light_count);
  for (int j = 0; j < light_count; ++j) {
    const std::vector<int>& rows = filled[j];
    for (auto row = rows.begin(); row != rows.end(); ++row) {
      if (*row >= light_count) core[*row].insert(core[*row].end(), row + 1, rows.end());
    }
  }
  for (std::vector<int>& rows : core) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  }
  return core;
}

/// Light columns first, then the core; in each part every column directly before its parent's other descendants end
/// (a postorder of the elimination tree). Light: few entries, and all descendants light too.
std::vector<int> postorder(const Pattern& pattern, int& light_count) {
  constexpr std::size_t most_entries = 5;
  const int size = static_cast<int>(pattern.size());
  std::vector<char> light(size);
  for (int j = 0; j < size; ++j) light[j] = pattern[j].size() <= most_entries;
  for (int j = 0; j < size; ++j) {
    if (!light[j] && !pattern[j].empty()) light[pattern[j].front()] = 0;
  }
  std::vector<int> head(size + 1, -1);
  std::vector<int> next(size, -1);
  for (int j = size - 1; j >= 0; --j) {
    int& first = head[pattern[j].empty() ? size : pattern[j].front()];
    next[j] = first;
    first = j;
  }
  std::vector<int> visited;
  std::vector<int> stack;
  for (int root = head[size]; root >= 0; root = next[root]) {
    stack.push_back(root);
    while (!stack.empty()) {
      const int j = stack.back();
      if (head[j] >= 0) {
        stack.push_back(head[j]);
        head[j] = next[head[j]];
      } else {
        visited.push_back(j);
        stack.pop_back();
      }
    }
  }
  std::stable_partition(visited.begin(), visited.end(), [&](int j) { return light[j] != 0; });
  light_count = static_cast<int>(std::count(light.begin(), light.end(), 1));
  std::vector<int> place(size);
  for (int i = 0; i < size; ++i) place[visited[i]] = i;
  return place;
}

}  // namespace

std::vector<int> SparseCholesky::order(int size, const std::vector<std::array<int, 2>>& entries) {
  std::vector<int> place = minimum_degree(size, entries);
  Pattern pattern = pattern_of(entries, place);
  fill_in(pattern);
  int light_count = 0;
  const std::vector<int> again = postorder(pattern, light_count);
  for (int& p : place) p = again[p];
  return place;
}

void SparseCholesky::analyse(int size, const std::vector<std::array<int, 2>>& entries, bool in_order) {
  *this = SparseCholesky();
  size_ = size;
  std::vector<int> place(size);
  std::iota(place.begin(), place.end(), 0);
  if (!in_order) place = order(size, entries);
  const Pattern given = pattern_of(entries, place);
  Pattern pattern = given;
  fill_in(pattern);
  int light_count = 0;
  postorder(pattern, light_count);

  original_.resize(size);
  for (int i = 0; i < size; ++i) original_[place[i]] = i;
  // Values: diagonal, light entries, entries of the core that are given or made by light rows.
  std::vector<std::size_t> first(size, size);
  std::size_t count = size;
  for (int j = 0; j < light_count; ++j) {
    first[j] = count;
    count += pattern[j].size();
    light_.push_back(static_cast<int>(pattern[j].size()));
    light_row_.insert(light_row_.end(), pattern[j].begin(), pattern[j].end());
  }
  const Pattern core = core_pattern(given, pattern, light_count);
  const std::size_t first_core = count;
  for (int j = light_count; j < size; ++j) {
    first[j] = count;
    count += core[j].size();
  }
  value_.resize(count);
  const auto value_of = [&](int column, int row) {
    if (column == row) return row;
    const std::vector<int>& rows = column < light_count ? pattern[column] : core[column];
    return static_cast<int>(first[column] + (std::lower_bound(rows.begin(), rows.end(), row) - rows.begin()));
  };
  for (int j = 0; j < light_count; ++j) {
    for (std::size_t a = 0; a < pattern[j].size(); ++a) {
      for (std::size_t b = a; b < pattern[j].size(); ++b) target_.push_back(value_of(pattern[j][a], pattern[j][b]));
    }
  }
  for (const auto& [i, j] : entries) {
    entry_value_.push_back(value_of(std::min(place[i], place[j]), std::max(place[i], place[j])));
  }
  make_fronts(pattern);
  place_fronts(core, first_core);
  least_.resize(size);
  work_.resize(size);
}

// Columns with the same rows below become one front; so do a child and its parent where that adds few zeros.
void SparseCholesky::make_fronts(const std::vector<std::vector<int>>& pattern) {
  constexpr int always_below = 6;  // columns
  constexpr double zeros_allowed = 0.2;
  for (int j = static_cast<int>(light_.size()); j < size_; ++j) {
    Front front;
    front.first = j;
    front.columns = 1;
    front.rows = 1 + static_cast<int>(pattern[j].size());
    // The front before is a child if its first row below is this one.
    const std::vector<int>* rows = fronts_.empty() ? nullptr : &pattern[j - 1];
    if (rows != nullptr && !rows->empty() && rows->front() == j) {
      const Front& child = fronts_.back();
      const int columns = child.columns + 1;
      const double zeros = static_cast<double>(child.columns) * (front.rows - (child.rows - child.columns));
      const double all = static_cast<double>(columns) * (child.columns + front.rows);
      if (zeros == 0.0 || columns <= always_below || zeros <= zeros_allowed * all) {
        front.first = child.first;
        front.columns = columns;
        front.rows += child.columns;
        fronts_.pop_back();
      }
    }
    fronts_.push_back(front);
  }
  std::size_t panel = 0;
  for (Front& front : fronts_) {
    const int last = front.first + front.columns - 1;
    front.row = front_row_.size();
    for (int i = front.first; i <= last; ++i) front_row_.push_back(i);
    front_row_.insert(front_row_.end(), pattern[last].begin(), pattern[last].end());
    front.panel = panel;
    panel += static_cast<std::size_t>(front.rows) * front.columns;
  }
  panel_.resize(panel);
}

void SparseCholesky::place_fronts(const std::vector<std::vector<int>>& core_entries, std::size_t first_value) {
  std::vector<int> front_of(size_, -1);
  for (std::size_t f = 0; f < fronts_.size(); ++f) {
    for (int i = 0; i < fronts_[f].columns; ++i) front_of[fronts_[f].first + i] = static_cast<int>(f);
  }
  std::vector<std::vector<int>> children(fronts_.size());
  std::vector<int> place(size_, 0);  // of a row in the front at hand
  std::size_t value = first_value;
  int widest = 0;
  for (std::size_t f = 0; f < fronts_.size(); ++f) {
    Front& front = fronts_[f];
    for (int i = 0; i < front.rows; ++i) place[front_row_[front.row + i]] = i;
    front.first_entry = static_cast<int>(core_entry_.size());
    for (int c = 0; c < front.columns; ++c) {
      const int j = front.first + c;
      const std::size_t column = front.panel + static_cast<std::size_t>(c) * front.rows;
      core_entry_.push_back({j, column + c});
      for (const int row : core_entries[j]) core_entry_.push_back({static_cast<int>(value++), column + place[row]});
    }
    front.entries = static_cast<int>(core_entry_.size()) - front.first_entry;
    for (const int child : children[f]) {
      Front& part = fronts_[child];
      part.relative = relative_.size();
      for (int i = part.columns; i < part.rows; ++i) relative_.push_back(place[front_row_[part.row + i]]);
    }
    front.first_child = static_cast<int>(child_.size());
    front.children = static_cast<int>(children[f].size());
    child_.insert(child_.end(), children[f].begin(), children[f].end());
    if (front.rows > front.columns)
      children[front_of[front_row_[front.row + front.columns]]].push_back(static_cast<int>(f));
    widest = std::max(widest, front.rows);
  }
  // What fronts pass on lies on a stack: made on top of what the children passed, then moved down over it.
  std::size_t top = 0;
  std::size_t highest = 0;
  for (Front& front : fronts_) {
    const std::size_t size = static_cast<std::size_t>(front.rows - front.columns) * (front.rows - front.columns);
    front.update = top;
    front.passed = front.children > 0 ? fronts_[child_[front.first_child]].passed : top;
    highest = std::max(highest, top + size);
    top = front.passed + size;
  }
  stack_.resize(highest);
  update_.resize(widest);
}

}  // namespace wattloop
