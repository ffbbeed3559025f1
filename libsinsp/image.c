/* SPDX-License-Identifier: BSD-2-Clause */
/* What of each structure goes into a keyframe. */
#include "image.h"

#define ROW(type, member, k)                                           \
	{                                                              \
		.at = offsetof(struct type, member), .kind = IMAGE_##k \
	}
#define TABLE(t)                              \
	{                                     \
		t, sizeof(t) / sizeof((t)[0]) \
	}

/* Not here: leader, container, descriptors, and the parent, by which threads are found. */
static const struct image_field thread_fields[] = {
	ROW(thread, pub.tid, S64),
	ROW(thread, pub.pid, S64),
	ROW(thread, pub.vtid, S64),
	ROW(thread, pub.vpid, S64),
	ROW(thread, pub.sid, S64),
	ROW(thread, pub.pgid, S64),
	ROW(thread, pub.vpgid, S64),
	ROW(thread, pub.comm, STR),
	ROW(thread, pub.exe, STR),
	ROW(thread, pub.exepath, STR),
	ROW(thread, pub.cwd, STR),
	ROW(thread, pub.root, STR),
	ROW(thread, pub.args, BYTES),
	ROW(thread, pub.env, BYTES),
	ROW(thread, pub.cgroups, BYTES),
	ROW(thread, pub.flags, U32),
	ROW(thread, pub.uid, U32),
	ROW(thread, pub.gid, U32),
	ROW(thread, pub.loginuid, U32),
	ROW(thread, pub.tty, U32),
	ROW(thread, pub.fdlimit, S64),
	ROW(thread, pub.cap_inheritable, U64),
	ROW(thread, pub.cap_permitted, U64),
	ROW(thread, pub.cap_effective, U64),
	ROW(thread, pub.exe_writable, BOOL),
	ROW(thread, pub.exe_upper_layer, BOOL),
	ROW(thread, pub.exe_lower_layer, BOOL),
	ROW(thread, pub.exe_from_memfd, BOOL),
	ROW(thread, pub.exe_ino, U64),
	ROW(thread, pub.exe_ino_ctime, U64),
	ROW(thread, pub.exe_ino_mtime, U64),
	ROW(thread, pub.vmsize_kb, U32),
	ROW(thread, pub.vmrss_kb, U32),
	ROW(thread, pub.vmswap_kb, U32),
	ROW(thread, pub.pfmajor, U64),
	ROW(thread, pub.pfminor, U64),
	ROW(thread, pub.pidns_init_start_ts, U64),
	ROW(thread, pub.clone_ts, U64),
	ROW(thread, pub.exec_ts, U64),
	ROW(thread, pub.last_ts, U64),
	ROW(thread, pub.cpu_ns, U64),
	ROW(thread, pub.placeholder, BOOL),
	ROW(thread, pub.reaper, BOOL),
	ROW(thread, pub.dead, BOOL),
	ROW(thread, pub.nthreads, U32),
	ROW(thread, pub.doubt, U8),
	ROW(thread, pub.losses, U32),
	ROW(thread, born, U64),
	ROW(thread, by_child, BOOL),
};

static const struct image_field fd_fields[] = {
	ROW(sinsp_fd, type, U8),	 ROW(sinsp_fd, l4proto, U8),
	ROW(sinsp_fd, role, U8),	 ROW(sinsp_fd, cloexec, BOOL),
	ROW(sinsp_fd, connected, BOOL),	 ROW(sinsp_fd, pending, BOOL),
	ROW(sinsp_fd, socket_proto, U8), ROW(sinsp_fd, open_flags, U32),
	ROW(sinsp_fd, mode, U32),	 ROW(sinsp_fd, dev, U32),
	ROW(sinsp_fd, ino, U64),	 ROW(sinsp_fd, sip, IP),
	ROW(sinsp_fd, dip, IP),		 ROW(sinsp_fd, sport, U16),
	ROW(sinsp_fd, dport, U16),	 ROW(sinsp_fd, unix_src, U64),
	ROW(sinsp_fd, unix_dst, U64),	 ROW(sinsp_fd, name, STR),
	ROW(sinsp_fd, doubt, U8),	 ROW(sinsp_fd, losses, U32),
	ROW(sinsp_fd, name_raw, STR),
};

