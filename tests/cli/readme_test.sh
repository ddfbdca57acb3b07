#!/usr/bin/env bash
# readme_test.sh SOURCE_DIR: the program in the README is the example, character for character.
set -euo pipefail
cd "$1"
awk '/^```cpp/ { inside = !done; next } /^```/ { if (inside) done = 1; inside = 0 } inside' README.md |
  diff - examples/02_tip_adapter_ten_lines.cpp
