#!/usr/bin/env bash
# predict_test.sh PROGRAM SOURCE_DIR [CMAKE]: what fit and predict read and refuse beside fit_test.sh, and how they end; ranges.
program=$1
source_dir=$2
cmake=${3:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"
model=$source_dir/examples/models/tangram-resnet

ends 0 generate --images pictures --task none --classes 4 --side 64 --train 2 --val 0 --test 2 --seed 3
fits() { ends 0 fit --model "$model" --images pictures "$@"; }

# --- another vocabulary ----------------------------------------------------------------------------------------------
# Two words of the prompt change places: every id is in range, and all of them are known.
cp -r "$model" other
sed -i -E 's/("photo<\/w>"): 521/\1: five/; s/("of<\/w>"): 512/\1: 521/; s/("photo<\/w>"): five/\1: 512/' other/tokenizer.json other/vocab.json
cmp -s other/tokenizer.json "$model/tokenizer.json" && fail 'the vocabulary is the same'
for method in coop rtos; do
  fits --method $method --out $method.st --set epochs=1
  ends 0 predict --model "$model" --classifier $method.st pictures/test --json
  cp out $method.json
  refuses 1 'other/tokenizer.json;vocabulary;that of the fit' predict --model other --classifier $method.st pictures/test
  refuses 1 'other/tokenizer.json;vocabulary;that of the fit' predict --model "$model" --vocabulary other/tokenizer.json \
    --classifier $method.st pictures/test
  ends 0 predict --model other --vocabulary "$model/tokenizer.json" --classifier $method.st pictures/test --json
  cmp -s <(grep '"logit"' out) <(grep '"logit"' $method.json) || fail "$method: other logits with the vocabulary of the fit"
done
fits --method zero_shot --out zero_shot.st
ends 0 predict --model "$model" --classifier zero_shot.st pictures/test --json
cp out zero_shot.json
ends 0 predict --model other --classifier zero_shot.st pictures/test --json # its rows are enough
cmp -s <(grep '"logit"' out) <(grep '"logit"' zero_shot.json) || fail 'zero_shot: other logits with another vocabulary'

# --- what folders are called plays no part -----------------------------------------------------------------------------
mapfile -t folders < <(ls -d pictures/test/*)
mkdir cased && cp -r "${folders[0]}" cased/A && cp -r "${folders[1]}" cased/a
ends 0 predict --model "$model" --classifier zero_shot.st cased
grep -q '^cased/A/' out && grep -q '^cased/a/' out || fail "folders A and a: $(cat out)"

# --- pictures are read as at the fit -----------------------------------------------------------------------------------
fits --method zero_shot --transparency white --upright --out rules.st
has rules.st ' transparency=white orientation=upright'
ends 0 predict --model "$model" --classifier rules.st pictures/test
refuses 1 'preprocessing; transparency=white orientation=upright, as at the fit' predict --model "$model" --classifier rules.st \
  --transparency drop pictures/test
fits --method zero_shot --transparency drop --out dropped.st
ends 0 predict --model "$model" --classifier dropped.st pictures/test
refuses 1 'preprocessing;as at the fit;orientation=upright' predict --model "$model" --classifier dropped.st --upright pictures/test

# --- facts of a classifier that this version does not know --------------------------------------------------------------
older() { # older FILE FROM TO: a copy old.st with other bytes in the header, as many, and without a checksum
  LC_ALL=C sed "s/$2/$3/; s/fewclip_checksum/a_checksum_gone_/" "$1" >old.st
  equals "$(stat -c %s old.st)" "$(stat -c %s "$1")" "the size of $1 with $3"
  cmp -s old.st "$1" && fail "$1 has no $2"
}
for method in safe safe_a; do
  set=epochs=1
  [ $method = safe_a ] && set='first.epochs=1 --set second.epochs=1'
  # shellcheck disable=SC2086
  fits --method $method --out blend.st --set $set
  has blend.st '\"blend\":\"unit_features\"'
  ends 0 predict --model "$model" --classifier blend.st pictures/test
  older blend.st '\\"blend\\"' '\\"bland\\"'
  refuses 1 "old.st;fact \`blend\` of $method;expected \`unit_features\`, got none;fit it again" predict --model "$model" --classifier old.st pictures/test
done

fits --method coop --set epochs=1 --out rule.st
older rule.st '"text_cleaning\\":\\"openai' '"text_cleaning\\":\\"oponai'
refuses 1 "old.st;fact \`text_cleaning\` of its origin;openai, transformers, whitespace, canonicalize or none;\`oponai\`" predict --model "$model" \
  --classifier old.st pictures/test
ends 0 predict --model "$model" --classifier old.st --cleaning openai pictures/test

# --- a folder test is not read -----------------------------------------------------------------------------------------
fits --method tip_adapter --out with.st
mv pictures/test labelled
mkdir pictures/test pictures/test/empty pictures/test/elsewhere
cp labelled/cat/0001.png pictures/test/elsewhere
touch pictures/test/unlabelled.png
fits --method tip_adapter --out without.st
cmp -s with.st without.st || fail 'the folder test changes the classifier'
rm -r pictures/test

# --- the ranges of hyper-parameters ------------------------------------------------------------------------------------
ends 0 methods
cp out methods.txt
ends 0 methods --json
cp out methods.json
ranges() { grep -oE "^ +$1 +[^ ]+ +[[(][^])]+[])] " methods.txt | grep -oE '[[(].*[])]'; }
equals "$(grep -cE '^ +[a-z_]+\.[a-z0-9_.]+ +[^ ]+ +[[(][^ ]+, [^ ]+[])] ' methods.txt)" "$(grep -c '"lowest"' methods.json)" 'settings with a range'
equals "$(ranges safe.alpha)" '[0, 1]' 'the range of safe.alpha'
equals "$(ranges rtos.relation_temperature)" '[1e-06, 1e+06]' 'the range of rtos.relation_temperature'

# --- a terminal that is lost -------------------------------------------------------------------------------------------
hangs_up() { # hangs_up SECONDS COMMAND...: the status of a command that is sent SIGHUP after that time, in `status`
  local seconds=$1
  shift
  status=0
  env --default-signal=HUP timeout --foreground --preserve-status -k 120 -s HUP "$seconds" "$@" >out 2>err || status=$?
}
long=(fit --model "$model" --images pictures --method clip_adapter)
for seconds in 2 8 30; do # until training has begun
  hangs_up $seconds "$program" "${long[@]}" --set epochs=1000000 --out lost.st
  [ ! -s lost.st.state0 ] || break
done
equals "$status" 129 "status after SIGHUP ($(cat err))"
grep -q 'interrupted; the same command goes on from lost.st.state0' err || fail "after SIGHUP: $(cat err)"
[ -s lost.st.state0 ] || fail 'no state after SIGHUP'
epochs=2000
for _ in 1 2 3 4 5 6 7; do # until it takes more than a second
  start=$(date +%s%N)
  hangs_up 0.5 nohup "$program" "${long[@]}" --set epochs=$epochs --out kept.st
  equals "$status" 0 "status after SIGHUP under nohup ($(cat err))"
  [ $(($(date +%s%N) - start)) -lt 1000000000 ] || { long_enough=yes && break; }
  epochs=$((3 * epochs))
done
equals "${long_enough:-no}" yes 'a fit longer than a second under nohup'
[ -s kept.st ] || fail 'no classifier under nohup'

finish predict
