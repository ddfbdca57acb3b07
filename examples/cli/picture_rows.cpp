#include "picture_rows.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fewclip/core/parallel.hpp>
#include <fstream>

#include "interruption.hpp"
#include "memory_limit.hpp"
#include "model_commands.hpp"
#include "notes.hpp"
#include "progress_line.hpp"

namespace program {

std::uint64_t default_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long size = sysconf(_SC_PAGE_SIZE);
  if (pages < 1 || size < 1) return std::uint64_t{4} << 30;
  std::ifstream groups("/proc/self/cgroup");
  return limited_by(static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size), limit_files(groups)) / 2;
}

picture_rows read_pictures(const clip_model& model, const picture_job& job) {
  const index width = model.width(job.kind);
  const auto count = static_cast<index>(job.paths.size());
  picture_rows out;
  try {
    out.rows = std::make_shared<fewclip::io::row_store>(
        width, count, fewclip::io::row_store_options{.bytes_in_memory = static_cast<std::size_t>(job.memory), .folder = job.folder});
  } catch (const fewclip::value_error&) {
    const double need = static_cast<double>(count) * static_cast<double>(width) * sizeof(float) / 1048576.0;
    char text[256];
    std::snprintf(text, sizeof text, "%.0f MiB: %lld rows of %lld numbers (%s)", need, static_cast<long long>(count),
                  static_cast<long long>(width), std::string(name_of(job.kind)).c_str());
    throw fewclip::value_error(
        fewclip::expected_got(job.what, "memory", "rows of at most " + std::to_string(job.memory >> 20) + " MiB" + job.remedy, text));
  }
  fewclip::runtime::image_batch_options options;
  options.batch = job.batch;
  options.threads = static_cast<std::size_t>(std::max(1, (fewclip::threads() + 1) / 2));
  options.queue = 2;
  options.strict = job.strict;
  job.pictures.limit(options.decode);
  fewclip::runtime::image_batches batches(job.paths, model.preprocessing(), options);
  fewclip::runtime::image_batch batch;
  progress_line line;
  std::size_t done = 0;
  while (batches.next(batch)) {
    out.items.insert(out.items.end(), batch.items.begin(), batch.items.end());
    out.failed.insert(out.failed.end(), batch.unreadable.begin(), batch.unreadable.end());
    if (!batch.items.empty()) out.rows->append(model.rows(job.kind, batch.pixels, static_cast<index>(batch.items.size())));
    out.counts.add(batch);
    done += batch.items.size() + batch.unreadable.size();
    line.task(job.what + ": " + std::to_string(done) + " of " + std::to_string(job.paths.size()) + " images");
    if (const int number = interruption::signal()) {
      line.clear();
      note("interrupted");
      throw exit_with{128 + number};
    }
  }
  out.rows->finish();
  return out;
}

}  // namespace program
