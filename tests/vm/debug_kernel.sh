# SPDX-License-Identifier: BSD-2-Clause
# Sourced by kernel.sh, whose variables and functions it uses: builds the kernel of debug_kernel.config from
# the newest linux-source package of the suite, in a chroot of $base. The tree stays there, as the
# headers of the module, and a change of the configuration costs what that makes anew.

# debug_kernel: leaves image and modules in $root, unless those of this configuration are there.
debug_kernel() {
	local log=$dir/build.log
	! cmp -s tests/vm/debug_kernel.config "$root/config" || return 0
	[ -d "$chroot" ] || fetch_source
	echo "kernel.sh: building Linux $version: this takes long (see $log)" >&2
	: >"$log"
	kernel_make KCONFIG_ALLCONFIG="$PWD/tests/vm/debug_kernel.config" allnoconfig
	complete_config
	kernel_make -j"$(nproc)" bzImage modules
	install_kernel
	echo "kernel.sh: built Linux $version" >&2
}

kernel_make() {
	in_chroot "$chroot" nice -n 10 make -C /usr/src/linux "$@" >>"$log" 2>&1 </dev/null || {
		tail -n 40 "$log" >&2
		die "Linux $version does not build: see $log"
	}
}

# A chroot with what building a kernel takes, and the unpacked source in it.
fetch_source() {
	local tmp package
	apt_use "$vm/apt/$version" "${suites[@]}"
	package=$(depends linux-source '^linux-source-[0-9.]+$')
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
	make_chroot "$tmp/chroot" gcc,make,flex,bison,bc,libelf-dev,perl,python3-minimal
	echo "kernel.sh: fetching $package of ${suites[0]}" >&2
	apt_unpack "$tmp/source" "$package"
	mkdir "$tmp/chroot/usr/src/linux"
	tar -x --no-same-owner --strip-components=1 -C "$tmp/chroot/usr/src/linux" -f "$tmp/source/usr/src/$package.tar.xz"
	rm -rf "$chroot"
	mv "$tmp/chroot" "$chroot"
	rm -rf "$tmp"
	trap - EXIT
}

# What kconfig did not take of the fragment, for a name that is gone or a dependency that is missing.
complete_config() {
	local lost
	lost=$(grep '^CONFIG_' tests/vm/debug_kernel.config | grep -vxFf "$chroot/usr/src/linux/.config" || :)
	[ -z "$lost" ] || die "the configuration of Linux $version lacks: ${lost//$'\n'/ }"
}

install_kernel() {
	local release to=$root.new
	release=$(cat "$chroot/usr/src/linux/include/config/kernel.release")
	rm -rf "$to"
	mkdir -p "$to/boot" "$to/lib/modules/$release/kernel"
	cp "$chroot/usr/src/linux/arch/x86/boot/bzImage" "$to/boot/vmlinuz-$release"
	find "$chroot/usr/src/linux" -name '*.ko' -exec cp -t "$to/lib/modules/$release/kernel" {} +
	cp tests/vm/debug_kernel.config "$to/config"
	rm -rf "$root"
	mv "$to" "$root"
}
