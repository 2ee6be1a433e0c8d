// What shapes of data are made of: ways to draw rows, and ways to change what another one draws.
#pragma once

#include <cstddef>

#include "shapes/shapes.h"

namespace bench {

/// Elements between `low` and `high`.
Make uniform(float low, float high);

/// Elements of a standard normal distribution. Centers of clusters are drawn so, too: `spread` and
/// `noise` below are relative to it.
Make gaussian();

/// Clusters of equal size.
Make clusters(std::size_t count, float spread);

/// Clusters whose sizes fall as 1 / rank.
Make power_law(std::size_t count, float spread);

/// Vectors as those of words: skewed clusters about a common mean, elements whose deviations fall.
Make words();

/// Groups of `size` rows, each one of `originals` and noise relative to its elements.
Make copies_of(Make originals, std::size_t size, float noise);

/// The same of standard normal vectors.
Make copies(std::size_t size, float noise);

/// Rows of `dims` dimensions, mapped into those of the table at random, by a linear map.
Make low_dimension(std::size_t dims);

/// Zeros, but for one 1 in each of as many equal parts of a row.
Make one_hot(std::size_t parts);

/// Whole numbers from 0 to `values` - 1.
Make lattice(int values);

/// Points of one line, evenly over ten times its distance from 0.
Make line();

/// Scaled so that lengths differ by a factor of up to 10^decades.
Make with_lengths(Make rows, float decades);

/// Scaled to length 1.
Make on_sphere(Make rows);

/// With a constant added to each element.
Make moved(Make rows, float by);

/// The first half of the rows, and the others scaled.
Make half_scaled(Make rows, float scale);

/// One row in a thousand is scaled.
Make with_outliers(Make rows, float scale);

}  // namespace bench
