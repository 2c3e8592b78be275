#!/usr/bin/env bash
# Checks MetamerLab's engine on a GPU, on a machine without package access but with PyTorch.
#
#   packaging/gpu_check.sh collect FOLDER       on a machine that can build MetamerLab: writes the
#                                               sources and the header-only dependencies to FOLDER
#   FOLDER/source/packaging/gpu_check.sh run    on the GPU machine, to which FOLDER was copied
#
# `run` needs g++ 12 or newer, CMake 3.25, Ninja and a Python with PyTorch (PYTHON: default
# python3). It builds without Qt, picture and sound libraries against that PyTorch's LibTorch, runs the tests
# of models, probes and metamers, compares a GPU with the CPU and prints the benchmarks. DEVICE
# sets the device (default cuda); DEVICE=cpu tries everything without a GPU. See docs/gpu.md.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

collect() {
    local folder=$1
    mkdir -p "$folder"/{source,deps/include,deps/share/cmake,deps/src}
    git -C "$root" archive HEAD | tar -x -C "$folder/source"
    for headers in boost nlohmann CLI valijson stb; do
        cp -rL "/usr/include/$headers" "$folder/deps/include/"
    done
    for config in nlohmann_json CLI11 valijson; do
        cp -rL "/usr/share/cmake/$config" "$folder/deps/share/cmake/"
    done
    cp -rL /usr/src/googletest "$folder/deps/src/"
    du -sh "$folder"
}

build() {
    local work=$1 prefix=$1/deps flags
    flags=$("$python" -c 'import torch
print("-D_GLIBCXX_USE_CXX11_ABI=" + str(int(torch._C._GLIBCXX_USE_CXX11_ABI)))')
    local options=(-G Ninja "-DCMAKE_BUILD_TYPE=RelWithDebInfo"
        "-DCMAKE_CXX_FLAGS=$flags -isystem $prefix/include"
        "-DCMAKE_PREFIX_PATH=$prefix;$torch")
    cmake -S "$prefix/src/googletest" -B "$work/build/googletest" "${options[@]}" \
        "-DCMAKE_INSTALL_PREFIX=$prefix" >/dev/null
    cmake --build "$work/build/googletest" --target install >/dev/null
    cmake -S "$root" -B "$work/build/metamerlab" "${options[@]}" "-DBOOST_ROOT=$prefix" \
        -DMLAB_UI=OFF -DMLAB_PICTURES=OFF -DMLAB_SOUND=OFF -DMLAB_PROPERTY_TESTS=OFF \
        -DMLAB_BENCHMARKS=ON "-DMLAB_PYTHON=$(command -v "$python")" -DCMAKE_UNITY_BUILD=ON
    cmake --build "$work/build/metamerlab" --target metamersynth stimuli_test \
        recognition_maker_test model_test network_test device_test model_conformance_test \
        probe_benchmark recognition_benchmark
}

# The same probe on both devices: the results must agree up to float32 rounding.
compare() {
    local synth=$1 work=$2 model layer level
    while read -r model layer level; do
        for on in cpu "$device"; do
            "$synth" probe --model "$model" --layer "$layer" --component 1 --level "$level" \
                --reference "$([[ $model == cochlea* ]] && echo vowels-01 || echo dead-leaves-01)" \
                --components 2 --pool-count 30 --duration 500 --device "$on" \
                --cache "$work/cache-$on" >"$work/$layer-$on.json" || true
        done
        "$python" - "$layer" "$work/$layer-cpu.json" "$work/$layer-$device.json" <<'PYTHON'
import json
import sys

layer, *files = sys.argv[1:]
cpu, gpu = (json.load(open(file)) for file in files)
names = [name for name in cpu if isinstance(cpu[name], float)]
worst = max((abs(cpu[name] - gpu[name]) / max(1.0, abs(cpu[name])), name) for name in names)
print(f"{layer:12} largest difference {worst[0]:.2e} ({worst[1]})")
sys.exit(worst[0] > 2e-2)
PYTHON
    done <<'PROBES'
gabor-scattering band 0.5
gabor-scattering texture 0.5
gabor-scattering pool 0.3
cochlea-modulation cochleagram 0.3
cochlea-modulation average 0.3
PROBES
}

run() {
    local work built
    work=$(cd "$root/.." && pwd)
    [[ -d $work/deps ]] || { echo "$work/deps not found: run \`collect\` first" >&2; exit 2; }
    torch=$("$python" -c 'import torch; print(torch.utils.cmake_prefix_path)')
    "$python" -c 'import torch
print("PyTorch", torch.__version__, "CUDA", torch.version.cuda, "GPU:",
      torch.cuda.get_device_name() if torch.cuda.is_available() else "none")'
    build "$work"
    built=$work/build/metamerlab
    echo "== Tests that compute on the CPU"
    "$python" "$root/tests/stimuli/models/make_models.py" "$built/tests/models"
    for test in stimuli/network_test stimuli/model_test conformance/synthesis/model_conformance_test; do
        CUDA_VISIBLE_DEVICES='' "$built/tests/$test" --gtest_brief=1
    done
    echo "== Tests on the device"
    [[ $device == cpu ]] && export CUDA_VISIBLE_DEVICES=''
    for test in stimuli_test recognition_maker_test device_test; do
        "$built/tests/stimuli/$test" --gtest_brief=1
    done
    echo "== The CPU and $device compared"
    compare "$built/app/metamersynth" "$work"
    echo "== Benchmarks"
    for visible in '' "${CUDA_VISIBLE_DEVICES-0}"; do
        echo "-- $([[ -z $visible ]] && echo CPU || echo "GPU $visible")"
        CUDA_VISIBLE_DEVICES=$visible "$built/tests/benchmarks/probe_benchmark"
        CUDA_VISIBLE_DEVICES=$visible "$built/tests/benchmarks/recognition_benchmark" --count 2
        [[ $device == cpu ]] && break
    done
}

python=${PYTHON:-python3}
device=${DEVICE:-cuda}
case ${1:-} in
collect) [[ $# -eq 2 ]] || usage; collect "$2" ;;
run) run ;;
*) usage ;;
esac
