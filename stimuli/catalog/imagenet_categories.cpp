// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/imagenet_categories.h"

#include <algorithm>
#include <utility>

namespace mlab::stimuli {
namespace {

constexpr std::size_t kClasses = 1000;

struct ImageNetCategory {
    std::string_view name;
    std::vector<std::pair<std::size_t, std::size_t>> classes; ///< first and last of each run
};

const std::vector<ImageNetCategory>& imageNetCategories()
{
    static const std::vector<ImageNetCategory> kAll = {
        {"knife", {{499, 499}}},
        {"keyboard", {{508, 508}, {878, 878}}},
        {"elephant", {{385, 386}}},
        {"bicycle", {{444, 444}, {671, 671}}},
        {"airplane", {{404, 404}}},
        {"clock", {{409, 409}, {530, 530}, {892, 892}}},
        {"oven", {{766, 766}}},
        {"chair", {{423, 423}, {559, 559}, {765, 765}, {857, 857}}},
        {"bear", {{294, 297}}},
        {"boat", {{472, 472}, {554, 554}, {625, 625}, {814, 814}, {914, 914}}},
        {"cat", {{281, 286}}},
        {"bottle", {{440, 440}, {720, 720}, {737, 737}, {898, 899}, {901, 901}, {907, 907}}},
        {"truck",
         {{555, 555},
          {569, 569},
          {656, 656},
          {675, 675},
          {717, 717},
          {734, 734},
          {864, 864},
          {867, 867}}},
        {"car", {{436, 436}, {511, 511}, {817, 817}}},
        {"bird",
         {{8, 8},
          {10, 16},
          {18, 20},
          {22, 24},
          {80, 83},
          {87, 96},
          {98, 100},
          {127, 133},
          {135, 145}}},
        {"dog",
         {{152, 191},
          {193, 203},
          {205, 226},
          {228, 241},
          {243, 250},
          {252, 257},
          {259, 259},
          {261, 263},
          {265, 268}}},
    };
    return kAll;
}

// ImageNet's 1000 classes, numbered or with the names that torchvision gives them.
bool isImageNet(const std::vector<std::string>& classes)
{
    return classes.size() == kClasses &&
           ((classes.front() == "0" && classes.back() == "999") ||
            (classes.front() == "tench" && classes.back() == "toilet tissue"));
}

std::vector<std::size_t> membersOf(const std::string& category,
                                   const std::vector<std::string>& classes)
{
    if (const auto same = std::ranges::find(classes, category); same != classes.end()) {
        return {static_cast<std::size_t>(same - classes.begin())};
    }
    std::vector<std::size_t> members;
    const auto& known = imageNetCategories();
    const auto found = std::ranges::find(known, category, &ImageNetCategory::name);
    if (isImageNet(classes) && found != known.end()) {
        for (const auto& [first, last] : found->classes) {
            for (auto index = first; index <= last; ++index) {
                members.push_back(index);
            }
        }
    }
    return members;
}

} // namespace

std::vector<std::vector<std::size_t>>
classesOfCategories(const std::vector<std::string>& categories,
                    const std::vector<std::string>& classes)
{
    std::vector<std::vector<std::size_t>> all;
    for (const auto& category : categories) {
        all.push_back(membersOf(category, classes));
        if (all.back().empty()) {
            return {};
        }
    }
    return all;
}

} // namespace mlab::stimuli
