/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that may be read while events wait, and those that may not. */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../libsinsp/containers.h"
#include "../../libsinsp/local_file.h"
#include "../../libsinsp/runtime.h"

static char root[] = "/tmp/test_local_file.XXXXXX";

static const char *at(const char *path)
{
	static char full[2][PATH_MAX];
	static unsigned int i;

	i = !i;
	snprintf(full[i], sizeof(full[i]), "%s%s", root, path);
	return full[i];
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(at(path), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
}

static void make_folder(const char *path)
{
	CU_ASSERT_EQUAL(mkdir(at(path), 0755), 0);
}

static void make_link(const char *to, const char *path)
{
	CU_ASSERT_EQUAL(symlink(to, at(path)), 0);
}

static void begin(void)
{
	strcpy(root, "/tmp/test_local_file.XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	make_folder("/a");
	make_folder("/a/b");
	put("/a/b/c", "inside");
}

static int rm(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void end(void)
{
	nftw(root, rm, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The text of file @path; "" if it is not opened, with errno as local_open() sets it. */
static const char *text_of(struct local_files *l, const char *path)
{
	static char text[64];
	int fd = local_open(l, root, path, false);
	ssize_t n;

	*text = '\0';
	if (fd < 0)
		return text;
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	return text;
}

static void opens_files_and_folders(void)
{
	int fd;

	begin();
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/a/b/c"), "inside");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "a//b/./c"), "inside");
	CU_ASSERT_EQUAL(local_open(NULL, root, "/a/b/none", false), -1);
	CU_ASSERT_EQUAL(errno, ENOENT);
	CU_ASSERT_EQUAL(local_open(NULL, root, "/a/b/c/d", false), -1);
	CU_ASSERT_EQUAL(local_open(NULL, root, "/a/b", false), -1);
	CU_ASSERT_EQUAL(local_open(NULL, root, "/a/b/c", true), -1);
	CU_ASSERT_EQUAL(local_open(NULL, at("/none"), "/c", false), -1);
	fd = local_open(NULL, root, "/a/b", true);
	CU_ASSERT(fd >= 0);
	CU_ASSERT_EQUAL(faccessat(fd, "c", F_OK, 0), 0);
	close(fd);
	end();
}

static void nothing_but_regular_files_is_read(void)
{
	begin();
	CU_ASSERT_EQUAL(mkfifo(at("/a/fifo"), 0644), 0);
	make_link("b/c", "/a/last");
	CU_ASSERT_EQUAL(local_open(NULL, root, "/a/fifo", false), -1);
	CU_ASSERT_EQUAL(local_open(NULL, root, "/a/last", false), -1);
	CU_ASSERT_EQUAL(errno, ELOOP);
	end();
}

/* As if @root were the root folder: of this machine's own files nothing is found. */
static void links_stay_below_the_root(void)
{
	char out[PATH_MAX];

	begin();
	snprintf(out, sizeof(out), "%.*s", (int)sizeof(out) - 1, root);
	make_link("/a/b", "/absolute");
	make_link("../../../../a/b", "/a/up");
	make_link("../a/./b/../b", "/a/round");
	make_link("absolute", "/chain");
	make_link(out, "/out");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/absolute/c"), "inside");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/a/up/c"), "inside");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/a/round/c"), "inside");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/chain/c"), "inside");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/../../a/b/c"), "inside");
	CU_ASSERT_STRING_EQUAL(text_of(NULL, "/out/a/b/c"), "");
	end();
}

static void links_come_to_an_end(void)
{
	char path[PATH_MAX], to[PATH_MAX];
	size_t i;

	begin();
	make_link("loop/x", "/loop");
	make_link("/two", "/one");
	make_link("/one", "/two");
	CU_ASSERT_EQUAL(local_open(NULL, root, "/loop/c", false), -1);
	CU_ASSERT_EQUAL(errno, ELOOP);
	CU_ASSERT_EQUAL(local_open(NULL, root, "/one/c", false), -1);
	CU_ASSERT_EQUAL(errno, ELOOP);
	/* text that grows with each link */
	for (i = 0; i + 3 < sizeof(to); i += 2)
		memcpy(to + i, "./", 3);
	memcpy(to + i - 4, "long", 5);
	make_link(to, "/long");
	snprintf(path, sizeof(path), "/long/%.*s", 2000, to);
	CU_ASSERT_EQUAL(local_open(NULL, root, path, false), -1);
	end();
}

static void mounts_are_read_off_their_lines(void)
{
	char escaped[] = "31 23 0:28 / /a\\040b\\\\x\\134 rw shared:1 master:2 - ext4 /dev/vda rw";
	char plain[] = "7 1 0:2 /x /y rw - fuse.sshfs me@there:/ rw";
	char network[] = "7 1 0:2 / /y rw - nfs4 there:/ rw";
	char cut[] = "7 1 0:2 / /y rw shared:4", none[] = "", few[] = "1 2 3";
	struct local_mount row;

	CU_ASSERT_TRUE(local_mounts_parse(escaped, &row));
	CU_ASSERT_EQUAL(row.id, 31);
	CU_ASSERT_EQUAL(row.parent, 23);
	CU_ASSERT_STRING_EQUAL(row.point, "/a b\\\\x\\");
	CU_ASSERT_TRUE(row.local);
	CU_ASSERT_TRUE(local_mounts_parse(plain, &row));
	CU_ASSERT_STRING_EQUAL(row.point, "/y");
	CU_ASSERT_FALSE(row.local);
	CU_ASSERT_TRUE(local_mounts_parse(network, &row));
	CU_ASSERT_FALSE(row.local);
	CU_ASSERT_FALSE(local_mounts_parse(cut, &row));
	CU_ASSERT_FALSE(local_mounts_parse(none, &row));
	CU_ASSERT_FALSE(local_mounts_parse(few, &row));
}

/* /proc is another one than that of the root folder, and its files are not what is looked for. */
static void other_file_systems_are_not_entered(void)
{
	struct local_files l = { 0 };

	CU_ASSERT_EQUAL(local_open(&l, "", "/proc/version", false), -1);
	CU_ASSERT_EQUAL(errno, EXDEV);
	CU_ASSERT_EQUAL(l.refused, 1);
	local_files_clear(&l);
}

/* ---- with file systems of our own ---- */

/* One whose server has never answered and never will; what asks it waits. */
static bool mount_silent(const char *path)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];

	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%u,group_id=%u", fd,
		 getuid(), getgid());
	return fd >= 0 && mount("silent", path, "fuse", 0, options) == 0;
}

