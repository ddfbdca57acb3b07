#pragma once
/// \file
/// Image files to batches of pixels, made by threads in the background. Needs fewclip::images.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/images/decode.hpp"
#include "fewclip/images/decoding_memory.hpp"
#include "fewclip/images/preprocessing.hpp"

namespace fewclip::runtime {

/// An image that gave no pixels.
struct unreadable_image {
  std::size_t item = 0;  ///< its position in the list
  std::string reason{};  ///< what decoding it says; names the file
};

/// Pixels of some images, in the order of the list.
struct image_batch {
  std::vector<std::size_t> items{};            ///< positions in the list of the images that are there, ascending
  std::vector<float> pixels{};                 ///< [items, rows_per_image, values], later numbers are unspecified
  std::vector<unreadable_image> unreadable{};  ///< the images of this batch that are not
  std::size_t transparent = 0;                 ///< how many of them have a pixel that is not opaque
  std::size_t turned = 0;                      ///< how many of them have an EXIF orientation other than upright
};

/// How batches are made.
struct image_batch_options {
  std::size_t batch = 32;                              ///< images per batch, at least 1; the last one may have fewer
  std::size_t threads = 1;                             ///< that decode and resize, at least 1
  std::size_t queue = 3;                               ///< batches that may be in the making or wait at a time, at least 1
  std::size_t rows_per_image = 1;                      ///< how many inputs are made of an image, for example views
  bool strict = false;                                 ///< next() throws for the first unreadable image of the list
  std::size_t decoding_memory = std::size_t{1} << 30;  ///< bytes of all pictures that are being decoded; one of more waits to be alone
  images::decode_options decode{};                     ///< what comes out of the files, and the limits
};

/// A list of image files as a sequence of batches.
///
/// Threads of its own decode, resize and normalise ahead of the consumer, at most `queue` batches; batches come in the order of the list,
/// always with the same images in the same places. One consumer at a time. The destructor stops the threads, wherever they are, after
/// the image they work on. Where the system starts fewer threads than asked for, these do the work; where it starts none, next() does.
///
/// Memory: queue * batch * rows_per_image * values floats, and `decoding_memory`, or what the largest image needs, for images while they are
/// decoded.
class image_batches {
 public:
  /// Makes the numbers of one image.
  /// \param source decoded
  /// \param item its position in the list
  /// \param out rows_per_image * values floats
  using transform = std::function<void(const image& source, std::size_t item, std::span<float> out)>;

  /// One row per image, by a preprocessing; alpha is decoded where its colour order wants it, laid on white and pictures turned upright as it
  /// says.
  /// \throws value_error for a setting that is out of its range
  image_batches(std::vector<std::string> paths, const images::preprocessing& settings, image_batch_options options = {})
      : image_batches(std::move(paths), settings.values(), by(settings), decoding(std::move(options), settings)) {
    settings.check();
  }

  /// \param paths the files
  /// \param values floats of one row
  /// \param make called from several threads at once; an exception from it makes the image unreadable
  /// \param options of image_batch_options: sizes of batches and of the queue, threads, how files are decoded
  /// \throws value_error for an option below 1
  image_batches(std::vector<std::string> paths, std::size_t values, transform make, image_batch_options options = {})
      : paths_(std::move(paths)), make_(std::move(make)), options_(std::move(options)) {
    for (const std::size_t each : {options_.batch, options_.threads, options_.queue, options_.rows_per_image, values}) {
      if (each < 1) throw value_error(expected_got("fewclip::runtime::image_batches", "options", "numbers >= 1", "0"));
    }
    row_ = values * options_.rows_per_image;
    slots_.resize(std::min(options_.queue, std::max<std::size_t>(1, batches())));
    start(std::min(options_.threads, paths_.size()));
  }

  image_batches(const image_batches&) = delete;
  image_batches& operator=(const image_batches&) = delete;
  ~image_batches() { stop(); }

  /// The number of batches in all.
  std::size_t batches() const { return (paths_.size() + options_.batch - 1) / options_.batch; }

