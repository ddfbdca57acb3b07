// One use of each component that was found.
#include <fewclip/methods/tip_adapter.hpp>
#if defined(CONSUMER_HAS_IO)
#include <fewclip/io/feature_set.hpp>
#endif
#if defined(CONSUMER_HAS_XTENSOR)
#include <fewclip/interop/xtensor.hpp>
#include <xtensor/xtensor.hpp>
#endif
#if defined(CONSUMER_HAS_ONEDNN)
#include <fewclip/backend/products/onednn.hpp>
#endif
#if defined(CONSUMER_HAS_THRUST)
#include <fewclip/backend/thrust.hpp>
#endif

namespace {

const float rows[]{1, 0, 0, 1};

template <class B>
bool predicts_its_own_texts() {
  const fewclip::matrix_view<float> view(rows, 2, 2);
  const fewclip::methods::tip_adapter<B> model(fewclip::class_text<B>(view), {view, {std::vector<fewclip::label>{0, 1}, 2}});
  return model.predict(view) == std::vector<fewclip::label>{0, 1};
}

}  // namespace

int main() {
  bool right = predicts_its_own_texts<fewclip::backend::cpu<>>();
#if defined(CONSUMER_HAS_IO)
  try {
    fewclip::io::read_feature_set("absent.safetensors");
    right = false;
  } catch (const fewclip::io_error&) {
  }
#endif
#if defined(CONSUMER_HAS_XTENSOR)
  const xt::xtensor<float, 2> array{{1, 0}, {0, 1}};
  right = right && fewclip::matrix_view<float>(array).rows() == 2;
#endif
#if defined(CONSUMER_HAS_ONEDNN)
  right = right && predicts_its_own_texts<fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>>();
#endif
#if defined(CONSUMER_HAS_THRUST)
  right = right && predicts_its_own_texts<fewclip::backend::thrust<fewclip::systems::omp>>();
#endif
  return right ? 0 : 1;
}
