// EXPECT: fewclip::matrix_view: features are rows, so the Eigen matrix must be row-major (Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>), see docs/data.md
#include <Eigen/Core>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/core/sets.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
#else
using matrix = Eigen::MatrixXf;
#endif

fewclip::class_text<fewclip::backend::cpu<>> text(const matrix& rows) { return fewclip::matrix_view<float>(rows); }
