// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab {

/// P(X < x and Y < y) of two standard normal variables with that correlation (Owen 1956).
/// @param x, y finite @param correlation in (-1, 1) @throws InvalidArgument
double bivariateNormalCdf(double x, double y, double correlation);

} // namespace mlab
