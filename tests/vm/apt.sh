# SPDX-License-Identifier: BSD-2-Clause
# Sourced by scripts that fetch Debian packages of other suites, without installing them: apt works
# in a folder of its own, with the mirror and the keys that the system's own sources name, so that
# nothing of the system changes and no root is needed. The caller has die().

# apt_mirror WORD: the mirror of the system's first source whose suite is WORD, or nothing.
apt_mirror() {
	local uri suite component
	while read -r uri suite component; do
		if [ "$suite" = "$1" ]; then
			echo "$uri"
			return
		fi
	done < <(apt-get indextargets 'Created-By: Packages' --format '$(REPO_URI) $(RELEASE) $(COMPONENT)')
}

# apt_use DIR SUITE...: apt reads the package lists of these suites, into DIR, from here on. The
# mirror of Debian itself is the one that has bookworm, that of security updates the one that has
# bookworm-security; without such a source they are left out.
apt_use() {
	local a=$1 key=/usr/share/keyrings/debian-archive-keyring.gpg main suite uri
	shift
	command -v apt-get >/dev/null || die "no apt-get: only Debian's packages are supported"
	[ -f "$key" ] || die "missing debian-archive-keyring: apt-get install debian-archive-keyring"
	main=$(apt_mirror bookworm)
	[ -n "$main" ] || die "no Debian 12 (bookworm) source in /etc/apt: it would say which mirror to use"
	mkdir -p "$a/lists/partial" "$a/cache/archives/partial" "$a/parts"
	for suite; do
		uri=$main
		case $suite in
		*-security) uri=$(apt_mirror bookworm-security) ;;
		esac
		[ -z "$uri" ] || echo "deb [signed-by=$key] $uri $suite main"
	done >"$a/sources.list"
	: >"$a/status"
	cat >"$a/apt.conf" <<END
Dir::Etc::SourceList "$a/sources.list";
Dir::Etc::SourceParts "$a/parts";
Dir::Etc::Preferences "$a/preferences";
Dir::Etc::PreferencesParts "$a/parts";
Dir::State "$a";
Dir::State::Lists "$a/lists";
Dir::State::Status "$a/status";
Dir::Cache "$a/cache";
APT::Sandbox::User "root";
APT::Architecture "amd64";
APT::Update::Post-Invoke {};
APT::Update::Post-Invoke-Success {};
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::Retries "3";
END
	export APT_CONFIG=$a/apt.conf
	apt-get -qq update >&2 || die "cannot read the package lists of $*"
}

# apt_unpack DIR PACKAGE...: downloads the packages and unpacks them into DIR.
apt_unpack() {
	local to=$1 deb
	shift
	mkdir -p "$to.debs"
	(cd "$to.debs" && apt-get -qq download "$@" >&2) || die "cannot download $*"
	for deb in "$to.debs"/*.deb; do
		dpkg -x "$deb" "$to" || die "cannot unpack ${deb##*/}"
	done
	rm -rf "$to.debs"
}
