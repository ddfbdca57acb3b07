# common.sh, sourced: a folder to work in, and what the tests of the program check with. The caller has set `program`, `source_dir` and `cmake`.
# shellcheck shell=bash
set -uo pipefail
# shellcheck disable=SC2034,SC2154
data=${FEWCLIP_TEST_DATA:-$source_dir/../shared/data}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}
ends() { # ends STATUS ARGUMENT...: that status; output in out and err
  local status=$1 got=0
  shift
  "$program" "$@" >out 2>err || got=$?
  [ "$got" -eq "$status" ] || fail "fewclip $*: status $got, expected $status: $(cat err)"
}
refuses() { # refuses STATUS 'TEXT;TEXT' ARGUMENT...: that status, one line on stderr that has every text, nothing on stdout, nothing written as no.st
  local status=$1 texts=$2 text
  shift 2
  ends "$status" "$@"
  [ "$(wc -l <err)" -eq 1 ] || fail "fewclip $*: $(wc -l <err) lines on stderr, expected 1: $(cat err)"
  [ ! -s out ] || fail "fewclip $*: something on stdout"
  ! compgen -G 'no.st*' >/dev/null || fail "fewclip $*: something was written"
  local IFS=';'
  for text in $texts; do grep -qF -- "$text" err || fail "fewclip $*: expected '$text' in: $(cat err)"; done
}
json() { # json FILE PATH...: one value, by CMake's reader, which refuses what is not JSON
  local file=$1
  shift
  echo "file(READ \"$file\" text)
string(JSON found GET \"\${text}\" $*)
file(WRITE found.txt \"\${found}\")" >read.cmake
  "$cmake" -P read.cmake >/dev/null 2>cmake.err || fail "$file: no $*: $(head -c 300 cmake.err)"
  cat found.txt
}
equals() { [ "$1" = "$2" ] || fail "$3: got '$1', expected '$2'"; }
has() { # has FILE TEXT: somewhere in the header
  head -c 100000 "$1" >start.txt
  grep -qaF -- "$2" start.txt || fail "$1: expected '$2' in the header: $(strings -n 40 start.txt | head -c 600)"
}
finish() { # finish NAME: what was found; the status of the test
  equals "$(find . -name '.fewclip-*' -not -path '*.parts/*' | wc -l)" 0 "temporary files left"
  [ "$failures" -eq 0 ] && echo "$1: no failures"
  exit $((failures > 0))
}
