#!/usr/bin/env bash
# Makes what a fuzzer starts from: corpus/<target>/ from the sources of this repository, and dictionary.txt from the words
# that the parsers look for (they stand in double quotes in src/syntax/parse/) and the standard vocabulary's names.
# Nothing that it makes is kept in git; run it again at any time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

mkdir -p corpus/{parse,check,ask,format,words,settings,test,diff,diagram,baseline}

# Whether a file is one that a project is made of in a target that judges: small ones, since a fuzzer learns by the number of its
# tries; and one in twenty of those that adopt rule packs, which take a hundred times as long.
adopting=0
is_quick() {
    [ "$(wc -c < "$1")" -lt 4000 ] || return 1
    grep -q '^ *adopt' "$1" || return 0
    adopting=$((adopting + 1))
    [ $((adopting % 20)) -eq 1 ]
}

# every file by itself, under a name made of its path
for file in $(find ../examples ../tests ../book ../policies -name '*.staunch' -not -path '*/target/*' | sort); do
    name="$(echo "${file#../}" | tr '/' '_')"
    for target in parse format; do cp "$file" "corpus/$target/$name"; done
    is_quick "$file" || continue
    cp "$file" "corpus/check/$name"
    { echo "who may hold identifiable data"; cat "$file"; } > "corpus/ask/$name"
done

# a whole project in one input, its files cut by lines that name them
for project in ../examples/*/*/ $(find ../tests -mindepth 2 -type d); do
    ls "$project"/*.staunch >/dev/null 2>&1 || continue
    [ "$(ls "$project" | wc -l)" -lt 20 ] || continue
    name="$(echo "${project#../}" | tr '/' '_')project"
    for file in "$project"/*.staunch "$project"/*.md; do
        [ -f "$file" ] || continue
        printf '#=== %s\n' "$(basename "$file")"
        cat "$file"
    done > "corpus/check/$name"
    is_quick "corpus/check/$name" || { rm "corpus/check/$name"; continue; }
    { echo "health data about children"; cat "corpus/check/$name"; } > "corpus/ask/$name"
done

# pictures: what there is to draw, as it is, and with titles that would do harm if they could
harm='<\/script><img src=x onerror=alert(1)>\\\\\\" onload=x ]]> --> n0 {{x}} %%{init: {}}%% `|a|`'
for seed in corpus/check/tests_* corpus/check/examples_*; do
    [ "$(wc -c < "$seed")" -lt 1500 ] && grep -q '^dataset' "$seed" && ! grep -q '^ *adopt' "$seed" || continue
    cp "$seed" corpus/diagram/
    case "$(cksum < "$seed")" in [0-2]*) sed -E "s/^(party|dataset|flow|step|use|rule|event) ([a-z0-9-]+)( \"[^\"]*\")?/\1 \2 \"$harm\"/" "$seed" \
        > "corpus/diagram/harm-$(basename "$seed")" ;; esac
done

# projects with scenarios, and projects beside themselves with something left out
next="$(sed -n 's/^pub const NEXT_VERSION: &str = "\(.*\)\\n";$/\1/p' src/lib.rs)"
for seed in corpus/parse/*; do
    if grep -q '^scenario' "$seed" && is_quick "$seed"; then cp "$seed" corpus/test/; fi
done
for seed in corpus/check/*; do
    if [ "$(wc -c < "$seed")" -lt 4000 ]; then
        { cat "$seed"; printf '%s\n' "$next"; sed '$d' "$seed" | sed '/^flow .*}$/{$!d}'; } > "corpus/diff/$(basename "$seed")"
    fi
done
for file in $(grep -rlE '"staunch-baseline"' ../tests ../examples ../book --include='*.json' --include='*.baseline' || true); do
    cp "$file" "corpus/baseline/$(echo "${file#../}" | tr '/' '_')"
done
printf '{"format": "staunch-baseline", "version": 1, "findings": [\n{"fingerprint":"r/0/a","rule":"r","verdict":"fail","summary":"s"}]}\n' \
    > corpus/baseline/one

# every kind of sentence is a question, too
grep -hE '^  .* (must|may) ' ../tests/sources/everything.staunch | sed 's/^ *//' | while IFS= read -r sentence; do
    name="sentence-$(printf '%s' "$sentence" | cksum | cut -d' ' -f1)"
    { echo "$sentence"; grep -v '^rule\|^promise' ../tests/judgement/levels/098-*.staunch; } > "corpus/ask/$name"
done

# words and settings
cp ../policies/vocabulary/*.yaml corpus/words/
for file in $(find ../tests ../examples ../book -name '*.yaml' -not -path '*/target/*'); do
    name="$(echo "${file#../}" | tr '/' '_')"
    case "$file" in
        *settings.yaml | *staunch.yaml) cp "$file" "corpus/settings/$name" ;;
        *) cp "$file" "corpus/words/$name" ;;
    esac
done

# what was found once is a good place to start from again
for target in parse check ask format words settings test diff diagram baseline; do
    if [ -d "../tests/regressions/$target" ]; then cp ../tests/regressions/"$target"/* "corpus/$target/"; fi
done

{
    grep -ohE '"[a-z][a-z -]*"' ../src/syntax/parse/*.rs ../src/vocabulary/{entries,read,settings,walk}.rs
    grep -ohE '^  [a-z][a-z.-]*:' ../policies/vocabulary/*.yaml | tr -d ' :' | sed 's/.*/"&"/'
    printf '"%s"\n' '{ ' ' }' '; ' ', ' ': ' '(' ')' '# ' '#=== b.staunch\x0a' '#=== n.md\x0a' '\x0a' '\x0d\x0a' '\xef\xbb\xbf' \
        '</script>' ']]>' '-->' '%%{' '&quot;' '\xe2\x80\xae' '2016-03-31' '6 years' '10' '\"A title\"' '\x5c\x5c' '- ' '&a ' '*a' '---' '|' '>' '[' ']' '~' '<<: '
} | sort -u > dictionary.txt
echo "$(find corpus -type f | wc -l) seeds, $(wc -l < dictionary.txt) words"
