#include "build_job.hpp"

namespace peers {

job make_job_eigen(const options& chosen, const inputs& given) { return build_job<fewclip::backend::cpu<float>>(chosen, given); }

}  // namespace peers
