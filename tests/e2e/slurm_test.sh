#!/usr/bin/env bash
# A real Slurm on this machine: a study of 8 items as a 2-way array, one task killed at work and the
# job submitted again; and a study of graph networks as a 2-way array. The files must be those of one
# run without Slurm, bit for bit.
#
#   slurm_test.sh METAMERSYNTH MODEL.ts FOLDER_OF_JOB_FILES
set -euo pipefail
program=$1
model=$2
jobs=$3
if ! command -v slurmctld munged >/dev/null || [[ $(id -u) -ne 0 ]]; then
    echo "no Slurm here, or not root: skipped"
    exit 77
fi

work=$(mktemp -d)
munge_socket=$work/munge.socket
stop() {
    for name in slurmctld slurmd munged; do
        [[ -s $work/$name.pid ]] && kill "$(cat "$work/$name.pid")" 2>/dev/null
    done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
# The job runs as another process tree: it must see these folders.
chmod 755 "$work"

host=$(hostname -s)
dd if=/dev/urandom of="$work/munge.key" bs=128 count=1 status=none
chmod 600 "$work/munge.key"
cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$munge_socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
mkdir -p "$work/state" "$work/spool"
export SLURM_CONF=$work/slurm.conf

munged --foreground --key-file="$work/munge.key" --socket="$munge_socket" --force \
    --log-file="$work/munged.log" --pid-file="$work/munged.pid" --seed-file="$work/seed" &
until [[ -S $munge_socket ]]; do kill -0 $!; done
slurmctld -D -f "$work/slurm.conf" &
slurmd -D -f "$work/slurm.conf" &
until sinfo -h -o %T 2>/dev/null | grep -qE 'idle|mix|alloc'; do
    kill -0 %2 %3 || { cat "$work"/*.log >&2; exit 1; }
    read -rt 0.2 <> <(:) || true
done

# Long enough at work for a task to be killed in its midst.
cat >"$work/study.json" <<STUDY
{"schema_version": 1, "name": "array", "model": {"file": "$model"}, "image_size_px": 16,
 "references": {"builtin": {"count": 2, "seed": 7}},
 "metamers": {"layers": ["one", "two"], "seeds": [1, 2], "batch_size": 2,
              "tolerance": 0, "solver": {"type": "adam", "steps": 1500},
              "null": {"pairs": 5, "pool": {"builtin": {"count": 5, "seed": 3}}}}}
STUDY
cd "$work"
OMP_WAIT_POLICY=passive "$program" batch study.json --cache "$work/whole" --threads 1 || [[ $? -eq 1 ]]

submit() { # STUDY JOB_FILE OPTION...
    STUDY=$work/$1 CACHE=$work/array METAMERSYNTH=$program \
        sbatch --parsable --array=0-1 "${@:3}" "$jobs/$2"
}
id=$(submit study.json study.sbatch)
# Kill the first task as soon as it has made its first metamer.
until find "$work/array" -name '*.json' 2>/dev/null | grep -q .; do
    squeue -h -j "$id" 2>/dev/null | grep -q . || break
done
scancel --signal=KILL --full "${id}_0" 2>/dev/null || true
while squeue -h -j "$id" 2>/dev/null | grep -q .; do read -rt 0.2 <> <(:) || true; done
killed=$(find "$work/array" -name '*.json' | wc -l)
[[ $killed -lt 8 ]] || { echo "no task was killed at work: all 8 items are there" >&2; exit 1; }
submit study.json study.sbatch --wait >/dev/null || true
made=$(find "$work/array" -name '*.json' | wc -l)
echo "after the kill: $killed items, after the second submission: $made items"
[[ $made -eq 8 ]] || { cat metamersynth-*.log >&2; exit 1; }
# A write that the kill cut off may have left its temporary file, NAME.XXXXXX, which nothing reads.
diff -r --exclude='*.png.??????' --exclude='*.json.??????' "$work/whole/metamers" "$work/array/metamers"
echo "the array's files are those of one run"

cat >"$work/graphs.json" <<STUDY
{"schema_version": 1, "name": "graphs",
 "graphs": {"karate": {"builtin": "karate-club", "features": "identity",
                       "split": {"train_per_class": 4, "validation": 8, "seed": 1}}},
 "networks": [{"name": "gcn", "graph": "karate", "architecture": "gcn", "hidden": [8],
               "training": {"seeds": [1], "epochs": 20}}],
 "metamers": [{"layers": [1, 2], "change": "features", "solver": "lbfgs", "seeds": [1, 2]}]}
STUDY
graph_metamers() { "$program" graph-metamers graphs.json "$@" || [[ $? -eq 1 ]]; } # 1: not accepted
graph_metamers --cache "$work/whole" --out "$work/one"
submit graphs.json graph_metamers.sbatch --wait >/dev/null || true
made=$(find "$work/array" -type f | sort)
graph_metamers --cache "$work/array" --out "$work/two"
[[ $made == "$(find "$work/array" -type f | sort)" ]] || {
    echo "the array left metamers to be made" >&2
    cat metamersynth-*.log >&2
    exit 1
}
[[ $(find "$work/two/metamers" -name record.json | wc -l) -eq 4 ]]
diff -r "$work/one" "$work/two"
echo "the metamers of graph networks are those of one run"
