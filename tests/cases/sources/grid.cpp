#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace board {

constexpr int kMost = 10'000;

template <typename T>
class Grid {
public:
    Grid(int width, int height) : width_(width), cells_(width * height) {}

    T &at(int x, int y) {
        return cells_[y * width_ + x];
    }

    template <typename F>
    int count(F &&wanted) const {
        return std::count_if(cells_.begin(), cells_.end(), std::forward<F>(wanted));
    }

private:
    int width_;
    std::vector<T> cells_;
};

enum class Side { Left, Right };

inline std::string name(Side side) {
    switch (side) {
    case Side::Left:
        return "left";
    case Side::Right:
        return R"(right ")";
    }
    return {};
}

int visit(Grid<int> &grid) {
    int total = 0;
    auto add = [&total](int n) { total += n; };
    for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 3; ++x) {
            add(grid.at(x, y));
        }
    }
    return std::min(total, kMost);
}

}  // namespace board
