#include "build_job.hpp"
#include "fewclip/backend/products/onednn.hpp"

namespace peers {

job make_job_onednn(const options& chosen, const inputs& given) {
  return build_job<fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>>(chosen, given);
}

}  // namespace peers
