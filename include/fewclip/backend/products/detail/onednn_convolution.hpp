#pragma once
/// \file
/// Convolutions by oneDNN on channels-last maps, in parallel over images and bands of rows.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "fewclip/backend/products/detail/onednn_worker.hpp"
#include "fewclip/core/convolution_window.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/core/thread_scratch.hpp"

namespace fewclip::products::detail {

/// What becomes of a convolution before it is stored.
struct convolution_finish {
  bool add = false;   ///< the result is added to what is there
  bool relu = false;  ///< negative results become 0
};

/// One convolution as oneDNN sees it: some rows of one image. Rows of zeros are only where the band meets the edge of the image.
struct convolution_band {
  index in, out, kernel, stride;
  index height, width;             ///< of the part of the image that is read
  index out_height, out_width;     ///< of the part of the result that is written
  index top, bottom, left, right;  ///< rows and columns of zeros
  index finish;                    ///< bit 0: add, bit 1: relu
  auto operator<=>(const convolution_band&) const = default;

  static convolution_band make(index in, index out, const convolution_window& window, index height, index width, index first, index last,
                               const convolution_finish& finish) {
    const index from = first * window.stride - window.padding;
    const index to = (last - 1) * window.stride - window.padding + window.kernel;
    const index out_width = window.places(width);
    const index right = (out_width - 1) * window.stride - window.padding + window.kernel - width;
    return {in,
            out,
            window.kernel,
            window.stride,
            std::min(to, height) - std::max<index>(from, 0),
            width,
            last - first,
            out_width,
            std::max<index>(0, -from),
            std::max<index>(0, to - height),
            window.padding,
            std::max<index>(0, right),
            (finish.add ? 1 : 0) + (finish.relu ? 2 : 0)};
  }
};

/// oneDNN's description of a band, with weights in the layout it likes best.
inline dnnl::convolution_forward::primitive_desc describe_convolution(dnnl::memory::data_type type, const convolution_band& b) {
  using dnnl::memory;
  dnnl::post_ops after;
  if ((b.finish & 1) != 0) after.append_sum(1.0F);
  if ((b.finish & 2) != 0) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const memory::desc x({1, b.in, b.height, b.width}, type, memory::format_tag::nhwc);
  const memory::desc weights({b.out, b.in, b.kernel, b.kernel}, type, memory::format_tag::any);
  const memory::desc bias({b.out}, memory::data_type::f32, memory::format_tag::x);
  const memory::desc out({1, b.out, b.out_height, b.out_width}, type, memory::format_tag::nhwc);
  const dnnl::convolution_forward::desc what(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, x, weights, bias, out,
                                             {b.stride, b.stride}, {b.top, b.left}, {b.bottom, b.right});
  return {what, attributes, onednn_engine()};
}

/// The weights of one convolution in every layout that oneDNN asked for; one in practice. For use by many threads.
class convolution_weights {
 public:
  /// \param weights [out, kernel * kernel * in]; borrowed
  convolution_weights(const float* weights, index in, index out, index kernel)
      : plain_({{out, in, kernel, kernel}, dnnl::memory::data_type::f32, {kernel * kernel * in, 1, kernel * in, in}}, onednn_engine(),
               const_cast<float*>(weights)) {}

  dnnl::memory in_layout(const dnnl::memory::desc& layout) {
    std::lock_guard lock(mutex_);
    for (const dnnl::memory& known : known_) {
      if (known.get_desc() == layout) return known;
    }
    dnnl::memory made(layout, onednn_engine());
    onednn_worker(layout.data_type()).reorder(plain_, made);
    known_.push_back(made);
    return made;
  }

 private:
  dnnl::memory plain_;
  std::mutex mutex_;
  std::vector<dnnl::memory> known_;
};

/// One thread's convolutions for one type of operand.
class convolution_worker {
 public:
  explicit convolution_worker(dnnl::memory::data_type type) : type_(type) {}

  void run(const convolution_band& band, const void* x, convolution_weights& weights, const float* bias, void* out) {
    step& s = step_of(band);
    const dnnl::memory w = weights.in_layout(s.weights);
    s.x.set_data_handle(const_cast<void*>(x));
    s.bias.set_data_handle(const_cast<float*>(bias));
    s.out.set_data_handle(out);
    s.scratch.set_data_handle(scratch(s.scratch_bytes));
    const std::array<dnnl_exec_arg_t, 5> arguments{{{DNNL_ARG_SRC, s.x.get()},
                                                    {DNNL_ARG_WEIGHTS, w.get()},
                                                    {DNNL_ARG_BIAS, s.bias.get()},
                                                    {DNNL_ARG_DST, s.out.get()},
                                                    {DNNL_ARG_SCRATCHPAD, s.scratch.get()}}};
    dnnl::error::wrap_c_api(dnnl_primitive_execute(s.primitive.get(), stream_.get(), static_cast<int>(arguments.size()), arguments.data()),
                            "could not execute a primitive");
    stream_.wait();
  }

