# shellcheck shell=sh
# Installs Debian's packages, those that are missing only: for scripts that source it.
#
# PostgreSQL's server package would make a cluster and start it. Nothing here
# needs one, so it is told not to, for the length of the installation.

packages_say() {
	printf '== %s\n' "$*" >&2
}

packages_missing() {
	for package in "$@"; do
		case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) in
		ii*) ;;
		*) printf '%s\n' "$package" ;;
		esac
	done
}

# Any version's server will do; Debian 12 has 15.
packages_server_missing() {
	for postgres in /usr/lib/postgresql/*/bin/postgres; do
		[ -x "$postgres" ] && return 1
	done
	return 0
}

packages_as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Root, or a sudo that asks nothing, or has a terminal to ask on.
packages_may_be_root() {
	[ "$(id -u)" -eq 0 ] && return 0
	command -v sudo >/dev/null || return 1
	sudo -n true 2>/dev/null || (: </dev/tty) 2>/dev/null
}

# Debian starts what it installs, a pooler for one; "$@" runs without that.
packages_unstarted() {
	policy=/usr/sbin/policy-rc.d
	if [ -e "$policy" ]; then
		"$@"
		return
	fi
	printf '#!/bin/sh\nexit 101\n' | packages_as_root tee "$policy" >/dev/null || return 1
	packages_as_root chmod 755 "$policy"
	"$@"
	unstarted=$?
	packages_as_root rm -f "$policy"
	return $unstarted
}

# What apt-get says is worth reading only where it failed.
packages_apt() {
	log=$(mktemp) || return 1
	packages_as_root env DEBIAN_FRONTEND=noninteractive apt-get \
		-o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 -y -q "$@" >"$log" 2>&1 </dev/null
	status=$?
	[ $status -eq 0 ] || cat "$log" >&2
	rm -f "$log"
	return $status
}

packages_server() {
	conf=/etc/postgresql-common/createcluster.conf
	kept=$conf.aet-kept
	packages_apt install --no-install-recommends postgresql-common || return 1
	packages_as_root cp -p "$conf" "$kept" || return 1
	packages_as_root sed -i '$ a create_main_cluster = false' "$conf"
	packages_apt install --no-install-recommends postgresql-15
	status=$?
	packages_as_root mv "$kept" "$conf"
	return $status
}

# packages_install PACKAGE...: the word "postgresql-server" stands for a server.
packages_install() {
	server=no
	if ! command -v dpkg-query >/dev/null; then
		packages_say "not a Debian: $* must be there already"
		return 0
	fi
	wanted=
	for package in "$@"; do
		case $package in
		postgresql-server) packages_server_missing && server=yes ;;
		*) wanted="$wanted $package" ;;
		esac
	done
	# shellcheck disable=SC2086 # words, each a package's name
	missing=$(packages_missing $wanted)
	if [ -z "$missing" ] && [ $server = no ]; then
		return 0
	fi
	# shellcheck disable=SC2046,SC2086
	set -- $missing $([ $server = no ] || echo postgresql-15)
	if ! packages_may_be_root; then
		packages_say 'missing packages, and nobody to install them. As root, run'
		packages_say "  apt-get install $*"
		return 1
	fi
	packages_say "installing $*"
	packages_apt update || return 1
	# shellcheck disable=SC2086
	if [ -n "$missing" ]; then
		packages_unstarted packages_apt install --no-install-recommends $missing ||
			return 1
	fi
	[ $server = no ] || packages_server
}
