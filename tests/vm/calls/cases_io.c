/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing: the data within the snap length, its size, and what happens without data. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "calls.h"

#define E(name) SCAP_EVT_SYSCALL_##name

static char text[10000], buf[10000];

static void plain(long fd)
{
	begin("write keeps the snap length, and the whole size");
	CALL(write, fd, text, 10);
	CALL(write, fd, text, SNAPLEN);
	CALL(write, fd, text, sizeof(text));
	CALL(write, fd, text, 0);
	end();
	want(E(WRITE_X)), w64(10), w_bytes(text, 10), w64(fd), w32(10);
	want(E(WRITE_X)), w64(SNAPLEN), w_bytes(text, SNAPLEN), w64(fd), w32(SNAPLEN);
	want(E(WRITE_X)), w64(sizeof(text)), w_bytes(text, SNAPLEN), w64(fd), w32(sizeof(text));
	want(E(WRITE_X)), w64(0), w_empty(), w64(fd), w32(0);

	begin("a write that fails keeps what was to be written");
	CALL(write, -1, text, 50);
	CALL(write, fd, BAD, 50);
	CALL(write, fd, NULL, 50);
	end();
	want(E(WRITE_X)), w64(-EBADF), w_bytes(text, 50), w64(-1), w32(50);
	want(E(WRITE_X)), w64(-EFAULT), w_empty(), w64(fd), w32(50);
	want(E(WRITE_X)), w64(-EFAULT), w_empty(), w64(fd), w32(50);

	begin("pwrite, pread");
	CALL(pwrite64, fd, text + 7, 20, 100);
	CALL(pread64, fd, buf, 20, 100);
	CALL(pread64, fd, buf, 20, -1L);
	end();
	want(E(PWRITE_X)), w64(20), w_bytes(text + 7, 20), w64(fd), w32(20), w64(100);
	want(E(PREAD_X)), w64(20), w_bytes(text + 7, 20), w64(fd), w32(20), w64(100);
	want(E(PREAD_X)), w64(-EINVAL), w_empty(), w64(fd), w32(20), w64(-1);

	lseek(fd, 10 + SNAPLEN, SEEK_SET);
	begin("read keeps what came");
	CALL(read, fd, buf, 30);
	CALL(read, fd, buf, 20000);
	CALL(read, fd, buf, 10);
	CALL(read, fd, BAD, 10);
	CALL(read, -1, buf, 0x100000005);
	end();
	want(E(READ_X)), w64(30), w_bytes(text, 30), w64(fd), w32(30);
	want(E(READ_X)), w64(sizeof(text) - 30), w_bytes(text + 30, SNAPLEN), w64(fd), w32(20000);
	want(E(READ_X)), w64(0), w_empty(), w64(fd), w32(10);
	want(E(READ_X)), w64(0), w_empty(), w64(fd), w32(10);
	want(E(READ_X)), w64(-EBADF), w_empty(), w64(-1), w32(5);
}

