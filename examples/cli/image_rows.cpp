#include "image_rows.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fewclip/core/parallel.hpp>
#include <fewclip/core/random.hpp>
#include <fewclip/core/sha256.hpp>
#include <fewclip/images/views.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "interruption.hpp"
#include "model_commands.hpp"
#include "notes.hpp"
#include "progress_line.hpp"
#include "report.hpp"
#include "task.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;
using fewclip::runtime::unreadable_image;

std::size_t rows_per_image(const image_job& job) { return std::max<std::size_t>(1, job.views); }

/// Parts are whole batches, at least 256 images, and a thousand at most; so a run that goes on makes the same batches.
std::vector<part_range> parts_of(const image_job& job) {
  const std::size_t wanted = std::max<std::size_t>(256 / rows_per_image(job), job.paths.size() / 1000);
  const std::size_t step = (wanted / job.batch + 1) * job.batch;
  std::vector<part_range> out;
  for (std::size_t first = 0; first < job.paths.size(); first += step) out.push_back({first, std::min(first + step, job.paths.size())});
  return out;
}

/// Everything that the features of a part depend on, as a digest: model, settings, program, and the files with their sizes and times.
std::string identity_of(const clip_model& model, const image_job& job, const part_range& part) {
  std::string text = "fewclip part 2\n" + version_text() + "\n" + model.weights_sha256() + "\n" + model.info().backend + "\n" +
                     model.preprocessing().identifier() + "\n";
  text += fewclip::images::has_jpeg_turbo ? "jpeg_turbo" : "stb";
  text += fewclip::images::has_webp ? " webp\n" : "\n";
  text += "batch " + std::to_string(job.batch) + " views " + std::to_string(job.views) + " seed " + std::to_string(job.seed) + "\n";
  if (job.pictures.max_pixels > 0) text += "max_pixels " + std::to_string(job.pictures.max_pixels) + "\n";
  text += "images " + std::to_string(part.first) + " to " + std::to_string(part.last) + "\n";
  for (std::size_t i = part.first; i < part.last; ++i) {
    text += stamp_of(job.paths[i]) + "\n";
  }
  return fewclip::sha256_of(std::string_view(text));
}

/// Shows how far the work is.
class image_progress {
 public:
  explicit image_progress(std::size_t total) : total_(total) {}

  void add(std::size_t count) {
    done_ += count;
    worked_ += count;
    const auto now = clock::now();
    if (now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    const double rate = static_cast<double>(worked_) / std::max(1e-9, seconds());
    const auto left = static_cast<long long>(static_cast<double>(total_ - done_) / std::max(1e-9, rate));
    char text[128];
    std::snprintf(text, sizeof text, "%zu of %zu images, %.1f images/s, %lld:%02lld left", done_, total_, rate, left / 60, left % 60);
    line_.task(text);
  }

  void skip(std::size_t count) { done_ += count; }
  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }
  progress_line& line() { return line_; }

 private:
  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t worked_ = 0;
  clock::time_point start_ = clock::now();
  clock::time_point last_{};
  progress_line line_;
};

/// How the numbers of an image are made: by the preprocessing, or views.
fewclip::runtime::image_batches::transform transform_of(const clip_model& model, const image_job& job) {
  const fewclip::images::preprocessing settings = model.preprocessing();
  if (job.views == 0) {
    return [settings](const fewclip::image& source, std::size_t, std::span<float> out) { settings.apply(source, out); };
  }
  fewclip::images::view_settings view;
  view.size = settings.size;
  view.filter = settings.filter;
  return [settings, view, views = job.views, seed = job.seed](const fewclip::image& source, std::size_t item, std::span<float> out) {
    const fewclip::random_stream random(seed, item);
    for (std::size_t v = 0; v < views; ++v) {
      settings.normalise(fewclip::images::training_view(source, view, random, v), out.subspan(v * settings.values(), settings.values()));
    }
  };
}

/// The images from `first` on, as batches; positions in it count from `first`.
fewclip::runtime::image_batches batches_of(const clip_model& model, const image_job& job, std::size_t first, std::size_t last) {
  fewclip::runtime::image_batch_options options;
  options.batch = job.batch;
  options.threads = static_cast<std::size_t>(std::max(1, (fewclip::threads() + 1) / 2));
  options.queue = 2;
  options.rows_per_image = rows_per_image(job);
  options.strict = job.strict;
  options.decode.transparency = model.preprocessing().transparency;
  options.decode.turns_upright = model.preprocessing().upright;
  job.pictures.limit(options.decode);
  options.decode.keeps_alpha = job.views == 0 && model.preprocessing().order == fewclip::images::colour_order::openai;
  // Positions of views are those in the whole job, so that the drawn numbers do not depend on where a run was interrupted.
  auto make = transform_of(model, job);
  return fewclip::runtime::image_batches(
      std::vector<std::string>(job.paths.begin() + static_cast<std::ptrdiff_t>(first),
                               job.paths.begin() + static_cast<std::ptrdiff_t>(last)),
      model.preprocessing().values(),
      [make, first](const fewclip::image& source, std::size_t item, std::span<float> out) { make(source, first + item, out); }, options);
}

