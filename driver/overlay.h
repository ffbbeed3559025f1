/* SPDX-License-Identifier: GPL-2.0-only */
/* Which layer of an overlay file system a file lies in. */
#ifndef SCAP_OVERLAY_H
#define SCAP_OVERLAY_H

#include <linux/fs.h>
#include <linux/magic.h>

enum overlay_layer { OVERLAY_NONE, OVERLAY_UPPER, OVERLAY_LOWER };

enum overlay_layer overlay_find(const struct file *file);

/* The caller holds the file. OVERLAY_NONE: on no overlay, no regular file, or not known. */
static inline enum overlay_layer overlay_layer(const struct file *file)
{
	if (likely(file_inode(file)->i_sb->s_magic != OVERLAYFS_SUPER_MAGIC))
		return OVERLAY_NONE;
	return overlay_find(file);
}

/* After the last probe. */
void overlay_exit(void);

#endif