  /// Waits for the next batch.
  /// \param out receives it; its memory is used again
  /// \returns false after the last one
  /// \throws io_error under `strict`, with the reason of the first unreadable image; std::bad_alloc where there is not enough memory for the
  /// pixels or for decoding an image; later calls throw again
  bool next(image_batch& out) {
    std::unique_lock lock(mutex_);
    if (delivered_ == batches()) return false;
    slot& from = slots_[delivered_ % slots_.size()];
    const auto complete = [&] { return from.done == size_of(delivered_); };
    if (threads_.empty() && !failure_) {
      lock.unlock();
      work(complete);
      lock.lock();
    }
    made_.wait(lock, [&] { return failure_ || complete(); });
    if (failure_) std::rethrow_exception(failure_);
    std::sort(from.failed.begin(), from.failed.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
    if (options_.strict && !from.failed.empty()) throw io_error(from.failed.front().reason);
    take(from, out);
    from.done = from.transparent = from.turned = 0;
    from.failed.clear();
    ++delivered_;
    lock.unlock();
    room_.notify_all();
    return true;
  }

 private:
  /// A batch in the making: image k of it is row k.
  struct slot {
    std::vector<float> pixels;
    std::vector<unreadable_image> failed;
    std::size_t transparent = 0;
    std::size_t turned = 0;
    std::size_t done = 0;
  };

  static transform by(const images::preprocessing& settings) {
    return [settings](const image& source, std::size_t, std::span<float> out) { settings.apply(source, out); };
  }

  static image_batch_options decoding(image_batch_options options, const images::preprocessing& settings) {
    if (settings.order == images::colour_order::openai) options.decode.keeps_alpha = true;
    options.decode.transparency = settings.transparency;
    if (settings.upright) options.decode.turns_upright = true;
    return options;
  }

  std::size_t size_of(std::size_t batch) const { return std::min(options_.batch, paths_.size() - batch * options_.batch); }

  /// Starts threads. Where the system refuses one, half of those that could be had do the work, which leaves memory to it.
  void start(std::size_t count) {
    try {
      threads_.reserve(count);
      while (threads_.size() < count) threads_.emplace_back([this] { work([] { return false; }); });
      return;
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    const std::size_t fewer = threads_.size() / 2;
    stop();
    threads_.clear();
    stopping_ = false;
    start(fewer);
  }

  /// Makes images until all that is asked for is done; what goes wrong is left for next().
  template <class Done>
  void work(const Done& done) {
    try {
      while (!done() && make_one()) continue;
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stopping_ = true;
      made_.notify_one();
      room_.notify_all();
    }
  }

  /// Waits for room, and makes the next image; false where there is none, or where all is to end.
  bool make_one() {
    std::size_t item = 0;
    std::span<float> to;
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return stopping_ || next_ == paths_.size() || next_ / options_.batch < delivered_ + slots_.size(); });
      if (stopping_ || next_ == paths_.size()) return false;
      slot& target = slots_[next_ / options_.batch % slots_.size()];
      if (next_ % options_.batch == 0) target.pixels.resize(options_.batch * row_);
      item = next_++;
      to = std::span(target.pixels).subspan(item % options_.batch * row_, row_);
    }
    images::picture_facts facts;
    const std::string reason = make(item, to, facts);
    const std::lock_guard lock(mutex_);
    slot& target = slots_[item / options_.batch % slots_.size()];
    if (reason.empty() && facts.is_transparent) ++target.transparent;
    if (reason.empty() && facts.orientation != 1) ++target.turned;
    if (!reason.empty()) target.failed.push_back({item, reason});
    if (++target.done == size_of(item / options_.batch)) made_.notify_one();
    return true;
  }

  /// Why there are no pixels; empty where there are.
  /// \throws std::bad_alloc, which is not the image's fault
  std::string make(std::size_t item, std::span<float> to, images::picture_facts& facts) {
    try {
      images::decoding_memory::share share(memory_);
      images::decode_options decode = options_.decode;
      decode.memory = &share;
      make_(images::decode_image(paths_[item], decode, &facts), item, to);
      return "";
    } catch (const error& failure) {
      return failure.what();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& failure) {
      return expected_got(paths_[item], "image", "one that can be decoded", failure.what());
    } catch (...) {
      return expected_got(paths_[item], "image", "one that can be decoded", "an unknown error");
    }
  }

  /// Moves a finished batch out, without the rows of unreadable images.
  void take(slot& from, image_batch& out) {
    out.items.clear();
    out.unreadable = from.failed;
    out.transparent = from.transparent;
    out.turned = from.turned;
    const std::size_t first = delivered_ * options_.batch;
    std::size_t bad = 0;
    for (std::size_t k = 0; k < size_of(delivered_); ++k) {
      if (bad < from.failed.size() && from.failed[bad].item == first + k) {
        ++bad;
        continue;
      }
      if (bad > 0) {
        const auto row = from.pixels.begin() + static_cast<std::ptrdiff_t>(k * row_);
        std::copy(row, row + static_cast<std::ptrdiff_t>(row_), from.pixels.begin() + static_cast<std::ptrdiff_t>(out.items.size() * row_));
      }
      out.items.push_back(first + k);
    }
    std::swap(out.pixels, from.pixels);
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    room_.notify_all();
    for (std::thread& each : threads_) each.join();
  }

  std::vector<std::string> paths_;
  transform make_;
  image_batch_options options_;
  std::size_t row_ = 0;
  images::decoding_memory memory_{options_.decoding_memory};
  std::mutex mutex_;
  std::condition_variable made_;  // a batch is complete
  std::condition_variable room_;  // a batch has been taken
  std::vector<slot> slots_;
  std::size_t next_ = 0;       // the next image to work on
  std::size_t delivered_ = 0;  // batches handed out
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace fewclip::runtime
