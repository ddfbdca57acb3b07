#!/usr/bin/env bash
# flags_test.sh SOURCE INCLUDES COMPILER: what units are compiled with. A flag that fewclip cannot work with is one #error, under any other the
# numbers are right and files with others than finite ones are refused; a unit with OpenMP beside one without changes no bit; and a unit may have a
# stb_image with settings of its own. INCLUDES are folders with : between them. COMPILER, and g++ and clang++ where they are.
set -euo pipefail
source=$1
includes=(-I "$source/include")
IFS=: read -ra folders <<<"$2"
for folder in "${folders[@]}"; do [ "$folder" = /usr/include ] || [ "$folder" = "$source/include" ] || includes+=(-isystem "$folder"); done
here=$source/tests/flags
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
bad() {
  echo "FAILED: $*" >&2
  exit 1
}

compilers=("$3")
for each in g++ clang++; do
  if command -v "$each" >/dev/null && [ "$(readlink -f "$(command -v "$each")")" != "$(readlink -f "$(command -v "$3")")" ]; then compilers+=("$each"); fi
done
is_clang() { "$1" --version | grep -q clang; }

refuses() { # refuses SENTENCE HEADER COMPILER FLAG...: one #error with the sentence, and nothing but the stop behind it
  local sentence=$1 header=$2
  shift 2
  if echo "#include \"$header\"" | "$@" -fsyntax-only "${includes[@]}" -x c++ - 2>"$work/log"; then bad "$header: $* compiled"; fi
  [ "$(grep -c ' error: ' "$work/log")" = 2 ] || bad "$header: $*: expected one error and the stop behind it, got $(cat "$work/log")"
  grep ' error: ' "$work/log" | head -1 | grep -qF "$sentence" || bad "$header: $*: $(cat "$work/log")"
  [ "$(wc -l <"$work/log")" -le 20 ] || bad "$header: $*: $(wc -l <"$work/log") lines"
}

# Every header reaches config.hpp: those that include no header of fewclip include it themselves.
while read -r header; do
  [ "$header" != "$source/include/fewclip/config.hpp" ] || continue
  grep -q '#include "fewclip/' "$header" || bad "$header: expected #include \"fewclip/config.hpp\""
done < <(find "$source/include/fewclip" -name '*.hpp' -o -name '*.cuh')

# As <windows.h> does behind headers of the standard library, which undo such macros themselves.
printf '#include <cstddef>\n#define min(a, b) ((a) < (b) ? (a) : (b))\n' >"$work/min_as_macro.h"
printf '#include <cstddef>\n#define max(a, b) ((a) < (b) ? (b) : (a))\n' >"$work/max_as_macro.h"

for compiler in "${compilers[@]}"; do
  echo "$compiler"
  for header in fewclip/fewclip.hpp fewclip/core/shape.hpp fewclip/core/parallel.hpp fewclip/methods/tip_adapter.hpp fewclip/version.hpp; do
    refuses "fewclip needs C++20: compile with -std=c++20" "$header" "$compiler" -std=c++17
  done
  refuses "compile without -fno-exceptions" fewclip/fewclip.hpp "$compiler" -std=c++20 -fno-exceptions
  for macro in min max; do refuses "define NOMINMAX" fewclip/fewclip.hpp "$compiler" -std=c++20 -include "$work/${macro}_as_macro.h"; done
  refused=("-O2 -ffast-math" -Ofast -ffinite-math-only)
  survived=("-O2 -fassociative-math" "-O2 -freciprocal-math -fno-signed-zeros")
  if is_clang "$compiler"; then
    survived+=("-O3 -funsafe-math-optimizations" "-O2 -fno-honor-nans" "-O2 -fno-honor-infinities")
    refused+=("-fno-honor-nans -fno-honor-infinities")
  else
    refused+=(-funsafe-math-optimizations "-fassociative-math -fno-signed-zeros -fno-trapping-math")
  fi
  for flags in "${refused[@]}"; do
    # shellcheck disable=SC2086
    refuses "fewclip needs IEEE arithmetic" fewclip/fewclip.hpp "$compiler" -std=c++20 $flags
  done
  for flags in "${survived[@]}"; do
    # shellcheck disable=SC2086
    "$compiler" -std=c++20 -w $flags "${includes[@]}" "$here/arithmetic.cpp" -o "$work/arithmetic" -pthread
    "$work/arithmetic" || bad "$compiler $flags"
    [[ $flags == *honor* || $flags == *associative* ]] || continue  # those that might do without a check
    # shellcheck disable=SC2086
    "$compiler" -std=c++20 -w $flags -O1 "${includes[@]}" "$here/files.cpp" -o "$work/files" -pthread
    "$work/files" "$work/file" || bad "$compiler $flags"
  done

  printf '#define STB_IMAGE_IMPLEMENTATION\n#include <stb_image.h>\n' >"$work/stb.c"
  "$compiler" -x c -w -O1 "${includes[@]}" -c "$work/stb.c" -o "$work/stb.o" 2>"$work/log" || bad "$compiler, stb_image: $(cat "$work/log")"
  orders=(2)
  [ "$compiler" != "${compilers[0]}" ] || orders=(1 2 3 4)
  for order in "${orders[@]}"; do
    other=()
    [ $order != 4 ] || other=("$work/stb.o")
    "$compiler" -std=c++20 -w -O1 -DORDER=$order "${includes[@]}" "$here/own_stb.cpp" "${other[@]}" -o "$work/own_stb" -pthread
    "$work/own_stb" || bad "$compiler, a stb_image of its own, order $order"
  done

  echo 'int main() {}' >"$work/empty.cpp"
  if ! "$compiler" -fopenmp "$work/empty.cpp" -o "$work/empty" 2>/dev/null; then
    echo "skipped: $compiler has no OpenMP"
    continue
  fi
  build=("$compiler" -std=c++20 -O1 "${includes[@]}" -pthread)
  "${build[@]}" -DUNIT=without_openmp -c "$here/products.cpp" -o "$work/without.o"
  "${build[@]}" -DUNIT=with_openmp -fopenmp -c "$here/products.cpp" -o "$work/with.o"
  "${build[@]}" "$here/products_main.cpp" "$work/without.o" -o "$work/plain"
  expected=$("$work/plain")
  "${build[@]}" -DBOTH_UNITS -c "$here/products_main.cpp" -o "$work/main.o"
  for order in "with without" "without with"; do
    # shellcheck disable=SC2086
    set -- $order
    "${build[@]}" -fopenmp "$work/main.o" "$work/$1.o" "$work/$2.o" -o "$work/both"
    got=$("$work/both")
    [ "$got" = "$expected"$'\n'"$expected"$'\n'"$expected" ] || bad "$compiler, units $order: expected three times $expected, got $got"
  done
done
