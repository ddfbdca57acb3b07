# A thin front for CMake: the work is in CMakeLists.txt, CMakePresets.json and tools/.
.PHONY: build test demo bench docs sanitize format clean help

help:       ; @sed -n 's/^#: //p' Makefile

#: make build     the program, build/bin/fewclip
build:      ; @tools/setup program && tools/build release fewclip_program

#: make test      everything is built and every test runs
test:       ; @tools/setup test && tools/build release && tools/test release

#: make demo      every method on generated pictures with a built-in CLIP: a table, and demo/report.html
demo:       ; @tools/setup program && tools/build release fewclip_demo && tools/demo

#: make bench     the benchmarks, results in build/benchmarks
bench:      ; @tools/setup test && tools/build release fewclip_benchmarks && tools/bench

#: make docs      the reference pages in build/docs/html
docs:       ; @tools/setup docs && tools/build release docs

#: make sanitize  the tests under the address and undefined-behaviour sanitizers; ONLY=regex for some of them
sanitize:   ; @tools/setup test && tools/build debug && tools/test debug

#: make format    clang-format on the whole tree
format:     ; @tools/format --fix

#: make clean     removes build/
clean:      ; @cmake -E rm -rf build
