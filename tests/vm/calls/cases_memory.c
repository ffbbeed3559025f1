/* SPDX-License-Identifier: BSD-2-Clause */
/* The address space: what is asked for, and its size afterwards. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "calls.h"

#define E(name) SCAP_EVT_SYSCALL_##name

static unsigned long resident;

/* Also notes what of it is resident; and makes it no larger. */
unsigned long vm_size(void)
{
	char buf[200] = "";
	unsigned long pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY);

	need(fd >= 0 && read(fd, buf, sizeof(buf) - 1) > 0, "/proc/self/statm");
	close(fd);
	sscanf(buf, "%lu %lu", &pages, &resident);
	resident *= 4;
	return pages * 4;
}

/* The kernel counts up to 64 pages of each of three kinds per task or CPU before it adds them. */
#define RESIDENT_FUZZ (3 * 2 * 64 * 4)

void w_vm(unsigned long size)
{
	w32(size), w_near32(resident, RESIDENT_FUZZ), w32(0);
}

void cases_memory(void)
{
	long fd = open("data", O_RDONLY), a, b, p;
	unsigned long size;

	begin("mmap of nothing, with every flag");
	a = CALL(mmap, NULL, 40960, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_POPULATE, -1, 0);
	end();
	need(a > 0, "mmap");
	size = vm_size();
	want(E(MMAP_X)), w64(a), w_vm(size), w64(0), w64(40960), w32(3);
	w32(SCAP_MAP_PRIVATE | SCAP_MAP_ANONYMOUS | SCAP_MAP_NORESERVE | SCAP_MAP_POPULATE);
	w64(-1), w64(0);

	begin("mmap of a file, and a failed one");
	b = CALL(mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 4096);
	CALL(mmap, 1, 0, PROT_NONE, MAP_PRIVATE | MAP_FIXED, 99, 7);
	end();
	need(b > 0, "mmap");
	size = vm_size();
	want(E(MMAP_X)), w64(b), w_vm(size), w64(0), w64(4096), w32(5), w32(SCAP_MAP_SHARED);
	w64(fd), w64(4096);
	want(E(MMAP_X)), w64(-EINVAL), w_vm(size), w64(1), w64(0), w32(0);
	w32(SCAP_MAP_PRIVATE | SCAP_MAP_FIXED), w64(99), w64(7);

	begin("mprotect, mlock, munlock, mlock2, mlockall, munlockall");
	CALL(mprotect, a, 4096, PROT_READ);
	CALL(mprotect, 1, 4096, PROT_WRITE | PROT_GROWSDOWN);
	CALL(mlock, a, 100);
	CALL(munlock, a, 100);
	CALL(mlock2, a, 100, 1);
	CALL(mlockall, 1 | 4);
	end();
	want(E(MPROTECT_X)), w64(0), w64(a), w64(4096), w32(SCAP_PROT_READ);
	want(E(MPROTECT_X)), w64(-EINVAL), w64(1), w64(4096);
	w32(SCAP_PROT_WRITE | SCAP_PROT_GROWSDOWN);
	want(E(MLOCK_X)), w64(0), w64(a), w64(100);
	want(E(MUNLOCK_X)), w64(0), w64(a), w64(100);
	want(E(MLOCK2_X)), w64(0), w64(a), w64(100), w32(1);
	want(E(MLOCKALL_X)), w64(0), w32(5);

	begin("munmap");
	CALL(munmap, a, 40960);
	CALL(munmap, 1, 5);
	end();
	size = vm_size();
	want(E(MUNMAP_X)), w64(0), w_vm(size), w64(a), w64(40960);
	want(E(MUNMAP_X)), w64(-EINVAL), w_vm(size), w64(1), w64(5);

	begin("brk");
	p = CALL(brk, 0);
	end();
	size = vm_size();
	want(E(BRK_4_X)), w64(p), w_vm(size), w64(0);

	begin("memfd_create and userfaultfd");
	p = CALL(memfd_create, "a name", 1);
	CALL(memfd_create, BAD, 0);
	CALL(userfaultfd, 0x7fff0000);
	end();
	want(E(MEMFD_CREATE_X)), w64(p), w_str("a name"), w32(1);
	want(E(MEMFD_CREATE_X)), w64(-EFAULT), w_empty(), w32(0);
	want(E(USERFAULTFD_X)), w64(-EINVAL), w32(0x7fff0000);
	close(p), close(fd);
	munmap((void *)b, 4096);
}
