/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the tables of fields and events, in the layout that sysdig's users know. */
#include "listing.h"

#include <stdio.h>
#include <string.h>

#include "sinsp.h"

#define NAME_WIDTH 30
#define LINE_WIDTH 100
#define SYSCALLS   512 /* rows of scap_syscall_info() */

struct field_list {
	const char *class_name;
	bool with_types;
};

/* Prints @text from column @column on, wrapped between words and indented to NAME_WIDTH. */
static void print_wrapped(const char *text, size_t column)
{
	size_t n;

	while (*text) {
		n = strcspn(text, " ");
		if (column > NAME_WIDTH && column + n > LINE_WIDTH) {
			printf("\n%*s", NAME_WIDTH, "");
			column = NAME_WIDTH;
		}
		printf("%.*s", (int)n, text);
		column += n + 1;
		text += n;
		if (*text)
			text++;
		if (*text && column + strcspn(text, " ") <= LINE_WIDTH)
			putchar(' ');
	}
	putchar('\n');
}

static void print_field(const struct sinsp_field_doc *f, void *arg)
{
	struct field_list *list = arg;
	char head[512];
	int n = 0;

	if (!list->class_name || strcmp(list->class_name, f->class_name) != 0) {
		const char *doc = sinsp_field_class_doc(f->class_name);

		printf("-------------------------------\nField Class:                  %s\n",
		       f->class_name);
		if (doc) {
			printf("%-*s", NAME_WIDTH, "Description:");
			print_wrapped(doc, NAME_WIDTH);
		}
		putchar('\n');
		list->class_name = f->class_name;
	}
	if (strlen(f->name) < NAME_WIDTH)
		printf("%-*s", NAME_WIDTH, f->name);
	else
		printf("%s\n%*s", f->name, NAME_WIDTH, "");
	head[0] = '\0';
	if (list->with_types)
		n = snprintf(head, sizeof(head), "(Type: %s) ", f->type);
	if (f->arg)
		n += snprintf(head + n, sizeof(head) - (size_t)n, "(%s) ", f->arg);
	printf("%s", head);
	print_wrapped(f->doc, NAME_WIDTH + (size_t)n);
}

void listing_fields(bool with_types)
{
	struct field_list list = { .with_types = with_types };

	sinsp_each_field(print_field, &list);
}

/* What would end a cell of a table. */
static void print_cell(const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
}

static void print_row(const struct sinsp_field_doc *f, void *arg)
{
	struct field_list *list = arg;
	const char *doc = sinsp_field_class_doc(f->class_name);

	if (!list->class_name || strcmp(list->class_name, f->class_name) != 0) {
		printf("%s## Field Class: %s\n\n", list->class_name ? "\n" : "", f->class_name);
		if (doc)
			printf("%s\n\n", doc);
		printf("Name | Type | Description\n:----|:-----|:-----------\n");
		list->class_name = f->class_name;
	}
	printf("`%s` | %s | ", f->name, f->type);
	if (f->arg)
		printf("(%s) ", f->arg);
	print_cell(f->doc);
	putchar('\n');
}

void listing_markdown(void)
{
	struct field_list list = { .class_name = NULL };

	sinsp_each_field(print_row, &list);
}

static const char *const type_names[PT_MAX] = {
	"NONE",
	"INT8",
	"INT16",
	"INT32",
	"INT64",
	"UINT8",
	"UINT16",
	"UINT32",
	"UINT64",
	"CHARBUF",
	"BYTEBUF",
	"ERRNO",
	"SOCKADDR",
	"SOCKTUPLE",
	"FD",
	"PID",
	"FDLIST",
	"FSPATH",
	"SYSCALLID",
	"SIGTYPE",
	"RELTIME",
	"ABSTIME",
	"PORT",
	"L4PROTO",
	"SOCKFAMILY",
	"BOOL",
	"IPV4ADDR",
	"DYNAMIC",
	"FLAGS8",
	"FLAGS16",
	"FLAGS32",
	"UID",
	"GID",
	"DOUBLE",
	"SIGSET",
	"CHARBUFARRAY",
	"CHARBUF_PAIR_ARRAY",
	"IPV4NET",
	"IPV6ADDR",
	"IPV6NET",
	"IPADDR",
	"IPNET",
	"MODE",
	"FSRELPATH",
	"ENUMFLAGS8",
	"ENUMFLAGS16",
	"ENUMFLAGS32",
	"FD32",
	"PID32",
};

static void print_event(uint16_t type, const struct scap_event_info *info)
{
	uint32_t i;

	printf("%c %s(", scap_event_is_enter(type) ? '>' : '<', info->name);
	for (i = 0; i < info->nparams; i++)
		printf("%s%s %s", i ? ", " : "", type_names[info->params[i].type],
		       info->params[i].name);
	printf(")\n");
}

void listing_events(void)
{
	const struct scap_syscall_info *call;
	const struct scap_event_info *info;
	unsigned int nr;
	uint16_t i;

	for (i = SCAP_EVT_GENERIC_X + 1; i < SCAP_EVT_MAX; i++) {
		info = scap_event_info(i);
		if (info && !(info->flags & (EF_UNUSED | EF_OLD_VERSION)))
			print_event(i, info);
	}
	/* Calls without an event of their own are all recorded in the same way. */
	for (nr = 0; nr < SYSCALLS; nr++) {
		call = scap_syscall_info(nr);
		if (call && call->exit <= SCAP_EVT_GENERIC_X)
			printf("< %s(SYSCALLID ID, UINT16 nativeID)\n", call->name);
	}
}
