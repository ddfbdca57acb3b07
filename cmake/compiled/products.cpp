// Eigen's products, compiled once for all tests and once for the program.
#include "fewclip/backend/products/eigen_instances.hpp"

namespace fewclip::products {

template void eigen::multiply_packed<float>(const float*, index, const eigen::packed<float>&, index, index, float*);
template void eigen::multiply_packed<double>(const double*, index, const eigen::packed<double>&, index, index, double*);
template void eigen::multiply<float>(transposition, product_extents, float, const float*, index, const float*, index, float, float*, index);
template void eigen::multiply<double>(transposition, product_extents, double, const double*, index, const double*, index, double, double*,
                                      index);

}  // namespace fewclip::products
