#!/usr/bin/env bash
# safety_test.sh PROGRAM SOURCE_DIR [CMAKE]: nobody's data is lost or believed unread: outputs that are inputs, finished parts, states, damaged files,
# full disks, and texts that would steer a terminal.
program=$1
source_dir=$2
cmake=${3:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"

cp -r "$source_dir/examples/models/tangram-vit" model && chmod -R u+w model
ends 0 generate --images pictures --task outline --classes 20 --train 12 --val 0 --test 3 # 300 pictures: two parts of 288 at most
ends 0 generate --images few --task outline --classes 2 --train 3 --val 1 --test 1
one=$(find few/train -name '0001.png' | sort | head -n 1)
printf 'a rocket\na house\n' >texts.txt
cp "$one" a.png
ends 0 generate --out set.st --classes 4 --dim 16

# --- an output that is an input --------------------------------------------------------------------------------------
sums() { find . \( -name '*.png' -o -path './model/*' -o -name 'texts.txt' -o -name 'set.st' -o -name '*.json' -o -name '*.cls' \) -type f -exec sha256sum {} + | sort; }
spares() { # spares 'TEXT' ARGUMENT...: status 2, one sentence with the text, and no input has changed
  sums >before.sums
  refuses 2 "$@"
  sums | cmp -s - before.sums || fail "fewclip ${*:2}: an input was changed"
}
items=$(find few/train -name '*.png' | sort | sed 's,few/,,' | awk -F/ '{ printf "%s[\"%s\", %d, \"%s\"]", (NR > 1 ? ", " : ""), $0, (NR > 3), $2 }')
echo "{\"train\": [$items], \"val\": [], \"test\": [$items]}" >split.json
echo '{"ant": ["a"]}' >sentences.json
ln a.png hard.png
ln -s a.png soft.png
ln -s . here
ln -s ../model/model.safetensors few/link.safetensors
mkdir -p cut/ant cut/bee elsewhere/bee && cp "$one" cut/ant && cp "$one" elsewhere/bee/1.png && rmdir cut/bee && ln -s ../elsewhere/bee cut/bee
embed=(embed --model model)
for name in a.png ./a.png hard.png soft.png here/a.png "$PWD/a.png"; do
  spares '--out: expected another file than --images' "${embed[@]}" --images a.png --out "$name"
done
for name in model/model.safetensors few/link.safetensors model/tokenizer.json model/config.json here/model/merges.txt; do
  spares '--out: expected another file than those of --model' "${embed[@]}" --images a.png --out $name
done
for name in model.safetensors config.json tokenizer.json; do
  spares '--out: expected another file than' embed --model model/model.safetensors --images a.png --out model/$name
done
for _ in first again; do ends 0 embed --model model/model.safetensors --images a.png --out model/other.safetensors; done
for _ in first again; do ends 0 embed --model model --images a.png --out model/features.st; done
rm model/other.safetensors model/features.st
cp -r model words
spares '--out: expected another file than those of --vocabulary' "${embed[@]}" --vocabulary words --images a.png --out words/merges.txt
spares '--out: expected another file than --texts' "${embed[@]}" --texts texts.txt --out here/texts.txt
spares '--out: expected another file than --vocabulary' "${embed[@]}" --vocabulary texts.txt --texts a.png --out texts.txt
spares 'outside the folder of the images' "${embed[@]}" --images few --out few/train/new.st
spares 'outside the folder of the images' "${embed[@]}" --images few --out here/few/new.st
spares 'outside the folder of the images' "${embed[@]}" --images cut --out elsewhere/bee/new.st
mkdir out.st.parts && cp -r cut/ant out.st.parts/ant
spares '--out, finished parts;outside the folder of the images' "${embed[@]}" --images out.st.parts --out out.st
rm -r out.st.parts
for option in split sentences templates index anchors; do
  cp split.json used.json
  spares "--out: expected another file than --$option" features --model model --images few --$option used.json --out ./used.json
done
spares 'outside the folder of the images' features --model model --images few --out few/a.st
fit=(fit --model model --images few --method zero_shot)
spares '--out: expected another file than those of --model' "${fit[@]}" --out model/model.safetensors
spares '--out: expected another file than --anchors' fit --model model --images few --method rtos --anchors texts.txt --out here/texts.txt
cp texts.txt x.cls.state0
spares '--out, state: expected another file than --anchors' fit --model model --images few --method rtos --anchors x.cls.state0 --out x.cls
rm x.cls.state0
compare=(compare --features set.st --methods zero_shot --shots 1)
ln set.st hardset.st
for name in set.st here/set.st hardset.st; do
  spares '--json: expected another file than --features' "${compare[@]}" --json $name
  spares '--logits: expected another file than --features' "${compare[@]}" --logits $name
done
spares '--logits: expected another file than --json' "${compare[@]}" --json new --logits here/new
ln -s new dangling
spares '--logits: expected another file than --json' "${compare[@]}" --json new --logits dangling
ends 0 "${compare[@]}" --json dangling
[ -L dangling ] && [ -f new ] || fail 'a link to nothing does not stay a link'
rm -f new dangling

# --- finished parts --------------------------------------------------------------------------------------------------
last=$(find pictures/test -name '*.png' | sort | tail -n 1)
cp "$last" good.png
embed+=(--images pictures)
ends 0 "${embed[@]}" --out whole.st
keeps_part() { # keeps_part NAME: NAME.parts has the first of two parts, since the last picture cannot be read
  rm -rf "$1" "$1.parts"
  echo junk >"$last" && touch -d '2020-01-01' "$last"
  ends 1 "${embed[@]}" --strict --out "$1"
  cp good.png "$last" && touch -d '2020-01-01' "$last"
  part=$(find "$1.parts" -name 'images-000000000-*.safetensors')
  [ -f "$part" ] || fail "$1: no part was kept: $(cat err)"
}
(umask 0 && keeps_part first.st && exit $failures) || fail 'with umask 0'
equals "$(stat -c %a first.st.parts)" 700 'permissions of the folder of parts'
keeps_part go.st
ends 0 "${embed[@]}" --out go.st
grep -q '288 images from an earlier run' out || fail "the part was not used: $(cat out)"
cmp -s go.st whole.st || fail 'with the part another file'
[ ! -e go.st.parts ] || fail 'parts are left'
size=$(stat -c %s "$part" 2>/dev/null || stat -c %s first.st.parts/images-*)
for at in 40 120 400 $((size / 2)) $((size - 2000)) $((size - 9)) $((size - 1)); do
  rm -rf hurt.st.parts && cp -r first.st.parts hurt.st.parts
  part=$(echo hurt.st.parts/images-*)
  byte=$(dd if="$part" bs=1 skip="$at" count=1 status=none | od -An -tu1)
  printf "\\$(printf %o $((byte ^ 4)))" | dd of="$part" bs=1 seek="$at" conv=notrunc status=none
  ends 0 "${embed[@]}" --out hurt.st
  grep -q 'earlier run' out && fail "a part with a changed byte $at was used"
  cmp -s hurt.st whole.st || fail "a part with a changed byte $at: another file"
  rm -f hurt.st
done
# What this run did not make stays, and this is said; links are not followed.
mkdir victim && cp model/model.safetensors victim && cp -r victim mine.st.parts
ln -s /dev/null mine.st.parts/.fewclip-1-1.tmp
echo left >mine.st.parts/.fewclip-1-2.tmp
ends 0 "${embed[@]}" --out mine.st
grep -q 'mine.st.parts: 2 entries that this run did not make are left there' err || fail "foreign files in the folder of parts: $(cat err)"
cmp -s mine.st.parts/model.safetensors model/model.safetensors || fail 'a file of somebody else was removed'
[ ! -e mine.st.parts/.fewclip-1-2.tmp ] || fail 'what a killed run left was not removed'
ends 0 embed --model model --texts texts.txt --out mine.st
[ -e mine.st.parts/model.safetensors ] || fail 'texts alone: a file of somebody else was removed'
ln -s victim no.st.parts
for arguments in '--images pictures' "--images $one" '--texts texts.txt'; do
  # shellcheck disable=SC2086
  ends 1 embed --model model $arguments --out no.st
  grep -q 'no.st.parts: folder of finished parts: expected a folder or nothing, got a link' err || fail "a link as the folder of parts: $(cat err)"
done
ends 1 features --model model --images few --out no.st
[ ! -e no.st ] && [ -e victim/model.safetensors ] || fail 'a folder behind a link was touched'
rm no.st.parts
keeps_part link.st
mv "$part" "$part.moved" && ln -s "$(basename "$part").moved" "$part"
ends 1 "${embed[@]}" --out link.st
grep -q 'expected a file or nothing, got a link' err || fail "a link in place of a part: $(cat err)"
[ -e "$part.moved" ] || fail 'a file behind a link was removed'

# --- states of fits --------------------------------------------------------------------------------------------------
tuned=(fit --model model --images few --method tip_adapter_f --set tip_adapter_f.epochs=2)
for stage in 0 1; do
  echo mine >no.cls.state$stage
  ends 1 "${tuned[@]}" --out no.cls
  equals "$(cat no.cls.state$stage)" mine "somebody's file in place of a state"
  rm no.cls.state$stage
  ln -s texts.txt no.cls.state$stage
  ends 1 "${tuned[@]}" --out no.cls
  ends 1 "${fit[@]}" --out no.cls
  grep -q "no.cls.state$stage" err || fail "a link in place of a state: $(cat err)"
  rm no.cls.state$stage
done

# --- values that were changed ----------------------------------------------------------------------------------------
ends 0 "${tuned[@]}" --out fitted.cls
for file in set.st fitted.cls; do
  cp $file hurt && chmod u+w hurt
  printf '\377' | dd of=hurt bs=1 seek=$(($(stat -c %s hurt) - 6)) conv=notrunc status=none
  case $file in
    set.st) refuses 1 'hurt: content: expected the checksum `xxh64:;got `xxh64:' compare --features hurt --methods zero_shot --shots 1 ;;
    *) refuses 1 'hurt: content: expected the checksum `xxh64:;got `xxh64:' predict --model model --classifier hurt few ;;
  esac
