#!/usr/bin/env bash
# Uses the installed package: runs on the clean system of deb_test.sh.
set -euo pipefail
export HOME=/root
cd "$(mktemp -d)"
share=/usr/share/metamerlab

for file in /usr/share/applications/metamerlab.desktop \
    /usr/share/icons/hicolor/scalable/apps/metamerlab.svg \
    /usr/share/man/man1/metamerlab.1 /usr/share/man/man1/metamersynth.1 \
    /usr/share/doc/metamerlab/{README.md,CHANGELOG.md,copyright,docs/experimenters.md} \
    "$share"/{designs/image-demo.json,schema/design-1.schema.json,observers/typical.json,slurm/study.sbatch}; do
    [[ -s $file ]] || { echo "$file is not installed" >&2; exit 1; }
done

# The man pages know every command.
for program in metamerlab metamersynth; do
    "$program" --help | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p' >commands
    [[ -s commands ]] || { echo "$program --help lists no commands" >&2; exit 1; }
    while read -r name; do
        sed 's/\\-/-/g' "/usr/share/man/man1/$program.1" | grep -qE "^\.(B|BI) $name( |$)" ||
            { echo "the man page of $program does not describe $name" >&2; exit 1; }
    done <commands
done

metamerlab check --quick "$share/designs/image-demo.json"
metamerlab run "$share/designs/image-demo.json" --quick --db demo.sqlite --participant P01 \
    --observer "$share/observers/typical.json" --display none --pace fast --max-trials 12
metamerlab list --db demo.sqlite
metamerlab export --db demo.sqlite --out tables
[[ $(wc -l <tables/trials.csv) -eq 13 ]] || { echo "trials.csv does not have 12 trials" >&2; exit 1; }
metamerlab report --db demo.sqlite --out report
grep -q '<svg\|<img' report/report.html || { echo "the report has no figure" >&2; exit 1; }
metamersynth models
echo "the package works"