static bool in_own_mounts(void)
{
	return (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

#define CANNOT_MOUNT 77

static int read_beside_a_silent_one(void)
{
	struct local_files l = { 0 };
	struct sinsp_container c;
	struct intern *pool = intern_new();
	const struct runtime_files from = { .root = root, .local = &l };
	bool found;

	alarm(20);
	if (!in_own_mounts() || mount("t", at("/mem"), "tmpfs", 0, NULL) ||
	    !mount_silent(at("/silent")) || mkdir(at("/mem/silent"), 0755) ||
	    !mount_silent(at("/mem/silent")) || mount("t", at("/over"), "tmpfs", 0, NULL) ||
	    !mount_silent(at("/over")) || !mount_silent(at("/under")) ||
	    mount("t", at("/under"), "tmpfs", 0, NULL))
		return CANNOT_MOUNT;
	put("/mem/file", "in memory");
	put("/under/file", "on top");
	make_link("/silent", "/mem/link");
	if (strcmp(text_of(&l, "/mem/file"), "in memory") != 0 ||
	    strcmp(text_of(&l, "/mem/../mem/file"), "in memory") != 0 ||
	    strcmp(text_of(&l, "/under/file"), "on top") != 0 || l.refused)
		return 1;
	if (*text_of(&l, "/silent/file") || *text_of(&l, "/mem/silent/file") ||
	    *text_of(&l, "/over/file") || *text_of(&l, "/mem/link/file") || l.refused != 4)
		return 2;
	/* it is mounted after the list was read */
	if (mount("t", at("/later"), "tmpfs", 0, NULL))
		return CANNOT_MOUNT;
	put("/later/file", "later");
	if (strcmp(text_of(&l, "/later/file"), "later") != 0 || !mount_silent(at("/later")) ||
	    *text_of(&l, "/later/file"))
		return 3;
	containers_init_one(&c);
	c.type = SINSP_CT_CUSTOM;
	c.id = c.full_id = "job";
	found = runtime_lookup(&from, &c, pool, "/silent/bundle");
	intern_free(pool);
	local_files_clear(&l);
	return found ? 4 : 0;
}

static void a_server_that_never_answers_is_not_asked(void)
{
	static const char *const folders[] = { "/mem", "/silent", "/over", "/under", "/later" };
	int status = 0;
	size_t i;
	pid_t pid;

	begin();
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_folder(folders[i]);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(read_beside_a_silent_one());
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	if (status == CANNOT_MOUNT << 8)
		printf("    not tested: nothing can be mounted here (in a guest it can)\n");
	else
		CU_ASSERT_EQUAL(status, 0);
	end();
}

SUITE("local_file", TEST(opens_files_and_folders), TEST(nothing_but_regular_files_is_read),
      TEST(links_stay_below_the_root), TEST(links_come_to_an_end),
      TEST(mounts_are_read_off_their_lines), TEST(other_file_systems_are_not_entered),
      TEST(a_server_that_never_answers_is_not_asked))
