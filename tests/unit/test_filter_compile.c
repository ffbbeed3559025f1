/* SPDX-License-Identifier: BSD-2-Clause */
/* What filters are compiled to: sets, patterns, what the type of an event decides, programs. */
#include "suite.h"

#include "filter.h"
#include "scene.h"

static uint32_t seed = 7;

static uint32_t random_below(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* ---- sets ---- */

#define N_MEMBERS 200

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_STRING)
		return a->str.len == b->str.len && !memcmp(a->str.ptr, b->str.ptr, a->str.len);
	if (a->kind == VALUE_INT)
		return a->i == b->i;
	return a->u == b->u;
}

/* The set says what looking through the list says, for members and for others. */
static void check_set(const struct constant *k, size_t n, const struct value *asked, size_t n_asked)
{
	struct set *s = set_new(asked->kind, k, n);
	size_t i, j, hits = 0;
	bool in;

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	for (i = 0; i < n_asked; i++) {
		for (in = false, j = 0; j < n; j++)
			in |= same_value(&asked[i], &k[j].v);
		hits += in;
		CU_ASSERT_EQUAL(set_has(s, &asked[i]), in);
	}
	CU_ASSERT(n == 0 || hits > 0);
	set_free(s);
}

static void finds_strings_in_sets(void)
{
	static char text[2 * N_MEMBERS][40];
	struct constant k[2 * N_MEMBERS] = { 0 };
	struct value asked[2 * N_MEMBERS];
	uint32_t len, i, j;

	for (i = 0; i < 2 * N_MEMBERS; i++) {
		len = random_below(i % 2 ? 5 : sizeof(text[0]));
		for (j = 0; j < len; j++)
			text[i][j] = (char)('a' + random_below(2));
		value_string(&asked[i], text[i], len);
		k[i].v = asked[i];
	}
	check_set(k, N_MEMBERS, asked, 2 * N_MEMBERS);
	check_set(k, 1, asked, 2 * N_MEMBERS);
	check_set(k, 0, asked, 2 * N_MEMBERS);
}

static void finds_numbers_in_sets(void)
{
	static const int64_t wide[] = { INT64_MIN, INT64_MAX, -1, 0, 1, 1ll << 40 };
	struct constant k[2 * N_MEMBERS] = { 0 };
	struct value asked[2 * N_MEMBERS];
	uint32_t i;

	for (i = 0; i < 2 * N_MEMBERS; i++) /* close together: bits */
		value_i64(&asked[i], (int64_t)random_below(300) - 150);
	for (i = 0; i < 2 * N_MEMBERS; i++)
		k[i].v = asked[i];
	check_set(k, N_MEMBERS, asked, 2 * N_MEMBERS);
	for (i = 0; i < 2 * N_MEMBERS; i++) /* far apart: sorted */
		value_i64(&asked[i], i < 6 ? wide[i] : (int64_t)random_below(900) * 100003 - 40000);
	for (i = 0; i < 2 * N_MEMBERS; i++)
		k[i].v = asked[i];
	check_set(k, N_MEMBERS, asked, 2 * N_MEMBERS);
	for (i = 0; i < 2 * N_MEMBERS; i++)
		value_u64(&asked[i], i % 3 ? UINT64_MAX - random_below(50) : random_below(50));
	for (i = 0; i < 2 * N_MEMBERS; i++)
		k[i].v = asked[i];
	check_set(k, N_MEMBERS, asked, 2 * N_MEMBERS);
}