void append(image_rows& to, const part_rows& part) {
  to.features.insert(to.features.end(), part.features.begin(), part.features.end());
  to.items.insert(to.items.end(), part.items.begin(), part.items.end());
  to.failed.insert(to.failed.end(), part.failed.begin(), part.failed.end());
  to.counts.add(part.counts);
}

/// Encodes one part from batches that begin with it.
part_rows encode_part(const clip_model& model, const image_job& job, const part_range& part, std::size_t offset,
                      fewclip::runtime::image_batches& batches, image_progress& shown) {
  part_rows out;
  fewclip::runtime::image_batch batch;
  for (std::size_t at = part.first; at < part.last; at += job.batch) {
    batches.next(batch);
    out.counts.add(batch);
    for (const std::size_t item : batch.items) out.items.push_back(offset + item);
    for (unreadable_image& each : batch.unreadable) out.failed.push_back({offset + each.item, std::move(each.reason)});
    if (!batch.items.empty()) {
      const auto rows = model.images(batch.pixels, static_cast<index>(batch.items.size() * rows_per_image(job)));
      out.features.insert(out.features.end(), rows.begin(), rows.end());
    }
    shown.add(batch.items.size() + batch.unreadable.size());
    if (const int number = interruption::signal()) {
      shown.line().clear();
      note(part.last - part.first < job.paths.size() ? "interrupted; the same command goes on from " + job.parts->folder()
                                                     : std::string("interrupted"));
      throw exit_with{128 + number};
    }
  }
  return out;
}

}  // namespace

image_rows embed_image_files(const clip_model& model, const image_job& job) {
  const std::vector<part_range> parts = parts_of(job);
  const part_shape shape{rows_per_image(job), static_cast<std::size_t>(model.embed())};
  std::vector<std::string> identities;  // of a job with one part alone none, since nothing is kept
  for (std::size_t p = 0; parts.size() > 1 && p < parts.size(); ++p) identities.push_back(identity_of(model, job, parts[p]));
  const interruption handlers;
  image_progress shown(job.paths.size());
  image_rows out;
  for (std::size_t p = 0; p < parts.size();) {
    const auto known = identities.empty() ? std::nullopt : job.parts->read(job.prefix, parts[p], identities[p], shape);
    if (known) {
      if (job.strict && !known->failed.empty()) throw fewclip::io_error(known->failed.front().reason);
      append(out, *known);
      shown.skip(parts[p].last - parts[p].first);
      out.resumed += parts[p].last - parts[p].first;
      ++p;
      continue;
    }
    // All parts up to the next one that may be there already are one stream of batches.
    std::size_t end = p + 1;
    while (end < parts.size() && !job.parts->may_have(job.prefix, parts[end], identities[end])) ++end;
    auto batches = batches_of(model, job, parts[p].first, parts[end - 1].last);
    const std::size_t offset = parts[p].first;
    for (; p < end; ++p) {
      const part_rows rows = encode_part(model, job, parts[p], offset, batches, shown);
      if (!identities.empty()) job.parts->write(job.prefix, parts[p], identities[p], shape, rows);
      append(out, rows);
    }
  }
  out.seconds = shown.seconds();
  return out;
}

std::string stamp_of(const std::string& path) {
  std::error_code absent;
  const auto size = fs::file_size(path, absent);
  const auto time = fs::last_write_time(path, absent);
  return path + " " + (absent ? "absent" : std::to_string(size) + " " + std::to_string(time.time_since_epoch().count()));
}

void list_unreadable(const std::vector<unreadable_image>& failed) {
  for (const unreadable_image& each : failed) note("skipped: " + each.reason);
}

void require_finite_rows(const std::vector<float>& rows, index dim, const std::string& what) {
  const auto width = static_cast<std::size_t>(dim);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isfinite(rows[i])) continue;
    throw fewclip::value_error(fewclip::expected_got(what, "row " + std::to_string(i / width), "finite numbers", std::to_string(rows[i])));
  }
}

void normalise_rows(std::vector<float>& rows, index dim, const std::string& what) {
  const auto width = static_cast<std::size_t>(dim);
  for (std::size_t begin = 0; begin < rows.size(); begin += width) {
    double squares = 0;
    for (std::size_t d = begin; d < begin + width; ++d) squares += static_cast<double>(rows[d]) * static_cast<double>(rows[d]);
    const double length = std::sqrt(squares);
    if (!(length > 0) || !std::isfinite(length)) {
      throw fewclip::value_error(
          fewclip::expected_got(what, "row " + std::to_string(begin / width), "a finite length above 0", std::to_string(length)));
    }
    for (std::size_t d = begin; d < begin + width; ++d) rows[d] = static_cast<float>(static_cast<double>(rows[d]) / length);
  }
}

void require_writable(const std::string& out) {
  if (out.empty()) throw usage_error("--out: expected the path of a file, got nothing");
  const fewclip::io::atomic_file writable(out);  // goes away again
}

}  // namespace program
