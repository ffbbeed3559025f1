/* SPDX-License-Identifier: BSD-2-Clause */
/* Races for texts and data, and for pages that come and go. */
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "race.h"
#include "ring.h"

#define E(name) SCAP_EVT_SYSCALL_##name

#define PAGE 4096

/* ---- texts and data ---- */

static const struct two path = { "none/short", "none/that is somewhat longer/than the other" },
			path2 = { "elsewhere/not to be found", "nowhere/x" };
static char text[TWO_MAX] __attribute__((aligned(64))), text2[TWO_MAX] __attribute__((aligned(64)));

static void texts(void)
{
	const struct exchange both[4] = { SWAP(text, path), SWAP(text2, path2) };
	struct race r[] = {
		{ "the path of open",
		  SYS_open,
		  { A(text), O_RDONLY },
		  .exit = E(OPEN_X),
		  .enter = E(OPEN_E),
		  .at_enter = { TEXT(path), CONST(32, SCAP_O_RDONLY), CONST(32, 0) },
		  .param = { RES, TEXT(path), CONST(32, SCAP_O_RDONLY), CONST(32, 0), CONST(32, 0),
			     CONST(64, 0) } },
		{ "the path of openat",
		  SYS_openat,
		  { AT_FDCWD, A(text), O_RDONLY },
		  .exit = E(OPENAT_2_X),
		  .enter = E(OPENAT_2_E),
		  .at_enter = { CONST(64, -100), TEXT(path), CONST(32, SCAP_O_RDONLY),
				CONST(32, 0) },
		  .param = { RES, CONST(64, -100), TEXT(path), CONST(32, SCAP_O_RDONLY),
			     CONST(32, 0), CONST(32, 0), CONST(64, 0) } },
		{ "the path of creat",
		  SYS_creat,
		  { A(text), 0600 },
		  .exit = E(CREAT_X),
		  .enter = E(CREAT_E),
		  .at_enter = { TEXT(path), CONST(32, 0600) },
		  .param = { RES, TEXT(path), CONST(32, 0600), CONST(32, 0), CONST(64, 0),
			     CONST(16, 0) } },
		{ "the paths of rename",
		  SYS_rename,
		  { A(text), A(text2) },
		  .exit = E(RENAME_X),
		  .param = { RES, TEXT(path), TEXT(path2) } },
		{ "the paths of linkat",
		  SYS_linkat,
		  { AT_FDCWD, A(text), AT_FDCWD, A(text2), 0 },
		  .exit = E(LINKAT_2_X),
		  .param = { RES, CONST(64, -100), TEXT(path), CONST(64, -100), TEXT(path2),
			     CONST(32, 0) } },
		{ "the texts of mount",
		  SYS_mount,
		  { A(text2), A(text), A(text2), 0 },
		  .exit = E(MOUNT_X),
		  .param = { RES, TEXT(path2), TEXT(path), TEXT(path2), CONST(32, 0) } },
		{ "the path of unlink",
		  SYS_unlink,
		  { A(text) },
		  .exit = E(UNLINK_2_X),
		  .param = { RES, TEXT(path) } },
		{ "the path of chmod",
		  SYS_chmod,
		  { A(text), 0640 },
		  .exit = E(CHMOD_X),
		  .param = { RES, TEXT(path), CONST(32, 0640) } },
		{ "the path of newfstatat",
		  SYS_newfstatat,
		  { AT_FDCWD, A(text), A(text2), 0 },
		  .exit = E(NEWFSTATAT_X),
		  .param = { RES, CONST(64, -100), TEXT(path), CONST(32, 0) } },
		{ "the name of a thread",
		  SYS_prctl,
		  { PR_SET_NAME, A(text) },
		  .exit = E(PRCTL_X),
		  .param = { RES, CONST(32, PR_SET_NAME), TEXT(path), CONST(64, 0) } },
		{ "the image and the text of init_module",
		  SYS_init_module,
		  { A(text), TWO_MAX, A(text2) },
		  .exit = E(INIT_MODULE_X),
		  .param = { RES, MIX(path), CONST(64, TWO_MAX), TEXT(path2) } },
		{ "the name of delete_module",
		  SYS_delete_module,
		  { A(text), O_NONBLOCK },
		  .exit = E(DELETE_MODULE_X),
		  .param = { RES, TEXT(path), CONST(32, SCAP_DELETE_MODULE_FLAGS_O_NONBLOCK) } },
		{ "the data of write",
		  SYS_write,
		  { open("raced", O_RDWR | O_CREAT, 0600), A(text), TWO_MAX },
		  .exit = E(WRITE_X),
		  .param = { RES, MIX(path), ANY(64), CONST(32, TWO_MAX) } },
		{ "the strings of keyctl",
		  SYS_keyctl,
		  { KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, A(text), A(text2), 0 },
		  .exit = E(KEYCTL_X),
		  .param = { RES, CONST(32, KEYCTL_SEARCH), ANY(72), OF(key_version, path),
			     OF(key_version, path2), ANY(72) } },
	};

	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++) {
		if (r[i].nr == SYS_keyctl && !HAS(4, 5))
			continue;
		memcpy(r[i].x, both, sizeof(both));
		race(&r[i]);
	}
}

/* ---- pages that come and go ---- */

/* All that was taken, or asked for, or nothing. */
static enum version whole_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	long res = ring_int(e, 0), want = res > 0 ? res : TWO_MAX;
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	if (!len)
		return VERSION_SECOND;
	if (len != want || memcmp(p, known, len))
		return VERSION_NONE;
	return len == TWO_MAX ? VERSION_FIRST : VERSION_SECOND;
}

static void pages(void)
{
	char *m = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = m + PAGE - TWO_MAX / 2;
	char long_path[TWO_MAX];
	int fd = open("raced", O_RDWR | O_CREAT, 0600);
	struct race r[] = {
		{ "whether the data of write is there",
		  SYS_write,
		  { fd, A(at), TWO_MAX },
		  .exit = E(WRITE_X),
		  .param = { RES, OF(whole_version, long_path), CONST(64, fd),
			     CONST(32, TWO_MAX) } },
		{ "whether a path is there",
		  SYS_chdir,
		  { A(at) },
		  .exit = E(CHDIR_X),
		  .param = { RES, OF(whole_version, long_path) } },
	};

	need(m != MAP_FAILED && fd >= 0, "pages");
	memset(long_path, 'l', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = 0;
	memcpy(at, long_path, sizeof(long_path));
	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++) {
		r[i].page = m + PAGE;
		race(&r[i]);
	}
	need(!mprotect(m + PAGE, PAGE, PROT_READ), "mprotect");
	munmap(m, 2 * PAGE);
	close(fd);
}

void race_texts(void)
{
	texts();
	pages();
}