static void vectors(long fd)
{
	static struct iovec many[1024];
	struct iovec v[3] = { { text, 10 }, { NULL, 0 }, { text + 100, 5000 } };
	struct iovec in[2] = { { buf, 15 }, { buf + 100, 4000 } };
	struct iovec huge[2] = { { text, 0x7fffffffffffffff }, { text, 0x7fffffffffffffff } };
	struct iovec bad[2] = { { text, 4 }, { BAD, 4 } };
	char both[SNAPLEN], first[SNAPLEN], there[15];
	long self = getpid();
	int i;

	memcpy(both, text, 10), memcpy(both + 10, text + 100, SNAPLEN - 10);
	lseek(fd, 0, SEEK_SET);
	begin("writev gathers");
	CALL(writev, fd, v, 3);
	end();
	want(E(WRITEV_X)), w64(5010), w_bytes(both, SNAPLEN), w64(fd), w32(5010);

	lseek(fd, 0, SEEK_SET);
	begin("readv scatters");
	CALL(readv, fd, in, 2);
	end();
	want(E(READV_X)), w64(4015), w32(4015), w_bytes(both, SNAPLEN), w64(fd);

	begin("vectors whose length has more bits than the kernel takes");
	CALL(writev, fd, v, 0x700000003);
	lseek(fd, 0, SEEK_SET);
	CALL(readv, fd, in, 0x100000002);
	CALL(process_vm_readv, self, in, 0x100000001, v, 1, 0);
	end();
	want(E(WRITEV_X)), w64(5010), w_bytes(both, SNAPLEN), w64(fd), w32(5010);
	want(E(LSEEK_X)), w64(0), w64(fd), w64(0), w8(0);
	want(E(READV_X)), w64(4015), w32(4015), w_bytes(both, SNAPLEN), w64(fd);
	want(E(PROCESS_VM_READV_X)), w64(10), w64(self), w_bytes(text, 10);

	begin("preadv, pwritev");
	CALL(pwritev, fd, v, 1, 33, 0);
	CALL(preadv, fd, in, 1, 33, 0);
	CALL(preadv, -1, in, 1, 5, 0);
	end();
	want(E(PWRITEV_X)), w64(10), w_bytes(text, 10), w64(fd), w32(10), w64(33);
	memcpy(there, text, 10), memcpy(there + 10, text + 100 + 33, 5);
	want(E(PREADV_X)), w64(15), w32(15), w_bytes(there, 15), w64(fd), w64(33);
	want(E(PREADV_X)), w64(-EBADF), w32(0), w_empty(), w64(-1), w64(5);

	begin("vectors that are wrong");
	CALL(writev, fd, BAD, 2);
	CALL(writev, fd, v, 5000);
	CALL(writev, fd, v, -1);
	CALL(writev, fd, huge, 2);
	CALL(writev, fd, bad + 1, 1);
	CALL(readv, fd, BAD, 2);
	CALL(readv, fd, v, 0x7fffffff);
	end();
	want(E(WRITEV_X)), w64(-EFAULT), w_empty(), w64(fd), w32(0);
	want(E(WRITEV_X)), w64(-EINVAL), w_empty(), w64(fd), w32(0);
	want(E(WRITEV_X)), w64(-EINVAL), w_empty(), w64(fd), w32(0);
	want(E(WRITEV_X)), w_any(8), w_bytes(text, SNAPLEN), w64(fd), w32(0xfffffffe);
	want(E(WRITEV_X)), w64(-EFAULT), w_empty(), w64(fd), w32(4);
	want(E(READV_X)), w64(-EFAULT), w32(0), w_empty(), w64(fd);
	want(E(READV_X)), w64(-EINVAL), w32(0), w_empty(), w64(fd);

	for (i = 0; i < 1024; i++)
		many[i] = (struct iovec){ text + i, 1 };
	memcpy(first, text, SNAPLEN);
	begin("a vector of 1024 elements");
	CALL(writev, fd, many, 1024);
	end();
	want(E(WRITEV_X)), w64(1024), w_bytes(first, SNAPLEN), w64(fd), w32(1024);

	begin("process_vm_readv, process_vm_writev");
	CALL(process_vm_readv, self, in, 1, v, 1, 0);
	CALL(process_vm_writev, self, v, 1, in, 1, 0);
	CALL(process_vm_readv, 999999, in, 1, v, 1, 0);
	end();
	want(E(PROCESS_VM_READV_X)), w64(10), w64(self), w_bytes(text, 10);
	want(E(PROCESS_VM_WRITEV_X)), w64(10), w64(self), w_bytes(text, 10);
	want(E(PROCESS_VM_READV_X)), w64(-ESRCH), w64(999999), w_empty();
}

static void copies(long fd)
{
	uint64_t off = 5, off2 = 70;
	long out = open("copy", O_RDWR | O_CREAT, 0600);
	int p[2];

	need(pipe(p) == 0, "pipe");
	begin("sendfile, splice, copy_file_range");
	CALL(sendfile, out, fd, &off, 100);
	CALL(sendfile, out, -1, NULL, 7);
	CALL(splice, fd, &off2, p[1], NULL, 50, 1 | 4);
	CALL(copy_file_range, fd, &off2, out, NULL, 0, 0);
	end();
	want(E(SENDFILE_X)), w64(100), w64(105), w64(out), w64(fd), w64(100);
	want(E(SENDFILE_X)), w64(-EBADF), w64(0), w64(out), w64(-1), w64(7);
	want(E(SPLICE_X)), w64(50), w64(fd), w64(p[1]), w64(50), w32(5);
	want(E(COPY_FILE_RANGE_X)), w64(0), w64(out), w64(0), w64(fd), w64((uintptr_t)&off2);
	w64(0);
	close(out), close(p[0]), close(p[1]);
}

/* The page behind the buffer is missing: what is asked for cannot be read, what came can. */
static void edge(long fd)
{
	char *m = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long ret;

	need(m != MAP_FAILED && munmap(m + 4096, 4096) == 0, "mmap");
	memcpy(m + 4000, text, 96);
	strcpy(m + 4090, "12345");
	memset(m + 4080, 'x', 16);
	begin("data at the edge of a mapping");
	ret = CALL(write, fd, m + 4000, 200);
	CALL(write, fd, m + 4000, 80);
	CALL(chdir, m + 4080);
	end();
	want(E(WRITE_X)), w64(ret), ret > 0 ? w_bytes(m + 4000, ret) : w_empty(), w64(fd), w32(200);
	want(E(WRITE_X)), w64(80), w_bytes(text, 80), w64(fd), w32(80);
	want(E(CHDIR_X)), w64(-EFAULT), w_empty();
	munmap(m, 4096);
}

void cases_io(void)
{
	size_t i;
	long fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, "a file");
	for (i = 0; i < sizeof(text); i++)
		text[i] = 'a' + i % 23;
	plain(fd);
	vectors(fd);
	copies(fd);
	edge(fd);
	close(fd);
}