 private:
  struct step {
    dnnl::convolution_forward primitive;
    dnnl::memory::desc weights;
    dnnl::memory x, bias, out, scratch;
    std::size_t scratch_bytes = 0;
  };

  static constexpr std::size_t most_steps = 256;

  step& step_of(const convolution_band& band) {
    const auto found = steps_.find(band);
    if (found != steps_.end()) return found->second;
    if (steps_.size() >= most_steps) steps_.clear();
    const auto description = describe_convolution(type_, band);
    const auto unbound = [](const dnnl::memory::desc& layout) { return dnnl::memory(layout, onednn_engine(), DNNL_MEMORY_NONE); };
    step made{dnnl::convolution_forward(description),  description.weights_desc(),      unbound(description.src_desc()),
              unbound(description.bias_desc()),        unbound(description.dst_desc()), unbound(description.scratchpad_desc()),
              description.scratchpad_desc().get_size()};
    return steps_.emplace(band, std::move(made)).first->second;
  }

  std::byte* scratch(std::size_t bytes) {
    if (bytes > scratch_bytes_) {
      scratch_ = host_memory::allocate<std::byte>(static_cast<index>(bytes));
      scratch_bytes_ = bytes;
    }
    return scratch_.get();
  }

  dnnl::memory::data_type type_;
  dnnl::stream stream_{onednn_engine()};
  std::map<convolution_band, step> steps_;
  std::shared_ptr<std::byte> scratch_;
  std::size_t scratch_bytes_ = 0;
};

/// A convolution whose weights were prepared once; copies share them.
///
/// Every call of oneDNN computes a band of rows of one image, and bands follow from the extents of the map alone, so a result depends neither
/// on the number of threads nor on the other images of a batch. \throws device_error where oneDNN refuses
/// \tparam Compute products::f32 or products::bf16
template <class Compute>
class onednn_convolution {
 public:
  /// The type of the elements of maps: float, or bfloat16 as std::uint16_t.
  using element = typename Compute::element;

  /// \param weights [out, kernel * kernel * in], ordered kernel row, kernel column, input channel; must outlive the result
  /// \param bias [out]; must outlive the result
  onednn_convolution(const float* weights, const float* bias, index in, index out, const convolution_window& window)
      : weights_(std::make_shared<convolution_weights>(weights, in, out, window.kernel)),
        bias_(bias),
        in_(in),
        out_(out),
        window_(window) {}

  /// result = convolution of x plus bias, finished as `finish` says.
  /// \param x [images, height, width, in]
  /// \param result [images, window.places(height), window.places(width), out]
  void run(const element* x, index images, index height, index width, const convolution_finish& finish, element* result) const {
    const index rows = window_.places(height);
    const index columns = window_.places(width);
    if (rows == 0 || columns == 0) return;
    const index step = band_rows(rows);
    const index bands = (rows + step - 1) / step;
    parallel_for(images * bands, 1, [&](index begin, index end) {
      const auto convolve = [&](convolution_worker& worker) {
        for (index k = begin; k < end; ++k) {
          const index first = k % bands * step;
          const auto band = convolution_band::make(in_, out_, window_, height, width, first, std::min(rows, first + step), finish);
          const index top = std::max<index>(0, first * window_.stride - window_.padding);
          call_onednn("fewclip::products::onednn::convolution", Compute::name, [&] {
            worker.run(band, x + (k / bands * height + top) * width * in_, *weights_, bias_,
                       result + (k / bands * rows + first) * columns * out_);
          });
        }
      };
      with_kept<convolution_worker, Compute>(convolve, Compute::type);
    });
  }

 private:
  /// Some eight bands of a large map, bands of four rows of a small one.
  static index band_rows(index rows) { return std::max<index>(4, (rows + 7) / 8); }

  std::shared_ptr<convolution_weights> weights_;
  const float* bias_;
  index in_, out_;
  convolution_window window_;
};

}  // namespace fewclip::products::detail
