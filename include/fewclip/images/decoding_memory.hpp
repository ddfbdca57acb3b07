#pragma once
/// \file
/// A bound on the memory of pictures that several threads decode at a time.

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "fewclip/config.hpp"

namespace fewclip::images {

/// An amount of memory that decoding threads share: who asks for more than is left waits until others are done.
///
/// Nobody waits for ever: a picture that needs more than the whole amount is decoded while no other is. Members of share may be called from
/// several threads, each on its own share.
class decoding_memory {
 public:
  /// \param bytes that all pictures together may take
  explicit decoding_memory(std::size_t bytes) : bytes_(bytes) {}
  decoding_memory(const decoding_memory&) = delete;
  decoding_memory& operator=(const decoding_memory&) = delete;

  /// What one picture takes, given back by the destructor. It must not outlive the amount.
  class share {
   public:
    /// \param of the amount that it is a share of
    explicit share(decoding_memory& of) : of_(of) {}
    share(const share&) = delete;
    share& operator=(const share&) = delete;
    ~share() { give_back(); }

    /// Waits until there is so much; what this share had before is given back first.
    /// \param bytes that the picture takes from now on
    void take(std::size_t bytes) {
      give_back();
      std::unique_lock lock(of_.mutex_);
      of_.room_.wait(lock, [&] { return of_.taken_ == 0 || (bytes <= of_.bytes_ && of_.taken_ <= of_.bytes_ - bytes); });
      of_.taken_ += bytes;
      mine_ = bytes;
    }

    /// What it has now.
    std::size_t bytes() const { return mine_; }

   private:
    void give_back() {
      if (mine_ == 0) return;
      {
        const std::lock_guard lock(of_.mutex_);
        of_.taken_ -= mine_;
      }
      mine_ = 0;
      of_.room_.notify_all();
    }

    decoding_memory& of_;
    std::size_t mine_ = 0;
  };

 private:
  std::size_t bytes_;
  std::size_t taken_ = 0;
  std::mutex mutex_;
  std::condition_variable room_;
};

}  // namespace fewclip::images
