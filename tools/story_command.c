/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and command lines of processes, as they could be typed. */
#include <string.h>

#include "story.h"

/* Programs that start themselves through /proc/self/exe, or from a copy in memory, are better known
 * by their argv[0]. */
const char *story_name_of(const struct sinsp_thread *t)
{
	const char *slash = strrchr(t->exe, '/');

	if ((strcmp(t->comm, "exe") != 0 && strncmp(t->comm, "memfd:", 6) != 0) || !t->exe[0])
		return t->comm;
	return slash ? slash + 1 : t->exe;
}

/* One word of a command line, quoted where a shell would need it. */
static void add_word(struct sinsp_text *out, const char *word, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./:,@%";
	size_t i;

	for (i = 0; i < len && strchr(plain, word[i]); i++)
		;
	if (len && i == len) {
		sinsp_text_add(out, word, len);
		return;
	}
	sinsp_text_add(out, "'", 1);
	for (i = 0; i < len; i++) {
		if (word[i] == '\'')
			sinsp_text_puts(out, "'\\''");
		else
			sinsp_text_add(out, word + i, 1);
	}
	sinsp_text_add(out, "'", 1);
}

/* The command line as it could be typed: argv[0] first, unlike proc.cmdline. */
void story_command(const struct sinsp_thread *t, struct sinsp_text *out)
{
	const char *arg = t->args.ptr, *end = arg + t->args.len;
	size_t n;

	if (!t->exe[0]) { /* threads of the kernel have a name only */
		sinsp_text_printf(out, "[%s]", t->comm);
		return;
	}
	add_word(out, t->exe, strlen(t->exe));
	for (; arg < end; arg += n + 1) {
		n = strnlen(arg, (size_t)(end - arg));
		sinsp_text_add(out, " ", 1);
		add_word(out, arg, n);
	}
}
