// EXPECT: fewclip::tuners::tuned_model: Tuner needs 'params' and 'fitted<B>' with 'visit', 'bind' and 'refresh' [concept tuner], see docs/extend/tuner.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/tuners/by_name.hpp>
#include <fewclip/tuners/tuned_model.hpp>

using B = fewclip::backend::cpu<>;

struct nothing {
  using params = fewclip::no_settings;
  template <fewclip::compute_backend>
  struct fitted {
    template <class Model>
    fitted(Model&, const params&) {}
    template <class Model, class Visitor>
    void visit(Model&, Visitor&&) {}
    template <class Model, class Tape>
    void bind(Model&, Tape&) {}
#ifdef FEWCLIP_EXPECT_PASS
    template <class Model>
    void refresh(Model&) {}
#endif
  };
};

struct model {
  template <class Visitor>
  void visit_parameters(Visitor&&) {}
};

constexpr auto size = sizeof(fewclip::tuners::tuned_model<B, nothing, model>);
