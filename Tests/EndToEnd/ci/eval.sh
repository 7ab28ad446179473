#!/bin/sh
# Tests a prompt in CI: fails if an answer is an error, or if the score may be below the limit in eval.jsonl.
# usage: eval.sh TEMPLATE RESULTS.xml   (COMPLETION_KIT names the program)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# As JSON, because a template has quotes, line breaks and signs that sed would take for its own.
python3 -c 'import json, sys; print(sys.stdin.read().replace("\"@TEMPLATE@\"", json.dumps(sys.argv[1])), end="")' "$1" \
  < "$(dirname "$0")/eval.jsonl" > "$folder/eval.jsonl"

code=0
"${COMPLETION_KIT:-completion-kit}" --strict --store "$folder/store.json" < "$folder/eval.jsonl" > "$folder/answers" || code=$?

# The fifth answer is the run as JUnit XML, for the tab "Tests" of the CI system.
sed -n 5p "$folder/answers" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["result"]["contents"][0]["text"], end="")' > "$2"
exit "$code"
