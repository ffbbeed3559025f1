// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the current task may write a file, or may make it writable because it is its owner. Read
 * off the inode and the credentials and not asked of inode_permission(), which may sleep, and makes
 * security modules log denials of what nobody did.
 *
 * Looked at: read-only and immutable, owner, capabilities, mode, the access control list, and how
 * the mount maps owners. Not looked at: a list that the kernel has not in memory (starting a
 * program puts it there where it counts), one of more than ACL_MAX entries, security modules, and
 * file systems with rules of their own. Then the mode decides.
 */
#include "writable.h"
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/posix_acl.h>
#include <linux/uidgid.h>
#include "compat.h"

#define ACL_MAX 256

struct owner {
	kuid_t uid;
	kgid_t gid;
};

static bool has_cap(const struct cred *cred, const struct owner *owner, int cap)
{
	return cap_raised(cred->cap_effective, cap) &&
	       from_kuid(cred->user_ns, owner->uid) != (uid_t)-1 &&
	       from_kgid(cred->user_ns, owner->gid) != (gid_t)-1;
}

static bool mode_allows(const struct owner *owner, umode_t mode)
{
	return mode & (in_group_p(owner->gid) ? S_IWGRP : S_IWOTH);
}

/* What the mask leaves of a named user's or a group's entry; without a mask all of it. */
static bool masked(const struct posix_acl *acl, unsigned int n, u16 perm)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (acl->a_entries[i].e_tag == ACL_MASK)
			return perm & acl->a_entries[i].e_perm & ACL_WRITE;
	return perm & ACL_WRITE;
}

static bool acl_allows(struct file *file, const struct owner *owner, const struct posix_acl *acl,
		       unsigned int n)
{
	const struct posix_acl_entry *e;
	bool in_some = false;
	kgid_t gid;

	/* sorted: the owner, users, groups, the mask, all others */
	for (e = acl->a_entries; e < acl->a_entries + n; e++) {
		switch (e->e_tag) {
		case ACL_USER:
			if (uid_eq(compat_mapped_uid(file, e->e_uid), current_fsuid()))
				return masked(acl, n, e->e_perm);
			break;
		case ACL_GROUP_OBJ:
		case ACL_GROUP:
			gid = e->e_tag == ACL_GROUP ? compat_mapped_gid(file, e->e_gid)
						    : owner->gid;
			if (!in_group_p(gid))
				break;
			in_some = true;
			if (e->e_perm & ACL_WRITE)
				return masked(acl, n, e->e_perm);
			break;
		case ACL_OTHER:
			return !in_some && (e->e_perm & ACL_WRITE);
		}
	}
	return false;
}

static bool others_may(struct file *file, const struct owner *owner)
{
	struct inode *inode = file_inode(file);
	bool may = mode_allows(owner, inode->i_mode);
#ifdef CONFIG_FS_POSIX_ACL
	struct posix_acl *acl;

	if (!IS_POSIXACL(inode) || !(inode->i_mode & S_IRWXG))
		return may;
	rcu_read_lock();
	acl = get_cached_acl_rcu(inode, ACL_TYPE_ACCESS);
	if (!IS_ERR_OR_NULL(acl) && !is_uncached_acl(acl) && acl->a_count <= ACL_MAX)
		may = acl_allows(file, owner, acl, acl->a_count);
	rcu_read_unlock();
#endif
	return may;
}

bool may_write(struct file *file)
{
	const struct inode *inode = file_inode(file);
	const struct cred *cred = current_cred();
	struct owner owner = {
		.uid = compat_mapped_uid(file, inode->i_uid),
		.gid = compat_mapped_gid(file, inode->i_gid),
	};

	if (uid_eq(cred->fsuid, owner.uid) || has_cap(cred, &owner, CAP_FOWNER))
		return true;
	if (sb_rdonly(inode->i_sb) || IS_IMMUTABLE(inode) || !uid_valid(owner.uid) ||
	    !gid_valid(owner.gid))
		return false;
	return has_cap(cred, &owner, CAP_DAC_OVERRIDE) || others_may(file, &owner);
}