done

weights=model/model.safetensors
header=$(($(od -An -tu8 -N8 $weights) + 8))
begin=$(head -c $header $weights | grep -oa '"visual_projection.weight":{[^}]*' | grep -o 'offsets":\[[0-9]*' | grep -o '[0-9]*$')
cp -r model nan && printf '\000\176' | dd of=nan/model.safetensors bs=1 seek=$((header + begin)) conv=notrunc status=none
refuses 1 'image_features: row 0: expected a finite length above 0, got' embed --model nan --images a.png --out no.st
refuses 1 'image_features: row 0: expected finite numbers, got' embed --model nan --images a.png --raw --out no.st

# --- what the system refuses -----------------------------------------------------------------------------------------
(ulimit -f 20 && ends 1 embed --model model --images pictures --out no.st && exit $failures) || fail 'with a limit of file sizes'
grep -q 'expected success, got File too large' err || fail "a limit of file sizes: $(cat err)"
equals "$(find . -name '.fewclip-*' -not -path './mine.st.parts/*' | wc -l)" 0 'temporary files after a limit of file sizes'
rm -rf no.st.parts
(ulimit -f 4 && ends 1 generate --images new --task outline --classes 2 --side 128 && exit $failures) || fail 'generate with a limit of file sizes'
grep -q 'png: write: expected success, got File too large' err || fail "generate with a limit of file sizes: $(cat err)"
[ ! -e new ] || fail 'generate left a folder'
status=0
"$program" embed --model model --images a.png --out /dev/stdout 2>err | cat >out
status=${PIPESTATUS[0]}
equals "$status" 1 'status of a pipe as output'
grep -q '^fewclip: /dev/stdout: kind of the target: expected a regular file, got a pipe' err || fail "a pipe as output: $(cat err)"
for length in 256 4096; do
  ends 1 embed --model model --images a.png --out "$(printf "%0${length}d" 0)"
  grep -q 'expected success, got File name too long' err || fail "a name of $length bytes: $(cat err)"
  grep -q 'filesystem error' err && fail "a name of $length bytes: $(cat err)"