static bool in_net(const struct value_ip *ip, const struct value_ip *net)
{
	unsigned int bit;

	if (ip->len != net->len)
		return false;
	for (bit = 0; bit < net->bits; bit++)
		if ((ip->addr[bit / 8] ^ net->addr[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static void finds_addresses_in_sets_of_nets(void)
{
	struct constant k[60] = { 0 };
	struct value v = { .kind = VALUE_IP };
	struct set *s;
	bool in;
	int i, j, hits = 0;

	for (i = 0; i < 60; i++) {
		k[i].v.kind = VALUE_IP;
		k[i].v.ip.len = i % 3 ? 4 : 16;
		k[i].v.ip.bits = (uint8_t)(4 + random_below(k[i].v.ip.len * 8u - 3));
		for (j = 0; j < k[i].v.ip.len; j++)
			k[i].v.ip.addr[j] = (uint8_t)random_below(256);
	}
	s = set_new(VALUE_IP, k, 60);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	for (i = 0; i < 3000; i++) {
		v.ip = k[random_below(60)].v.ip; /* near one of them: a bit or none is turned */
		v.ip.bits = 0;
		v.ip.addr[random_below(v.ip.len)] ^= (uint8_t)(1u << random_below(12));
		for (in = false, j = 0; j < 60; j++)
			in |= in_net(&v.ip, &k[j].v.ip);
		hits += in;
		CU_ASSERT_EQUAL(set_has(s, &v), in);
	}
	CU_ASSERT(hits > 300 && hits < 2900);
	set_free(s);
}

/* ---- patterns ---- */

static struct regex *pattern(const char *text)
{
	struct scap_error err = { 0 };
	struct lexer lx = { .text = text, .len = strlen(text), .err = &err };
	struct term t = { .text = text, .len = lx.len };
	struct regex *re;

	if (regex_new(&lx, &t, &re) == 0)
		return re;
	regex_free(re);
	return NULL;
}

/* @yes and @no: values separated by blanks. */
static void patterns(const char *text, const char *yes, const char *no)
{
	struct regex *re = pattern(text);
	const char *p;
	size_t n;
	int i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(re);
	for (i = 0; i < 2; i++)
		for (p = i ? no : yes; *p; p += n + (p[n] != '\0')) {
			n = strcspn(p, " ");
			if (regex_match(re, p, n) == (i != 0))
				printf("    %s: %.*s\n", text, (int)n, p);
			CU_ASSERT_EQUAL(regex_match(re, p, n), i == 0);
		}
	regex_free(re);
}

/* What is looked for first must be in every value that matches. */
static void looks_for_the_right_text_first(void)
{
	patterns("/etc/.*", "/etc/ /etc/passwd", "/etc /xetc/y");
	patterns("abc|def", "abc def", "abcdef abd");
	patterns("x(abc|def)yz", "xabcyz xdefyz", "xyz xabcdefyz");
	patterns("ab?c", "abc ac", "ab abbc");
	patterns("abc*", "ab abcc", "abd");
	patterns("abc+d", "abcd abccd", "abd");
	patterns("abcd{0,1}e", "abce abcde", "abcdde");
	patterns("abc{2}", "abcc", "abc");
	patterns("a[bc]def", "abdef acdef", "adef abcdef");
	patterns("a[]x]bcd", "a]bcd axbcd", "abcd");
	patterns("a[^]x]bcd", "aabcd", "a]bcd axbcd");
	patterns("(?i)hello", "hello HeLLo", "hell");
	patterns("(?i:he)llo", "HEllo hello", "HELLO");
	patterns("a\\.bcd", "a.bcd", "axbcd");
	patterns("\\x41bcd", "Abcd", "x41bcd 41bcd");
	patterns("\\d+abc", "1abc 23abc", "abc");
	patterns("(?P<name>ab)cd", "abcd", "ab");
	patterns("(a(b)c)?def", "def abcdef", "abc bdef");
	patterns("[[:alpha:]]+bc9", "xbc9", "bc9 9bc9");
	patterns("a.c", "abc a]c", "ac");
	patterns(".*", "x xyz", "");
}

static void refuses_patterns_that_could_run_for_ever(void)
{
	static const char *const bad[] = { "a(?=b)b",	    "(?!a)b", "(?<=a)b", "(?<!a)b",
					   "(a)\\1",	    "(?R)",   "(?1)(a)", "(?>a)b",
					   "(?(1)a|b)",	    "(*F)",   "\\Qa\\E", "(?P=n)",
					   "(?<n>a)\\k<n>", "a\\Rb",  "(?|a|b)" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_PTR_NULL(pattern(bad[i]));
	patterns("[(?=]", "( ? =", "a");
	patterns("\\(\\?=", "(?=", "?=");
}

/* Backtracking would take longer than there is time; each answer is right all the same. */
static void answers_for_hostile_patterns_and_values(void)
{
	static const char *const bad[] = { "(a|aa)+b?",	  "(.*)(.*)(.*)(.*)b?", "(?:a*b|.)*c?",
					   "([a-z]*)*b?", "(a|b|ab)*(bc)?",	"(?i)(A|AA)*B?" };
	static char value[65536];
	struct regex *re;
	size_t i;

	memset(value, 'a', sizeof(value));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		re = pattern(bad[i]);
		CU_ASSERT_PTR_NOT_NULL_FATAL(re);
		value[sizeof(value) - 1] = 'a';
		CU_ASSERT_TRUE(regex_match(re, value, sizeof(value)));
		value[sizeof(value) - 1] = i == 1 || i == 2 ? '\n' : '!';
		CU_ASSERT_FALSE(regex_match(re, value, sizeof(value)));
		regex_free(re);
	}
}

/* ---- programs ---- */

static struct fake f;

static struct sinsp_filter *compile(const char *text)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *flt = sinsp_filter_new(f.s, text, &err);

	if (!flt)
		printf("    %s: %s\n", text, err.msg);
	CU_ASSERT_PTR_NOT_NULL_FATAL(flt);
	return flt;
}

/* Checks made for an event of @type if all are true. */
static int checks_for(const char *text, uint16_t type)
{
	struct sinsp_filter *flt = compile(text);
	uint32_t at = flt->entry[type];
	int n = 0;

	for (; at < STEP_YES; at = flt->steps[at].yes)
		n++;
	if (at == STEP_NO)
		n = -1;
	sinsp_filter_free(flt);
	return n;
}

static void asks_nothing_that_the_type_has_answered(void)
{
	f.s = NULL;
	CU_ASSERT_EQUAL(checks_for("evt.type = read", SCAP_EVT_SYSCALL_READ_X), 0);
	CU_ASSERT_EQUAL(checks_for("evt.type = read", SCAP_EVT_SYSCALL_WRITE_X), -1);
	CU_ASSERT_EQUAL(checks_for("proc.name = a and evt.type = read", SCAP_EVT_SYSCALL_READ_X),
			1);
	CU_ASSERT_EQUAL(checks_for("evt.dir = < and evt.category = process and proc.pid = 1",
				   SCAP_EVT_SYSCALL_EXECVE_19_X),
			1);
	CU_ASSERT_EQUAL(checks_for("evt.dir = >", SCAP_EVT_SYSCALL_READ_X), -1);
	CU_ASSERT_EQUAL(checks_for("evt.category = file", SCAP_EVT_SYSCALL_OPEN_X), 0);
	CU_ASSERT_EQUAL(checks_for("evt.category = file", SCAP_EVT_SYSCALL_READ_X), 1);
	CU_ASSERT_EQUAL(checks_for("evt.is_io = true", SCAP_EVT_SYSCALL_READ_X), 0);
	CU_ASSERT_EQUAL(checks_for("fd.name exists", SCAP_EVT_SYSCALL_KILL_X), -1);
	CU_ASSERT_EQUAL(checks_for("not fd.name = /a", SCAP_EVT_SYSCALL_KILL_X), 0);
	CU_ASSERT_EQUAL(checks_for("evt.arg.flags = x", SCAP_EVT_SYSCALL_READ_X), -1);
	CU_ASSERT_EQUAL(checks_for("evt.arg[9] = x", SCAP_EVT_SYSCALL_READ_X), -1);
	CU_ASSERT_EQUAL(checks_for("evt.is_open_read = true", SCAP_EVT_SYSCALL_SETUID_X), -1);
	CU_ASSERT_EQUAL(checks_for("evt.type = getrandom", SCAP_EVT_GENERIC_X), 1);
	CU_ASSERT_EQUAL(checks_for("evt.dir = <", SCAP_EVT_GENERIC_X), 0);
	CU_ASSERT_EQUAL(checks_for("evt.pluginname exists", SCAP_EVT_SYSCALL_READ_X), -1);
}

/* How many checks are left of what "or" joins. */
static size_t alternatives(const char *text)
{
	struct sinsp_filter *flt;
	size_t n;

	f.s = NULL;
	flt = compile(text);
	n = flt->root->kind == NODE_OR ? flt->root->n : 1;
	sinsp_filter_free(flt);
	return n;
}

static void makes_sets_of_alternatives(void)
{
	CU_ASSERT_EQUAL(alternatives("proc.name = a or proc.name in (b, c) or proc.name == d"), 1);
	CU_ASSERT_EQUAL(alternatives("fd.num = 1 or proc.name = b or fd.num = 3"), 2);
	CU_ASSERT_EQUAL(alternatives("proc.name = a or proc.name != b or proc.name exists"), 3);
	CU_ASSERT_EQUAL(alternatives("proc.aname[1] = a or proc.aname[2] = a"), 2);
	CU_ASSERT_EQUAL(alternatives("fd.types in (file) or fd.types in (ipv4)"), 2);
	CU_ASSERT_EQUAL(alternatives("proc.name = a or proc.name = val(proc.exe)"), 2);
}

static void asks_what_is_cheap_first(void)
{
	struct sinsp_filter *flt;
	struct step *s;

	f.s = NULL;
	flt = compile("proc.cmdline regex 'a.*' and fd.name contains x and proc.pid = 3");
	s = &flt->steps[flt->entry[SCAP_EVT_SYSCALL_READ_X]];
	CU_ASSERT_STRING_EQUAL(s->check->lhs->ref.field->name, "proc.pid");
	s = &flt->steps[s->yes];
	CU_ASSERT_STRING_EQUAL(s->check->lhs->ref.field->name, "fd.name");
	s = &flt->steps[s->yes];
	CU_ASSERT_STRING_EQUAL(s->check->lhs->ref.field->name, "proc.cmdline");
	CU_ASSERT_EQUAL(s->yes, STEP_YES);
	CU_ASSERT_EQUAL(s->no, STEP_NO);
	sinsp_filter_free(flt);
}

/* What a live recording asks the module for. */
static void needs_few_system_calls(void)
{
	static const struct {
		const char *text;
		bool getpid, getrandom, read, clone;
	} rows[] = {
		{ "evt.type = getpid", true, false, false, true },
		{ "evt.type = getrandom", false, true, false, true },
		{ "evt.type in (read, getrandom)", false, true, true, true },
		{ "fd.name contains x", false, false, true, true },
		{ "evt.dir = <", true, true, true, true },
		{ "not evt.type = read", true, true, false, true },
		{ "evt.type = getpid and evt.num > 100", true, true, true, true },
		{ "evt.type = getpid and evt.buflen = val(evt.num)", true, true, true, true },
		{ "evt.type = getpid and evt.deltatime > 1", true, true, true, true },
		{ "evt.type = getpid and join('', (evt.num)) = 3", true, true, true, true },
		{ "evt.type = clone and evt.type = read", false, false, false, true },
	};
	bool calls[SCAP_SC_MAX];
	struct sinsp_filter *flt;
	size_t i;

	f.s = NULL;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		flt = compile(rows[i].text);
		sinsp_filter_calls(flt, calls);
		if (calls[SCAP_SC_getpid] != rows[i].getpid ||
		    calls[SCAP_SC_getrandom] != rows[i].getrandom ||
		    calls[SCAP_SC_read] != rows[i].read || calls[SCAP_SC_clone] != rows[i].clone) {
			printf("    %s\n", rows[i].text);
			CU_FAIL("another system call");
		}
		sinsp_filter_free(flt);
	}
}

/* A field that remembers must see the same events whatever else is in the filter. */
static void keeps_the_order_where_it_matters(void)
{
	struct sinsp_filter *flt;

	f.s = NULL;
	flt = compile("proc.cmdline contains x and evt.deltatime > 1 and proc.pid = 3");
	CU_ASSERT_STRING_EQUAL(
		flt->steps[flt->entry[SCAP_EVT_SYSCALL_READ_X]].check->lhs->ref.field->name,
		"proc.cmdline");
	sinsp_filter_free(flt);
}

/* ---- the same answers as without all this ---- */

/* One event of every type, with numbers that are a descriptor where one is meant. */
static void add_every_type(void)
{
	static const char text[] = "/etc/x";
	const struct scap_event_info *info;
	struct scap_param p[SCAP_MAX_PARAMS];
	uint64_t three = 3;
	uint8_t rec[4096];
	unsigned int type, i;
	int64_t len;

	for (type = 0; type < SCAP_EVT_MAX; type++) {
		info = scap_event_info((uint16_t)type);
		for (i = 0; info && i < info->nparams; i++) {
			bool string = value_kind_of(info->params[i].type) == VALUE_STRING ||
				      value_kind_of(info->params[i].type) == VALUE_BYTES;

			p[i].ptr = string ? (const void *)text : &three;
			p[i].len = string ? sizeof(text) : sizeof(three);
		}
		len = info ? scap_event_encode(rec, sizeof(rec), (uint16_t)type, f.ts, SHELL, p,
					       info->nparams)
			   : -1;
		if (len > 0)
			fake_add_record(&f, rec, (size_t)len);
	}
}

#define FIELDS_MAX 600

static struct {
	const char *name;
	struct field_ref ref;
	struct sinsp_filter *filter;
	int decided;
} fields[FIELDS_MAX];
static size_t n_fields;

static void add_field(const struct sinsp_field_doc *doc, void *arg)
{
	static const char *const args[] = { "", "[0]", "[1]", ".flags", ".fd", "[HOME]" };
	struct scap_error err;
	char text[200];
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(args) / sizeof(args[0]) && n_fields < FIELDS_MAX; i++) {
		snprintf(text, sizeof(text), "%s%s", doc->name, args[i]);
		if (field_parse(NULL, &fields[n_fields].ref, text, strlen(text), &err) !=
		    (int)strlen(text))
			continue;
		fields[n_fields].name = doc->name;
		strcat(text, " exists");
		fields[n_fields].filter = sinsp_filter_new(f.s, text, &err);
		if (fields[n_fields].filter)
			n_fields++;
		else
			field_ref_free(&fields[n_fields].ref);
	}
}

static void answers_by_type_as_by_event(void)
{
	struct view c = { .opts = { .verbose = true } };
	size_t i, wrong = 0, decided = 0;
	struct value v;
	bool has;

	scene_init(&f);
	add_every_type();
	fake_open(&f, NULL);
	c.s = f.s;
	sinsp_each_field(add_field, NULL);
	CU_ASSERT(n_fields > 200 && n_fields < FIELDS_MAX);
	while (fake_step(&f, 1)) {
		c.ev = f.ev;
		for (i = 0; i < n_fields; i++) {
			struct field_ref *r = &fields[i].ref;
			uint16_t type = f.ev->raw.hdr->type;

			if (r->field->flags & (FIELD_WALK | FIELD_ENDS))
				continue;
			has = field_get(&c, r, &v);
			decided += fields[i].filter->entry[type] >= STEP_YES;
			if (sinsp_filter_run(fields[i].filter, f.ev) != has && wrong++ < 5)
				printf("    %s of %s\n", r->field->name, f.ev->raw.info->name);
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(decided > 1000);
	for (i = 0; i < n_fields; i++) {
		sinsp_filter_free(fields[i].filter);
		field_ref_free(&fields[i].ref);
	}
	fake_free(&f);
}

SUITE("filter_compile", TEST(finds_strings_in_sets), TEST(finds_numbers_in_sets),
      TEST(finds_addresses_in_sets_of_nets), TEST(looks_for_the_right_text_first),
      TEST(refuses_patterns_that_could_run_for_ever), TEST(answers_for_hostile_patterns_and_values),
      TEST(asks_nothing_that_the_type_has_answered), TEST(makes_sets_of_alternatives),
      TEST(asks_what_is_cheap_first), TEST(keeps_the_order_where_it_matters),
      TEST(needs_few_system_calls), TEST(answers_by_type_as_by_event))
