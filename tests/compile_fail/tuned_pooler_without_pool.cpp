// EXPECT: fewclip::poolers::tuned: Pooler needs 'params', 'reads', 'fitted(params)' and 'pool(tokens) const' [concept pooler], see docs/extend/pooler.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/poolers/tuned.hpp>

using B = fewclip::backend::cpu<>;

struct pooler {
  struct params {};
  static constexpr fewclip::tokens_read reads = fewclip::tokens_read::all;
  template <fewclip::compute_backend Backend>
  struct fitted {
    explicit fitted(const params&) {}
#ifdef FEWCLIP_EXPECT_PASS
    template <class X>
    const X& pool(const X& x) const {
      return x;
    }
#endif
  };
};

constexpr auto size = sizeof(fewclip::poolers::tuned<pooler>::fitted<B>);