done

# --- lists -----------------------------------------------------------------------------------------------------------
for option in --seeds --shots --methods; do
  refuses 2 "$option: expected a value, got an empty text" compare --features set.st $option ''
  for list in , 1, ,1 1,,2; do refuses 2 "$option: expected;an empty one in '$list'" compare --features set.st $option "$list"; done
done
refuses 2 '--json: expected a value, got an empty text' compare --features set.st --json ''
refuses 2 'argument 5: expected a value, got an empty text' predict --model model a.png ''
for list in 1x 1.5 x 99999999999999999999; do refuses 2 "--shots: expected whole numbers" compare --features set.st --shots $list; done

# --- what would steer a terminal -------------------------------------------------------------------------------------
escape=$(printf '\033[2J\001\302\233x\377')
plain() { # plain FILE: no control characters but ends of lines, no foreign bytes
  if LC_ALL=C grep -qP '[\x00-\x08\x0B-\x1F\x7F]|\xC2[\x80-\x9F]' "$1" || ! iconv -f UTF-8 -t UTF-8 <"$1" >/dev/null 2>&1; then
    fail "control characters or foreign bytes: $(cat -v "$1")"
  fi
}
cp "$one" "pic$escape.png"
echo junk >"bad$escape.png"
for arguments in "nosuch$escape" "compare --features no$escape" "compare --features set.st --methods m$escape" "embed --model no$escape --images a.png --out o" \
  "embed --model model --images bad$escape.png --out o" "embed --model model --images a.png --out none$escape/x" "generate --images x --task t$escape" \
  "compare --features set.st --products p$escape" "compare --features set.st --x$escape 1" "compare --features set.st --shots $escape" \
  "fit --model model --images few --method m$escape --out o" "predict --model model --classifier fitted.cls pic$escape.png bad$escape.png" \
  "embed --model model --images a.png --out new$escape.st"; do
  IFS=' ' read -ra words <<<"$arguments"
  "$program" "${words[@]}" >out 2>err
  [ -s err ] || [ -s out ] || fail "$arguments: nothing was said"
  plain out
  plain err
done
rm -f ./*"$escape"*
mkdir "named$escape" && cp -r few/train "named$escape/train"
ends 0 fit --model model --images "named$escape" --method zero_shot --out named.cls
plain out
finish safety
