// SPDX-License-Identifier: GPL-2.0-only
/* The memory of a ring, and its mapping into the reader. */
#include "ring.h"
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>
#include "compat.h"

/* Offsets are 32 bits and the data is mapped twice. */
#define RING_SIZE_MAX (1ul << 30)

/* A ring may be large: no OOM killer for it, and no message, the caller says what went wrong. */
#define RING_GFP (GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

bool ring_size_ok(unsigned long bytes)
{
	return bytes > 2 * PAGE_SIZE && bytes <= RING_SIZE_MAX && is_power_of_2(bytes);
}

static void free_pages_of(struct ring *ring)
{
	unsigned int i, n = ring->size >> PAGE_SHIFT;

	for (i = 0; ring->pages && i < n; i++)
		if (ring->pages[i])
			__free_page(ring->pages[i]);
	kvfree(ring->pages);
}

/* All pages, listed twice; the list holds those that were got when it fails. */
static int alloc_pages_of(struct ring *ring, int node)
{
	unsigned int i, n = ring->size >> PAGE_SHIFT;

	ring->pages = kvcalloc(2 * n, sizeof(*ring->pages), GFP_KERNEL);
	if (!ring->pages)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		ring->pages[i] = alloc_pages_node(node, RING_GFP, 0);
		if (!ring->pages[i])
			return -ENOMEM;
		ring->pages[n + i] = ring->pages[i];
	}
	return 0;
}

struct ring *ring_alloc(struct consumer *c, int cpu, u32 size)
{
	struct ring *ring = kzalloc_node(sizeof(*ring), GFP_KERNEL, cpu_to_node(cpu));
	struct page *info;

	if (!ring)
		return NULL;
	ring->consumer = c;
	ring->size = size;
	ring->mask = size - 1;
	wake_init(&ring->wake);
	info = alloc_pages_node(cpu_to_node(cpu), RING_GFP, 0);
	if (!info)
		goto out;
	ring->info = page_address(info);
	if (alloc_pages_of(ring, cpu_to_node(cpu)))
		goto out;
	ring->data = vmap(ring->pages, 2 * (size >> PAGE_SHIFT), VM_MAP, PAGE_KERNEL);
	if (!ring->data)
		goto out;
	return ring;
out:
	ring_free(ring);
	return NULL;
}

void ring_free(struct ring *ring)
{
	if (!ring)
		return;
	wake_end(&ring->wake);
	vunmap(ring->data);
	free_pages_of(ring);
	free_page((unsigned long)ring->info);
	kfree(ring);
}

void ring_reset(struct ring *ring)
{
	ring->head = 0;
	ring->room = 0;
	ring->sampled_out = false;
	ring->wake_room = 0;
	WRITE_ONCE(ring->wake.due, false);
	memset(&ring->lost, 0, sizeof(ring->lost));
	memset(ring->info, 0, sizeof(*ring->info));
}

static int map_data(struct ring *ring, struct vm_area_struct *vma)
{
	unsigned long i, n = 2 * (ring->size >> PAGE_SHIFT);
	int err = 0;

	if (vma->vm_flags & VM_WRITE)
		return -EIO;
	/* nor by mprotect() later */
	compat_vm_flags(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);
	for (i = 0; !err && i < n; i++)
		err = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT), ring->pages[i]);
	return err;
}

int ring_mmap(struct ring *ring, struct vm_area_struct *vma)
{
	unsigned long len = vma->vm_end - vma->vm_start;

	if (vma->vm_pgoff)
		return -EIO;
	if (len <= PAGE_SIZE) {
		compat_vm_flags(vma, VM_DONTEXPAND | VM_DONTDUMP, 0);
		return vm_insert_page(vma, vma->vm_start, virt_to_page(ring->info));
	}
	if (len == 2ul * ring->size)
		return map_data(ring, vma);
	return -EIO;
}
