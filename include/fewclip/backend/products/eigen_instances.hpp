#pragma once
/// \file
/// Eigen's products compiled once for a whole program.
///
/// Compiling these takes three to six seconds in every unit that multiplies. Where units include this header, and one unit of the program also
/// has the four declarations below without `extern`, it is done once; cmake/compiled/products.cpp, part of the component fewclip::compiled, is such a unit.

#include "fewclip/backend/products/eigen.hpp"

namespace fewclip::products {

extern template void eigen::multiply_packed<float>(const float*, index, const eigen::packed<float>&, index, index, float*);
extern template void eigen::multiply_packed<double>(const double*, index, const eigen::packed<double>&, index, index, double*);
extern template void eigen::multiply<float>(transposition, product_extents, float, const float*, index, const float*, index, float, float*,
                                            index);
extern template void eigen::multiply<double>(transposition, product_extents, double, const double*, index, const double*, index, double,
                                             double*, index);

}  // namespace fewclip::products
