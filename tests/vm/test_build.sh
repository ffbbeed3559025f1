#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make install and uninstall, pkg-config, and what is said when something is missing. Everything is
# installed in a folder of its own; nothing of the system changes.
set -u
cd "$(dirname "$0")/../.."
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

check() { # name command...
	local name=$1
	shift
	if "$@" >"$tmp/said" 2>&1; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		head -n 20 "$tmp/said"
		rc=1
	fi
}
fails() { ! "$@"; }
empty() { [ -z "$(find "$1" ! -type d)" ] || { find "$1" ! -type d; return 1; }; }
quiet_make() { make -s -j"$(nproc)" "$@"; }

# ---- installation ----

dest=$tmp/dest
check "make install DESTDIR" quiet_make install DESTDIR="$dest" PREFIX=/usr
for f in usr/bin/scapula usr/lib/libscap.a usr/lib/libsinsp.a usr/lib/libscap.so usr/lib/libsinsp.so \
	usr/lib/pkgconfig/libscap.pc usr/lib/pkgconfig/libsinsp.pc usr/include/scapula/scap.h \
	usr/include/scapula/sinsp.h usr/share/man/man1/scapula.1; do
	check "installs $f" test -s "$dest/$f"
done
check "installs completion for bash" \
	cmp tools/completion/scapula.bash "$dest/usr/share/bash-completion/completions/scapula"
check "and for zsh" cmp tools/completion/_scapula "$dest/usr/share/zsh/site-functions/_scapula"
check "leaves the kernel's modules alone" fails test -e "$dest/lib/modules"
check "the installed command runs" "$dest/usr/bin/scapula" --version

# ---- a program against what is installed: the headers alone must do ----

cat >"$tmp/program.c" <<'END'
#include <scap.h>
#include <sinsp.h>
#include <stdio.h>

int main(void)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *filter = sinsp_filter_new(NULL, "evt.type = open", &err);

	printf("%s\n", filter ? "a filter" : "no filter");
	sinsp_filter_free(filter);
	return filter ? 0 : 1;
}
END
export PKG_CONFIG_PATH=$dest/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$dest
pc() { pkg-config "$@" libsinsp; }
check "pkg-config knows the version" pkg-config --exact-version=0.1.0 libscap
# shellcheck disable=SC2046
check "a program builds against the shared libraries" \
	cc -Wall -Wextra -Werror -o "$tmp/shared" "$tmp/program.c" $(pc --cflags --libs)
check "it runs with them" env LD_LIBRARY_PATH="$dest/usr/lib" "$tmp/shared"
check "it is linked with libsinsp.so.0" sh -c "LD_LIBRARY_PATH='$dest/usr/lib' ldd '$tmp/shared' | grep -q 'libsinsp.so.0 => $dest'"
# what the distribution has as shared libraries only is not asked for statically
# shellcheck disable=SC2046
check "a program builds against the static libraries" \
	cc -Wall -Wextra -Werror -o "$tmp/static" "$tmp/program.c" $(pc --cflags) \
	-Wl,-Bstatic -lsinsp -lscap -Wl,-Bdynamic -L"$dest/usr/lib" $(pc --libs --static | sed 's/-lsinsp//; s/-lscap//')
check "it runs by itself" "$tmp/static"
check "it needs none of our shared libraries" fails sh -c "ldd '$tmp/static' | grep -E 'libscap|libsinsp'"
unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR

check "the libraries export only names of their own" sh -c "
	! nm -D --defined-only '$dest/usr/lib/libscap.so' '$dest/usr/lib/libsinsp.so' |
	awk '\$2 ~ /[A-Z]/ { print \$3 }' | grep -vE '^(scap|sinsp)_'"

check "make uninstall" quiet_make uninstall DESTDIR="$dest" PREFIX=/usr
check "uninstall leaves no file" empty "$dest"

# ---- the module's sources for DKMS ----

check "make dkms-install DESTDIR" quiet_make dkms-install DESTDIR="$dest" DRIVER_NAME=other
src=$dest/usr/src/scapula-other-0.1.0
check "the sources are whole" sh -c "cd driver && for f in *.c *.h Kbuild uapi/*; do cmp \$f '$src'/\$f || exit 1; done"
check "dkms.conf has the module's name" grep -qx 'BUILT_MODULE_NAME\[0\]="other"' "$src/dkms.conf"
check "dkms.conf has no name left open" fails grep @ "$src/dkms.conf"
check "make dkms-uninstall" quiet_make dkms-uninstall DESTDIR="$dest" DRIVER_NAME=other
check "dkms-uninstall leaves no file" empty "$dest"

# ---- what is missing is named, with the command that gets it ----

# a compiler that does not find one header, in front of the real one
says() { # package wanted-line make-arguments...
	local package=$1
	shift
	quiet_make B="$tmp/build" "$@" >"$tmp/out" 2>&1 && { echo "make succeeds without $package"; return 1; }
	grep -q "^scapula: missing $package: apt-get install $package" "$tmp/out" || { cat "$tmp/out"; return 1; }
	[ "$(grep -c '^scapula: ' "$tmp/out")" = 1 ] || { cat "$tmp/out"; return 1; }
}
without() { # header
	cat >"$tmp/cc" <<-END
	#!/bin/sh
	case " \$* " in
	*" -E "*)
		text=\$(cat)
		case \$text in *'$1'*) echo 'fatal error: $1: No such file' >&2; exit 1 ;; esac
		echo "\$text" | exec cc "\$@"
		;;
	esac
	exec cc "\$@"
	END
	chmod +x "$tmp/cc"
}
for pair in zstd.h:libzstd-dev zlib.h:zlib1g-dev bsd/string.h:libbsd-dev jansson.h:libjansson-dev \
	pcre2.h:libpcre2-dev stdio.h:libc6-dev; do
	without "${pair%%:*}"
	check "a missing ${pair##*:} is named" says "${pair##*:}" CC="$tmp/cc" libs
done
check "a missing compiler is named" says gcc CC="$tmp/no-such-cc" libs
# from here on the libraries have what they need
for pair in curl/curl.h:libcurl4-openssl-dev protobuf-c/protobuf-c.h:libprotobuf-c-dev; do
	without "${pair%%:*}"
	check "a missing ${pair##*:} is named" says "${pair##*:}" CC="$tmp/cc" ask
done
without CUnit/CUnit.h
unit=$(basename "$(ls tests/unit/test_*.c | head -n 1)" .c)
check "a missing libcunit1-dev is named" says libcunit1-dev CC="$tmp/cc" "$tmp/build/tests/unit/$unit"
check "missing kernel headers are named" sh -c "make -s module KDIR= 2>&1 | grep -q 'missing kernel headers: apt-get install linux-headers-amd64'"
check "a folder without kernel headers is named" sh -c "make -s module B='$tmp/build' KDIR='$tmp' 2>&1 | grep -q 'no kernel headers in $tmp'"

# ---- deps.sh ----

check "deps.sh knows its groups only" fails sh tests/deps.sh --missing nothing
check "deps.sh is quick and silent where nothing is missing" sh -c '[ -z "$(sh tests/deps.sh --missing build)" ]'
# a dpkg that knows of no package
mkdir "$tmp/bin"
printf '#!/bin/sh\n' >"$tmp/bin/dpkg-query"
chmod +x "$tmp/bin/dpkg-query"
check "deps.sh names what is missing" sh -c "PATH='$tmp/bin':\$PATH sh tests/deps.sh --missing build | grep -qx libzstd-dev"
exit $rc