/* Not here: labels. */
static const struct image_field container_fields[] = {
	ROW(container, pub.id, STR),
	ROW(container, pub.full_id, STR),
	ROW(container, pub.owner, STR),
	ROW(container, pub.type, ENUM),
	ROW(container, pub.name, STR),
	ROW(container, pub.image, STR),
	ROW(container, pub.image_id, STR),
	ROW(container, pub.image_repo, STR),
	ROW(container, pub.image_tag, STR),
	ROW(container, pub.image_digest, STR),
	ROW(container, pub.pod_name, STR),
	ROW(container, pub.pod_namespace, STR),
	ROW(container, pub.pod_uid, STR),
	ROW(container, pub.pod_sandbox_id, STR),
	ROW(container, pub.ip, STR),
	ROW(container, pub.mounts, STR),
	ROW(container, pub.healthcheck, STR),
	ROW(container, pub.liveness_probe, STR),
	ROW(container, pub.readiness_probe, STR),
	ROW(container, pub.cni_json, STR),
	ROW(container, pub.pod_labels, STR),
	ROW(container, pub.kube, STR),
	ROW(container, pub.annotations, STR),
	ROW(container, pub.user, STR),
	ROW(container, pub.command, STR),
	ROW(container, pub.env, STR),
	ROW(container, pub.ports, STR),
	ROW(container, pub.capabilities, STR),
	ROW(container, pub.memory_limit, S64),
	ROW(container, pub.swap_limit, S64),
	ROW(container, pub.cpu_shares, S64),
	ROW(container, pub.cpu_quota, S64),
	ROW(container, pub.cpu_period, S64),
	ROW(container, pub.cpuset_cpu_count, S64),
	ROW(container, pub.host_pid, BOOL),
	ROW(container, pub.host_network, BOOL),
	ROW(container, pub.host_ipc, BOOL),
	ROW(container, pub.is_pod_sandbox, BOOL),
	ROW(container, pub.privileged, BOOL),
	ROW(container, pub.has_metadata, BOOL),
	ROW(container, pub.announced, BOOL),
	ROW(container, pub.created, U64),
	ROW(container, pub.first_ts, U64),
	ROW(container, pub.last_ts, U64),
	ROW(container, pub.ended, U64),
	ROW(container, pub.exit_code, U32),
	ROW(container, pub.oom_kills, U64),
	ROW(container, init, S64),
};

static const struct image_field user_fields[] = {
	ROW(scap_user, uid, U32),  ROW(scap_user, gid, U32),   ROW(scap_user, name, STR),
	ROW(scap_user, home, STR), ROW(scap_user, shell, STR),
};

static const struct image_field group_fields[] = {
	ROW(scap_group, gid, U32),
	ROW(scap_group, name, STR),
};

static const struct image_field inspector_fields[] = {
	ROW(sinsp, first_ts, U64), ROW(sinsp, start_ts, U64),	      ROW(sinsp, at_head, BOOL),
	ROW(sinsp, purged, U64),   ROW(sinsp, containers.limit, U64), ROW(sinsp, losses, U32),
};

const struct image_table image_thread = TABLE(thread_fields);
const struct image_table image_fd = TABLE(fd_fields);
const struct image_table image_container = TABLE(container_fields);
const struct image_table image_user = TABLE(user_fields);
const struct image_table image_group = TABLE(group_fields);
const struct image_table image_inspector = TABLE(inspector_fields);

static size_t size_of(uint8_t kind)
{
	switch ((enum image_kind)kind) {
	case IMAGE_BOOL:
		return sizeof(bool);
	case IMAGE_U8:
		return sizeof(uint8_t);
	case IMAGE_U16:
		return sizeof(uint16_t);
	case IMAGE_U32:
		return sizeof(uint32_t);
	case IMAGE_U64:
	case IMAGE_S64:
		return sizeof(uint64_t);
	case IMAGE_ENUM:
		return sizeof(int);
	case IMAGE_IP:
		return 16;
	case IMAGE_STR:
	case IMAGE_BYTES:
		break;
	}
	return 0;
}

bool image_same(const struct image_field *f, const void *a, const void *b)
{
	const void *x = (const char *)a + f->at, *y = (const char *)b + f->at;
	struct scap_bytes p, q;
	const char *s, *t;

	switch (f->kind) {
	case IMAGE_STR:
		memcpy(&s, x, sizeof(s));
		memcpy(&t, y, sizeof(t));
		return strcmp(s, t) == 0;
	case IMAGE_BYTES:
		memcpy(&p, x, sizeof(p));
		memcpy(&q, y, sizeof(q));
		return p.len == q.len && memcmp(p.ptr, q.ptr, p.len) == 0;
	default:
		return memcmp(x, y, size_of(f->kind)) == 0;
	}
}
