# The servers that the tests need: a Docker engine and a registry, both on this machine only.
# Sourced by .ci/run, which sets `here`, `logs` and `scratch`. One that answers already is used and left alone.

docker_pid=""
docker_children=()
registry_pid=""
docker_address=${DOCKER_HOST:-unix:///var/run/docker.sock}
registry=${IDDR_TEST_REGISTRY:-127.0.0.1:5000}

answers() { python3 "$here/answers.py" "$@"; }
docker_answers() { answers "$docker_address" /_ping "${1:-0}"; }
registry_answers() { answers "http://$registry" /v2/ "${1:-0}"; }

# Wait until a server answers, its process has ended, or 60 seconds are over.
wait_for() { # NAME PID COMMAND
    local end=$((SECONDS + 60))
    while ((SECONDS < end)); do
        if "$3" 1; then
            echo "$1 answers"
            return 0
        fi
        kill -0 "$2" 2>/dev/null || break
    done
    echo "$1 did not start; the end of $logs/$1.log:"
    tail -n 15 "$logs/$1.log"
    return 1
}

# A machine that was switched off leaves a file with a process id that means somebody else now.
remove_stale_docker_pid() {
    local file=/var/run/docker.pid pid
    [[ -f $file ]] || return 0
    pid=$(<"$file")
    [[ -n $pid && $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] || rm -f "$file"
}

start_docker() {
    if docker_answers; then
        echo "docker: the engine at $docker_address is used, and left running"
        return 0
    fi
    if [[ $docker_address != unix://* ]]; then
        echo "docker: DOCKER_HOST is $docker_address, where nothing answers; start that engine or unset it"
        return 1
    fi
    if ((EUID != 0)) || ! command -v dockerd >/dev/null; then
        echo "docker: no engine answers, and it takes root and the package docker.io to start one"
        return 1
    fi
    remove_stale_docker_pid
    setsid dockerd --host "$docker_address" >"$logs/docker.log" 2>&1 </dev/null &
    docker_pid=$!
    wait_for docker "$docker_pid" docker_answers
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

start_registry() {
    if registry_answers; then
        echo "registry: the one at $registry is used, and left running"
        return 0
    fi
    if ! command -v docker-registry >/dev/null; then
        echo "registry: none answers at $registry, and the package docker-registry is missing"
        return 1
    fi
    registry=127.0.0.1:$(free_port)
    printf '%s\n' "version: 0.1" "storage: {filesystem: {rootdirectory: '$scratch/registry'}, delete: {enabled: true}}" \
        "http: {addr: '$registry'}" >"$scratch/registry.yml"
    setsid docker-registry serve "$scratch/registry.yml" >"$logs/registry.log" 2>&1 </dev/null &
    registry_pid=$!
    wait_for registry "$registry_pid" registry_answers
}

children_of() { cat "/proc/$1/task/"*/children 2>/dev/null; }

# End one process that we started: TERM, up to 30 seconds, KILL. Says nothing: pytest's summary stays the last line.
end() { # PID
    local turn
    kill -TERM "$1" 2>/dev/null || return 0
    for ((turn = 0; turn < 150; turn++)); do
        [[ -d /proc/$1 && $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) != Z ]] || break
        sleep 0.2
    done
    kill -KILL "$1" 2>/dev/null
}

# dockerd ends its containers and its containerd by itself; a containerd that outlives it is ended too.
stop_services() {
    local pid
    [[ -z $registry_pid ]] || end "$registry_pid"
    [[ -n $docker_pid ]] || return 0
    read -r -a docker_children <<<"$(children_of "$docker_pid")"
    end "$docker_pid"
    for pid in "${docker_children[@]}"; do
        [[ $(cat "/proc/$pid/comm" 2>/dev/null) != containerd* ]] || end "$pid"
    done
}
