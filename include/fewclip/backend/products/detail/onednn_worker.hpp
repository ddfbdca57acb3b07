#pragma once
/// \file
/// What a thread needs to call oneDNN: one OpenMP thread, a stream, a scratchpad and the products made so far.

#include <oneapi/dnnl/dnnl_debug.h>
#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <utility>

#include "fewclip/core/memory.hpp"

#if DNNL_CPU_RUNTIME == DNNL_RUNTIME_OMP
#if !defined(_OPENMP)
#error "fewclip::products::onednn: this oneDNN runs on OpenMP and must be held to one thread inside fewclip's loops: compile with -fopenmp"
#endif
#include <omp.h>
#elif DNNL_CPU_RUNTIME != DNNL_RUNTIME_SEQ
#error "fewclip::products::onednn: oneDNN must be built with the OpenMP or the sequential CPU runtime"
#endif

namespace fewclip::products::detail {

/// While it lives, oneDNN uses the calling thread only; loops see to that themselves, this covers calls from outside of a loop.
class one_thread {
 public:
  one_thread(const one_thread&) = delete;
  one_thread& operator=(const one_thread&) = delete;
#if DNNL_CPU_RUNTIME == DNNL_RUNTIME_OMP
  one_thread() : before_(omp_get_max_threads()) {
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~one_thread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }

 private:
  int before_;
#else
  one_thread() {}
  ~one_thread() {}
#endif
};

/// Whether the process is so near its end that oneDNN may have destroyed static objects it needs.
inline std::atomic<bool>& onednn_has_ended() {
  static constinit std::atomic<bool> value{false};
  return value;
}

/// Made after a first call, and so after what oneDNN makes for such calls; destroyed before that.
struct end_of_onednn {
  ~end_of_onednn() { onednn_has_ended() = true; }
};

/// Calls oneDNN on one thread and turns its errors into device_error; in destructors of static objects that are too late it throws one too.
/// \param where the function, for the message
/// \param what the part of oneDNN that is called, for the message
/// \param action calls oneDNN
template <class Action>
decltype(auto) call_onednn(const char* where, const char* what, const Action& action) {
  if (onednn_has_ended()) throw device_error(expected_got(where, what, "a call before oneDNN ends with the process", "one after it"));
  struct note_the_end {
    ~note_the_end() { static const end_of_onednn of_this_call; }
  };
  try {
    const note_the_end after;
    const one_thread serial;
    return action();
  } catch (const dnnl::error& failure) {
    const std::string got = "'" + std::string(dnnl_status2str(failure.status)) + "' (" + failure.what() + ")";
    throw device_error(expected_got(where, std::string(what) + " on this processor", "success", got));
  }
}

/// The processor. Never destroyed: threads that end after main still release what they made on it.
inline const dnnl::engine& onednn_engine() {
  static const auto* const engine = new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return *engine;
}

/// The product x [rows, depth] times weights [depth, columns] -> float [rows, columns].
///
/// The scratchpad is the caller's: oneDNN's own is shared by the threads that run one primitive, and gives wrong sums.
/// \param type the type of both operands
/// \param weights their layout, or format `any` to ask for the best one
inline dnnl::matmul::primitive_desc describe_product(dnnl::memory::data_type type, index rows, index columns, index depth,
                                                     const dnnl::memory::desc& weights) {
  using dnnl::memory;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const memory::desc x({rows, depth}, type, memory::format_tag::ab);
  const memory::desc out({rows, columns}, memory::data_type::f32, memory::format_tag::ab);
  return {dnnl::matmul::desc(x, weights, out), attributes, onednn_engine()};
}

/// One thread's access to oneDNN for one type of operand.
class onednn_worker {
 public:
  /// \param type the type of both operands; one worker serves one type
  explicit onednn_worker(dnnl::memory::data_type type) : type_(type) {}

  /// out = x times the packed weights.
  /// \param x [rows, depth] of the worker's type
  /// \param rows rows of x and out
  /// \param weights packed, [depth, columns]
  /// \param columns columns of out
  /// \param depth length of the inner products
  /// \param out [rows, columns]
  void multiply(const void* x, index rows, const dnnl::memory& weights, index columns, index depth, float* out) {
    product& step = product_of(rows, columns, depth, weights);
    step.x.set_data_handle(const_cast<void*>(x));
    step.out.set_data_handle(out);
    step.scratch.set_data_handle(scratch(step.scratch_bytes));
    const std::array<dnnl_exec_arg_t, 4> arguments{{{DNNL_ARG_SRC, step.x.get()},
                                                    {DNNL_ARG_WEIGHTS, weights.get()},
                                                    {DNNL_ARG_DST, step.out.get()},
                                                    {DNNL_ARG_SCRATCHPAD, step.scratch.get()}}};
    run(step.primitive, arguments);
  }

  /// Copies `from` into the layout and type of `to`.
  void reorder(const dnnl::memory& from, const dnnl::memory& to) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::reorder::primitive_desc description(from, to, attributes);
    const dnnl::memory::desc scratch_layout = description.scratchpad_desc();
    const dnnl::memory scratch_memory(scratch_layout, onednn_engine(), scratch(scratch_layout.get_size()));
    const std::array<dnnl_exec_arg_t, 3> arguments{
        {{DNNL_ARG_FROM, from.get()}, {DNNL_ARG_TO, to.get()}, {DNNL_ARG_SCRATCHPAD, scratch_memory.get()}}};
    run(dnnl::reorder(description), arguments);
  }

 private:
  struct product {
    dnnl::matmul primitive;
    dnnl::memory x;
    dnnl::memory out;
    dnnl::memory scratch;
    std::size_t scratch_bytes = 0;
  };

  static constexpr std::size_t most_products = 128;

  /// The product for these extents, made at the first call. The layout of the weights follows from columns and depth.
  product& product_of(index rows, index columns, index depth, const dnnl::memory& weights) {
    const std::array<index, 3> key{rows, columns, depth};
    const auto found = products_.find(key);
    if (found != products_.end()) return found->second;
    if (products_.size() >= most_products) products_.clear();
    const auto description = describe_product(type_, rows, columns, depth, weights.get_desc());
    const auto unbound = [](const dnnl::memory::desc& layout) { return dnnl::memory(layout, onednn_engine(), DNNL_MEMORY_NONE); };
    product made{dnnl::matmul(description), unbound(description.src_desc()), unbound(description.dst_desc()),
                 unbound(description.scratchpad_desc()), description.scratchpad_desc().get_size()};
    return products_.emplace(key, std::move(made)).first->second;
  }

  std::byte* scratch(std::size_t bytes) {
    if (bytes > scratch_bytes_) {
      scratch_ = host_memory::allocate<std::byte>(static_cast<index>(bytes));
      scratch_bytes_ = bytes;
    }
    return scratch_.get();
  }

  template <std::size_t count>
  void run(const dnnl::primitive& primitive, const std::array<dnnl_exec_arg_t, count>& arguments) {
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive.get(), stream_.get(), static_cast<int>(count), arguments.data()),
                            "could not execute a primitive");
    stream_.wait();
  }

  dnnl::memory::data_type type_;
  dnnl::stream stream_{onednn_engine()};
  std::map<std::array<index, 3>, product> products_;
  std::shared_ptr<std::byte> scratch_;
  std::size_t scratch_bytes_ = 0;
};

}  // namespace fewclip::products::detail
