// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which layer of an overlay file system a file lies in.
 *
 * overlayfs exports nothing, but its dentries have the operation d_real: the dentry of the layer
 * that serves the file, without lock, sleep or allocation for a file that is open. It does not say
 * which layer that is: often both are on one file system. So the words behind the VFS inode in
 * overlayfs's own inode are compared with it, and are never followed before:
 *
 *   word 0   the upper layer's dentry, or NULL                       5.10 to 6.12
 *   word 1   the lower inode                                         5.10
 *            or a structure of layers, with the first dentry in it   6.12
 *   word 2   the lower dentry                                        6.1
 *
 * Only what is found in its place counts: for the upper layer word 0 is the dentry that d_real has
 * returned, for the lower one word 0 is NULL and the dentry, or its inode, stands in one of the
 * other places. Anything else, a kernel with other words say, is not known: no flag, and said once.
 * So are files of which the layers share the content (metacopy, on kernels before d_real could be
 * asked for the metadata) and overlays on overlays.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include "overlay.h"
#include <linux/dcache.h>
#include <linux/irq_work.h>
#include <linux/uaccess.h>
#include "compat.h"

/* Where the first dentry stands in the structure of layers: a count, a pointer, this. */
#define LAYERS_DENTRY (2 * sizeof(void *))

/* Probes may not print. */
static void tell_unknown(struct irq_work *work)
{
	pr_info("the layer of a file on an overlay is not known; such files are not marked\n");
}
static DEFINE_IRQ_WORK(unknown, tell_unknown);
static bool told;

static enum overlay_layer not_known(void)
{
	if (!READ_ONCE(told)) {
		WRITE_ONCE(told, true);
		irq_work_queue(&unknown);
	}
	return OVERLAY_NONE;
}

static bool is_lower(const unsigned long *words, const struct dentry *real)
{
	unsigned long first;

	if (words[1] == (unsigned long)d_inode(real) || words[2] == (unsigned long)real)
		return true;
	return !copy_from_kernel_nofault(&first, (void *)(words[1] + LAYERS_DENTRY),
					 sizeof(first)) &&
	       first == (unsigned long)real;
}

static enum overlay_layer find_once(const struct file *file)
{
	const struct dentry *real;
	unsigned long words[3];

	if (copy_from_kernel_nofault(words, file_inode(file) + 1, sizeof(words)))
		return OVERLAY_NONE;
	real = compat_d_real(file->f_path.dentry);
	if (IS_ERR_OR_NULL(real))
		return OVERLAY_NONE;
	if (words[0])
		return words[0] == (unsigned long)real ? OVERLAY_UPPER : OVERLAY_NONE;
	return is_lower(words, real) ? OVERLAY_LOWER : OVERLAY_NONE;
}

enum overlay_layer overlay_find(const struct file *file)
{
	enum overlay_layer layer;

	/* of O_PATH the content was never asked for, and some kernels would look for it now */
	if (!S_ISREG(file_inode(file)->i_mode) || file->f_mode & FMODE_PATH)
		return OVERLAY_NONE;
	layer = find_once(file);
	/* a file may be copied up between the two looks, which happens once */
	if (layer == OVERLAY_NONE)
		layer = find_once(file);
	return layer == OVERLAY_NONE ? not_known() : layer;
}

void overlay_exit(void)
{
	irq_work_sync(&unknown);
}
