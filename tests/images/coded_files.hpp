#pragma once
/// Image files of some size with every kind of coding: what they show does not matter.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "made_files.hpp"
#include "pictures.hpp"

#if defined(FEWCLIP_WITH_JPEG)
#include <jpeglib.h>
#endif
#if defined(FEWCLIP_WITH_WEBP)
#include <webp/encode.h>
#endif

namespace coded {

using made::bytes;
using made::little;

/// A zlib stream that is not compressed, in chunks of a few kilobytes, as programs write them.
inline std::string png_data(std::size_t size) {
  constexpr std::size_t part = 8000;
  std::string stream = bytes({0x78, 0x01});
  for (std::size_t at = 0; at < size; at += part) {
    const std::size_t count = std::min(part, size - at);
    stream += bytes({at + count == size ? 1 : 0}) + little(count, 2) + little(~count, 2) + std::string(count, '\0');
  }
  stream += "adle";
  std::string out;
  for (std::size_t at = 0; at < stream.size(); at += part) out += made::chunk("IDAT", stream.substr(at, part));
  return out;
}

/// An EXIF directory that says that the picture lies on its side.
inline std::string lies_on_its_side() { return bytes({'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0}); }

/// A black PNG file that lies on its side.
inline std::string png(int width, int height, int depth, int kind, bool interlaced, bool transparent = false) {
  struct pass {
    int left, top, across, down;
  };
  std::vector<pass> passes{{0, 0, 1, 1}};
  if (interlaced) passes = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  const int samples = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1;
  int size = 0;
  for (const pass& each : passes) {
    const int columns = (width - each.left + each.across - 1) / each.across;
    size += (height - each.top + each.down - 1) / each.down * ((columns * samples * depth + 7) / 8 + 1);
  }
  std::string before = made::chunk("eXIf", lies_on_its_side());
  if (kind == 3) before += made::chunk("PLTE", bytes({1, 2, 3, 4, 5, 6}));
  if (transparent) before += made::chunk("tRNS", std::string(kind == 2 ? 6 : 2, '\0'));
  return made::png_header(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), depth, kind, interlaced ? 1 : 0) + before +
         png_data(static_cast<std::size_t>(size)) + made::chunk("IEND", "");
}

/// Codes of eight bits; a clear code comes often enough to keep them so.
inline std::string gif(int width, int height, bool transparent) {
  std::string codes;
  for (int i = 0; i < width * height; ++i) {
    if (i % 120 == 0) codes += '\x80';
    codes += static_cast<char>(i % 128);
  }
  codes += '\x81';
  std::string out =
      "GIF89a" + little(static_cast<std::uint64_t>(width), 2) + little(static_cast<std::uint64_t>(height), 2) + bytes({0, 0, 0});
  if (transparent) out += bytes({0x21, 0xF9, 4, 1, 0, 0, 7, 0});
  out += bytes({0x2C, 0, 0, 0, 0}) + little(static_cast<std::uint64_t>(width), 2) + little(static_cast<std::uint64_t>(height), 2) +
         bytes({0, 7});
  for (std::size_t at = 0; at < codes.size(); at += 255) {
    const std::string block = codes.substr(at, 255);
    out += static_cast<char>(block.size()) + block;
  }
  return out + bytes({0, 0x3B});
}

/// 8 bits are run lengths, 32 have a field for alpha.
inline std::string bmp(int width, int height, int bits) {
  made::bmp_form form{.width = width, .height = height, .bits = bits};
  const auto pixels = static_cast<std::size_t>(height) * static_cast<std::size_t>((width * bits + 31) / 32 * 4);
  form.data = std::string(pixels, '\0');
  if (bits == 8) {
    form.compression = 1;
    form.palette = std::string(1024, '\7');
    form.data.clear();
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; x += 200) form.data += bytes({std::min(200, width - x), y % 256});
      form.data += bytes({0, 0});
    }
  }
  if (bits != 32) return made::bmp(form);
  return "BM" + little(0, 8) + little(70, 4) + little(56, 4) + little(static_cast<std::uint64_t>(width), 4) +
         little(static_cast<std::uint64_t>(height), 4) + little(1, 2) + little(32, 2) + little(3, 4) + little(0, 20) + little(0xFF0000, 4) +
         little(0xFF00, 4) + little(0xFF, 4) + little(0xFF000000U, 4) + form.data;
}

#if defined(FEWCLIP_WITH_JPEG)
/// A file that lies on its side.
/// \param across, down samples of the first component for each of the others
inline std::string jpeg(int width, int height, int components, bool progressive, int across, int down) {
  const fewclip::image picture = pictures::formula(width, height, components);
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = components;
  info.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&info);
  info.comp_info[0].h_samp_factor = across;
  info.comp_info[0].v_samp_factor = down;
  if (progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(picture.row(static_cast<fewclip::index>(info.next_scanline)));
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  std::string file(reinterpret_cast<const char*>(out), size);
  jpeg_destroy_compress(&info);
  std::free(out);
  return file.insert(2, bytes({0xFF, 0xE1, 0, 30}) + std::string("Exif\0\0", 6) + lies_on_its_side());
}
#endif

#if defined(FEWCLIP_WITH_WEBP)
/// Patches of different noise, and a search that leaves a lossless file as many groups of codes as it finds useful.
inline std::string webp(int width, int height, int channels, bool lossless) {
  fewclip::image source = pictures::noise(width, height, channels, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width * channels; ++x) source.row(y)[x] = static_cast<std::uint8_t>(source.row(y)[x] >> (x / 150 + y / 40) % 7);
  }
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter writer;
  if (WebPConfigInit(&config) == 0 || WebPPictureInit(&picture) == 0) return "";
  WebPMemoryWriterInit(&writer);
  config.lossless = lossless ? 1 : 0;
  config.quality = lossless ? 100 : 50;
  picture.use_argb = config.lossless;
  picture.width = width;
  picture.height = height;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  const auto take_over = channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
  const bool whole = take_over(&picture, source.bytes().data(), width * channels) != 0 && WebPEncode(&config, &picture) != 0;
  const std::string out(reinterpret_cast<const char*>(writer.mem), whole ? writer.size : 0);
  WebPPictureFree(&picture);
  WebPMemoryWriterClear(&writer);
  return out;
}
#endif

}  // namespace coded
