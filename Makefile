# SPDX-License-Identifier: BSD-2-Clause
# scapula: `make help` lists the targets.

VERSION  := 0.1.0
ABI      := 0

CC       ?= cc
PREFIX   ?= /usr/local
DESTDIR  ?=
B        ?= build
CFLAGS   ?= -O2 -g
# Headers of every installed kernel; KDIR=/path builds for that one only.
KDIR     ?= $(wildcard /lib/modules/*/build)
# The module's name, and that of its devices.
DRIVER_NAME ?= scap

WARN     := -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wpointer-arith -Wwrite-strings -Wvla
ALL_CFLAGS = $(CFLAGS) $(WARN) $(SAN_FLAGS) -fPIC -fvisibility=default -D_GNU_SOURCE \
	     -DSCAPULA_VERSION='"$(VERSION)"' -Idriver/uapi -Ilibscap -Ilibsinsp -MMD -MP
SCAP_LIBS  := -lzstd -lz -lbsd
SINSP_LIBS := -ljansson -lpcre2-8
CURSES_LIBS := -lncursesw -ltinfo
LUA_FLAGS  := $(or $(shell pkg-config --cflags luajit 2>/dev/null),-I/usr/include/luajit-2.1)
LUA_LIBS   := $(or $(shell pkg-config --libs luajit 2>/dev/null),-lluajit-5.1)
CHISELS    := $(PREFIX)/share/scapula/chisels
ASK_LIBS   := -lcurl -lprotobuf-c -ljansson -lbsd

# `make SAN=1 ...` builds everything with AddressSanitizer and UBSan, under build/san.
ifeq ($(SAN),1)
override B := build/san
SAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

SCAP_OBJ  := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard libscap/*.c)))
SINSP_OBJ := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard libsinsp/*.c)))
TOOL_OBJ  := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tools/*.c)))
# All but the program's main(), for its tests.
ASK_OBJ   := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tools/ask/ask*.c))) $(B)/tools/ask/cri.pb-c.o
UNIT      := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZ      := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
GOLDEN    := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/golden/*.c)))
BENCH     := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(sort $(wildcard tests/bench/bench_*.c))) \
	     $(B)/tests/bench/measure

# `make V=1` shows the commands.
ifneq ($(V),1)
Q := @
endif
say = $(if $(Q),@printf '  %-4s %s\n' $(1) $@)

.PHONY: all libs cmd ask module deps install uninstall install-module uninstall-module dkms-install \
	dkms-uninstall check check-all check-unit check-golden check-fuzz \
	check-vm check-containers check-kernels check-abuse check-debug-kernel check-san check-peers check-parity check-chisels check-both-ways demo bench bench-driver fuzz \
	style sparse clean help

.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
FORCE:

all: libs cmd ask module

help:
	@echo "make            the module, both libraries and the command, under build/"
	@echo "make deps       install what Debian 12 needs (apt)"
	@echo "make check      all tests, in guests of two kernels too"
	@echo "make demo       an incident in a container, recorded in a guest, told on this machine"
	@echo "make check-peers  compare with sysdig 0.41 and strato on the demo's capture"
	@echo "make check-parity CAPTURES=...  compare with sysdig event by event: percentages"
	@echo "make check-chisels CAPTURES=...  run sysdig's chisels with it and here: a table"
	@echo "make check-both-ways  sysdig on this module, scapula on falcosecurity's, in a guest"
	@echo "make check-kernels  the module, sparse and its tests on 5.10, 6.1, 6.12 and 7.x: a table"
	@echo "make check-containers  what a capture knows of containers that live for a moment: a table"
	@echo "make check-abuse  the module under abuse and load at length, hours: a table"
	@echo "make check-debug-kernel  the module's tests on kernels with KASAN, lockdep and the like"
	@echo "make install    command and libraries; DESTDIR= PREFIX=/usr/local; make uninstall removes them"
	@echo "make install-module | dkms-install   the module; make uninstall-module | dkms-uninstall"
	@echo "make libs cmd ask module | KDIR=...   parts of the build"
	@echo "make check-unit check-golden check-fuzz check-san check-vm   parts of the tests"
	@echo "make fuzz | FUZZ_SECONDS=N   each fuzz target for half an hour, with clang's libFuzzer"
	@echo "make bench bench-driver   speeds; instructions that recording adds to a system call"
	@echo "make style sparse clean"

# ---- what must be there first ----

# $(call need,test,package): one clear line if the test fails.
need = @$(1) >/dev/null 2>&1 || { echo "scapula: missing $(2): apt-get install $(2) (or: make deps)" >&2; exit 1; }
header = echo '\#include <$(1)>' | $(CC) -E -x c - -o /dev/null

$(B)/.have-deps:
	$(call need,command -v $(CC),gcc)
	$(call need,$(call header,stdio.h),libc6-dev)
	$(call need,$(call header,zstd.h),libzstd-dev)
	$(call need,$(call header,zlib.h),zlib1g-dev)
	$(call need,$(call header,bsd/string.h),libbsd-dev)
	$(call need,$(call header,jansson.h),libjansson-dev)
	$(call need,$(CC) $(LUA_FLAGS) -E -x c -include luajit.h - -o /dev/null </dev/null,libluajit-5.1-dev)
	$(call need,$(call header,curses.h),libncurses-dev)
	$(call need,echo '\#define PCRE2_CODE_UNIT_WIDTH 8\n\#include <pcre2.h>' | $(CC) -E -x c - -o /dev/null,libpcre2-dev)
	@mkdir -p $(@D) && touch $@

# What scapula-ask needs besides.
$(B)/.have-ask-deps: $(B)/.have-deps
	$(call need,$(call header,curl/curl.h),libcurl4-openssl-dev)
	$(call need,$(call header,protobuf-c/protobuf-c.h),libprotobuf-c-dev)
	$(call need,command -v protoc-c,protobuf-c-compiler)
	@touch $@

deps:
	sh tests/deps.sh

# ---- libraries ----

libs: $(B)/libscap.a $(B)/libscap.so $(B)/libscap.pc $(B)/libsinsp.a $(B)/libsinsp.so $(B)/libsinsp.pc

$(B)/%.o: %.c | $(B)/.have-deps
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$(B)/tools/chisel_%.o $(B)/tools/top_view_lua.o $(B)/tools/top_catalogue.o: ALL_CFLAGS += $(LUA_FLAGS)

$(B)/libscap.a: $(SCAP_OBJ)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/libsinsp.a: $(SINSP_OBJ)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/libscap.so: $(SCAP_OBJ) libscap/libscap.map
	$(call say,LD)
	$(Q)$(CC) $(SAN_FLAGS) -shared -Wl,-soname,libscap.so.$(ABI) \
		-Wl,-z,defs -Wl,--version-script=libscap/libscap.map $(SCAP_OBJ) $(SCAP_LIBS) -o $@.$(VERSION)
	$(Q)ln -sf libscap.so.$(VERSION) $@.$(ABI) && ln -sf libscap.so.$(ABI) $@

$(B)/libsinsp.so: $(SINSP_OBJ) $(B)/libscap.so libsinsp/libsinsp.map
	$(call say,LD)
	$(Q)$(CC) $(SAN_FLAGS) -shared -Wl,-soname,libsinsp.so.$(ABI) \
		-Wl,-z,defs -Wl,--version-script=libsinsp/libsinsp.map $(SINSP_OBJ) -L$(B) -lscap \
		$(SINSP_LIBS) $(SCAP_LIBS) -o $@.$(VERSION)
	$(Q)ln -sf libsinsp.so.$(VERSION) $@.$(ABI) && ln -sf libsinsp.so.$(ABI) $@

pc = printf 'prefix=%s\nlibdir=$${prefix}/lib\nincludedir=$${prefix}/include/scapula\n\nName: %s\nDescription: %s\nVersion: %s\nRequires: %s\nRequires.private: %s\nLibs: -L$${libdir} -l%s\nCflags: -I$${includedir}\n'

# made each time: PREFIX may be another one
$(B)/libscap.pc: FORCE
	@mkdir -p $(@D)
	@$(pc) '$(PREFIX)' libscap 'Capture of system calls, and its files' $(VERSION) '' \
		'libzstd zlib libbsd' scap > $@

$(B)/libsinsp.pc: FORCE
	@mkdir -p $(@D)
	@$(pc) '$(PREFIX)' libsinsp 'State, filters and formats of system call captures' $(VERSION) \
		libscap 'jansson libpcre2-8' sinsp > $@

# ---- the command ----

cmd: $(B)/scapula

$(B)/scapula: $(TOOL_OBJ) $(B)/libsinsp.a $(B)/libscap.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SAN_FLAGS) $(LDFLAGS) $^ $(SINSP_LIBS) $(SCAP_LIBS) $(LUA_LIBS) $(CURSES_LIBS) -o $@

# ---- scapula-ask, which asks the daemons of container runtimes: a program of its own, as libcurl
# alone takes longer to load than scapula does to start ----

ask: $(B)/scapula-ask

$(ASK_OBJ) $(B)/tools/ask/main.o: ALL_CFLAGS += -I$(B)/tools/ask
$(ASK_OBJ) $(B)/tools/ask/main.o: | $(B)/tools/ask/cri.pb-c.c

$(B)/tools/ask/cri.pb-c.c: tools/ask/cri.proto | $(B)/.have-ask-deps
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)protoc-c --proto_path=$(<D) --c_out=$(@D) $<

$(B)/tools/ask/cri.pb-c.o: $(B)/tools/ask/cri.pb-c.c
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$(B)/scapula-ask: $(B)/tools/ask/main.o $(ASK_OBJ)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(SAN_FLAGS) $(LDFLAGS) $^ $(ASK_LIBS) -o $@

# ---- the kernel module: the sources are linked into build/, so that nothing is made in driver/ ----

module:
	@test -n "$(strip $(KDIR))" || { echo "scapula: missing kernel headers:" \
		"apt-get install linux-headers-amd64 (or: make deps, or: make KDIR=/path)" >&2; exit 1; }
	@set -e; for k in $(KDIR); do DRIVER_NAME=$(DRIVER_NAME) sh driver/build.sh "$$k" "$(B)/driver"; done

sparse:
	$(call need,command -v sparse,sparse)
	@set -e; for k in $(KDIR); do C=2 sh driver/build.sh "$$k" "$(B)/driver-sparse"; done

# ---- tests ----

$(B)/tests/unit/%: tests/unit/%.c tests/unit/suite.h $(B)/libsinsp.a $(B)/libscap.a | $(B)/.have-deps
	@mkdir -p $(@D)
	$(call need,$(call header,CUnit/CUnit.h),libcunit1-dev)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit $< $(B)/libsinsp.a $(B)/libscap.a $(SINSP_LIBS) $(SCAP_LIBS) \
		-lcunit -o $@

# Those of scapula-ask, with a daemon of their own.
$(B)/tests/unit/test_ask_%: tests/unit/test_ask_%.c tests/unit/suite.h tests/unit/fake_daemon.h $(ASK_OBJ)
	@mkdir -p $(@D)
	$(call need,$(call header,CUnit/CUnit.h),libcunit1-dev)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -I$(B)/tools/ask $< $(ASK_OBJ) $(ASK_LIBS) -lcunit -o $@

# The recorder's side, which starts the program that stands beside it.
$(B)/tests/unit/test_asking: tests/unit/test_asking.c tests/unit/suite.h tests/unit/fake_daemon.h \
		$(B)/tools/asking.o $(B)/tools/asking_notes.o $(B)/tools/complain.o $(B)/libsinsp.a \
		$(B)/libscap.a | $(B)/scapula-ask
	@mkdir -p $(@D)
	$(call need,$(call header,CUnit/CUnit.h),libcunit1-dev)
	$(call say,CC)
	$(Q)ln -sf ../../scapula-ask $(@D)/scapula-ask
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit $< $(filter %.o %.a,$^) $(SINSP_LIBS) $(SCAP_LIBS) -lcunit -o $@

$(B)/tests/fuzz/fuzz_ask: tests/fuzz/fuzz_ask.c tests/fuzz/driver.h $(ASK_OBJ)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(FUZZ_FLAGS) -Itests/fuzz $< $(ASK_OBJ) $(ASK_LIBS) -o $@

# Fuzz targets: LLVMFuzzerTestOneInput and a main that replays files and mutates them.
$(B)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/driver.h $(B)/libsinsp.a $(B)/libscap.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(FUZZ_FLAGS) -Itests/fuzz $< $(B)/libsinsp.a $(B)/libscap.a $(SINSP_LIBS) $(SCAP_LIBS) -o $@

$(B)/tests/bench/%: tests/bench/%.c $(B)/libsinsp.a $(B)/libscap.a
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $< $(B)/libsinsp.a $(B)/libscap.a $(SINSP_LIBS) $(SCAP_LIBS) -o $@

# What the golden tests need: the makers of their captures.
$(B)/tests/golden/%: tests/golden/%.c $(wildcard tests/golden/*.h) $(B)/libscap.a | $(B)/.have-deps
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $< $(B)/libscap.a $(SCAP_LIBS) -o $@

check: libs cmd module $(UNIT) $(GOLDEN)
	$(call need,command -v mandoc,mandoc)
	$(call need,command -v zsh,zsh)
	@B=$(B) bash tests/run.sh all

check-unit: $(UNIT)
	@B=$(B) bash tests/run.sh unit

check-golden: cmd $(GOLDEN)
	$(call need,command -v mandoc,mandoc)
	$(call need,command -v zsh,zsh)
	@B=$(B) bash tests/run.sh golden

check-vm: cmd ask module
	@B=$(B) bash tests/run.sh vm

check-fuzz:
	@$(MAKE) --no-print-directory SAN=1 fuzz-build
	@B=build/san bash tests/run.sh fuzz

.PHONY: fuzz-build unit-build
fuzz-build: $(FUZZ)
unit-build: $(UNIT) $(GOLDEN) cmd

# libFuzzer, which follows what the code does. What it finds lies in build/fuzz/found.
FUZZ_SECONDS ?= 1800
fuzz:
	$(call need,command -v clang,clang)
	@$(MAKE) --no-print-directory CC=clang B=build/fuzz FUZZ_FLAGS='-DFUZZ_LIBFUZZER -fsanitize=fuzzer' \
		SAN_FLAGS='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' \
		fuzz-build
	@B=build/fuzz bash tests/fuzz.sh $(FUZZ_SECONDS)

check-san:
	@$(MAKE) --no-print-directory SAN=1 unit-build
	@B=build/san bash tests/run.sh unit golden

# Four kernels, hours on slow machines: 5.10 and 7.x too, each in a Debian of its own.
check-kernels: cmd
	@B=$(B) bash tests/vm/check_kernels.sh

# Containers of every runtime that live for a moment: a table. CONTAINERS=20 RUNTIMES="crun docker"
# for a short form; with 200 of each it takes hours where QEMU emulates.
check-containers: cmd
	@B=$(B) bash tests/vm/check_containers.sh

# Two hundred loads and the like, an hour or more for each kernel.
check-abuse: cmd
	@B=$(B) bash tests/vm/check_abuse.sh

# Two kernels with every checker, built here the first time.
check-debug-kernel: cmd
	@B=$(B) bash tests/vm/check_debug_kernel.sh

check-peers: cmd
	@B=$(B) bash tests/peers.sh

# CAPTURES=files or folders; PARITY= further options, see tests/parity/parity.py --help.
check-parity: cmd
	@test -n "$(CAPTURES)" || { echo "usage: make check-parity CAPTURES=/folder" >&2; exit 2; }
	@python3 tests/parity/parity.py --scapula $(B)/scapula --work $(B)/parity $(PARITY) $(CAPTURES)

# CAPTURES=a folder with the folders old and new; CHISELS_OPTIONS= as tests/parity/chisels.py --help.
check-chisels: cmd
	@test -n "$(CAPTURES)" || { echo "usage: make check-chisels CAPTURES=/folder" >&2; exit 2; }
	@python3 tests/parity/chisels.py --scapula $(B)/scapula --work $(B)/chisels $(CHISELS_OPTIONS) \
		--old $(wildcard $(CAPTURES)/old/*.scap.gz) --new $(wildcard $(CAPTURES)/new/*.scap.gz)

check-both-ways: cmd
	@B=$(B) bash tests/vm/both_ways.sh

bench: cmd $(BENCH)
	@B=$(B) bash tests/bench/run.sh

bench-driver: $(B)/.have-deps
	@bash tests/bench/driver.sh

demo:
	@bash tests/vm/demo.sh

CFILES = $(shell git ls-files '*.c' '*.h' 2>/dev/null)
style:
	$(call need,command -v clang-format,clang-format)
	$(call say,STYLE)
	$(Q)clang-format --dry-run --Werror $(CFILES)

# ---- installation ----

BASH_COMPLETION := $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION := $(PREFIX)/share/zsh/site-functions

MAN1 = $(wildcard tools/*.1)
MAN3 = $(wildcard libscap/*.3 libsinsp/*.3)
MAN5 = $(wildcard tools/*.5)
MAN7 = $(wildcard tools/*.7)

install: libs cmd ask
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
		$(DESTDIR)$(PREFIX)/include/scapula $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man3 $(DESTDIR)$(PREFIX)/share/man/man5 \
		$(DESTDIR)$(PREFIX)/share/man/man7
	install -m 755 $(B)/scapula $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(B)/libscap.a $(B)/libsinsp.a $(DESTDIR)$(PREFIX)/lib/
	set -e; for l in libscap libsinsp; do \
		install -m 755 $(B)/$$l.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/; \
		ln -sf $$l.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$$l.so.$(ABI); \
		ln -sf $$l.so.$(ABI) $(DESTDIR)$(PREFIX)/lib/$$l.so; done
	install -m 644 $(B)/libscap.pc $(B)/libsinsp.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	install -m 644 libscap/scap.h libsinsp/sinsp.h driver/uapi/*.h driver/uapi/*.def \
		$(DESTDIR)$(PREFIX)/include/scapula/
	install -d $(DESTDIR)$(PREFIX)/libexec/scapula
	install -m 755 $(B)/scapula-ask $(DESTDIR)$(PREFIX)/libexec/scapula/
	install -d $(DESTDIR)$(CHISELS)
	install -m 644 tools/chisels/*.lua $(DESTDIR)$(CHISELS)/
	install -d $(DESTDIR)$(BASH_COMPLETION) $(DESTDIR)$(ZSH_COMPLETION)
	install -m 644 tools/completion/scapula.bash $(DESTDIR)$(BASH_COMPLETION)/scapula
	install -m 644 tools/completion/_scapula $(DESTDIR)$(ZSH_COMPLETION)/
	install -m 644 $(MAN1) $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 $(MAN3) $(DESTDIR)$(PREFIX)/share/man/man3/
	install -m 644 $(MAN5) $(DESTDIR)$(PREFIX)/share/man/man5/
	install -m 644 $(MAN7) $(DESTDIR)$(PREFIX)/share/man/man7/

# What was built for each kernel; dkms-install lets DKMS do that for each kernel to come too.
install-module: module
	@set -e; for m in $(B)/driver/*/$(DRIVER_NAME).ko; do \
		v=$$(basename $$(dirname $$m)); d=$(DESTDIR)/lib/modules/$$v/extra; \
		install -d $$d; install -m 644 $$m $$d/; \
		if [ -z "$(DESTDIR)" ]; then depmod $$v; fi; echo "module: $$d/$(DRIVER_NAME).ko"; done

uninstall-module:
	@set -e; for m in $(wildcard $(DESTDIR)/lib/modules/*/extra/$(DRIVER_NAME).ko); do \
		rm -f $$m; v=$$(basename $$(dirname $$(dirname $$m))); \
		if [ -z "$(DESTDIR)" ]; then depmod $$v; fi; done

DKMS     := $(if $(filter scap,$(DRIVER_NAME)),scapula,scapula-$(DRIVER_NAME))
DKMS_SRC := $(DESTDIR)/usr/src/$(DKMS)-$(VERSION)

# With DESTDIR only the sources.
dkms-install:
	$(if $(DESTDIR),,$(call need,command -v dkms,dkms))
	@if [ -z "$(DESTDIR)" ]; then dkms remove $(DKMS)/$(VERSION) --all >/dev/null 2>&1 || :; fi
	rm -rf $(DKMS_SRC)
	install -d $(DKMS_SRC)/uapi
	install -m 644 driver/*.c driver/*.h driver/Kbuild $(DKMS_SRC)/
	install -m 644 driver/uapi/*.h driver/uapi/*.def $(DKMS_SRC)/uapi/
	sed 's/@PACKAGE@/$(DKMS)/; s/@VERSION@/$(VERSION)/; s/@MODULE@/$(DRIVER_NAME)/' driver/dkms.conf \
		>$(DKMS_SRC)/dkms.conf
	$(if $(DESTDIR),,dkms add $(DKMS)/$(VERSION))
	$(if $(DESTDIR),,dkms install $(DKMS)/$(VERSION) $(DKMS_FLAGS))

dkms-uninstall:
	$(if $(DESTDIR),,-dkms remove $(DKMS)/$(VERSION) --all)
	rm -rf $(DKMS_SRC)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/scapula
	rm -f $(DESTDIR)$(PREFIX)/lib/libscap.* $(DESTDIR)$(PREFIX)/lib/libsinsp.*
	rm -f $(DESTDIR)$(PREFIX)/lib/pkgconfig/libscap.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/libsinsp.pc
	rm -rf $(DESTDIR)$(PREFIX)/include/scapula $(DESTDIR)$(PREFIX)/share/scapula $(DESTDIR)$(PREFIX)/libexec/scapula
	rm -f $(DESTDIR)$(BASH_COMPLETION)/scapula $(DESTDIR)$(ZSH_COMPLETION)/_scapula
	rm -f $(patsubst tools/%,$(DESTDIR)$(PREFIX)/share/man/man1/%,$(MAN1))
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/man/man3/,$(notdir $(MAN3)))
	rm -f $(patsubst tools/%,$(DESTDIR)$(PREFIX)/share/man/man5/%,$(MAN5))
	rm -f $(patsubst tools/%,$(DESTDIR)$(PREFIX)/share/man/man7/%,$(MAN7))

clean:
	rm -rf build

-include $(ASK_OBJ:.o=.d) $(B)/tools/ask/main.d $(SCAP_OBJ:.o=.d) $(SINSP_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(UNIT:=.d) $(FUZZ:=.d) $(GOLDEN:=.d)
