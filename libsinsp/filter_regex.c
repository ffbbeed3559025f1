/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The regex operator: PCRE2 with bounds, for patterns as RE2 has them.
 *
 * Backtracking is fast for almost all patterns and values, and takes for ever for some; a pattern
 * comes from whoever wrote the rule, the value from whoever is watched. So it may take as many
 * steps as there are in BUDGET bytes looked at; where that is not enough, the other algorithm of
 * PCRE2 answers, which walks the value once and keeps all states at a time. What would let that one
 * go back, too (look-around, conditions, recursion, references) RE2 does not have, and is refused.
 *
 * Most values do not match: a text that each match holds is looked for first.
 */
#include <errno.h>
#include <stdlib.h>

#include "filter.h"

#define BUDGET	    100000000u
#define STEPS_MAX   100000u
#define STEPS_MIN   500u
#define DEPTH_MAX   1000u
#define HEAP_KB	    16384u
#define WORKSPACE   1024u /* of the second algorithm: about 170 states at a time */
#define PATTERN_MAX 8192u

#define PATTERN_OPTIONS                                                           \
	(PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | \
	 PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE)

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	char *literal; /* in each value that matches; or NULL */
	size_t literal_len;
	int *workspace; /* NULL until it is needed */
};

/* ---- what is refused ---- */

/* Length of the class in brackets at @p, or of what is left. */
static size_t class_len(const char *p, size_t len)
{
	size_t i = 1;

	if (i < len && p[i] == '^')
		i++;
	if (i < len && p[i] == ']')
		i++;
	for (; i < len && p[i] != ']'; i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == '[' && i + 1 < len && p[i + 1] == ':')
			while (i + 1 < len && !(p[i] == ':' && p[i + 1] == ']'))
				i++;
	}
	return i < len ? i + 1 : len;
}

/* Does a bracket at @p open what RE2 has: a group, with a name or flags or without? */
static bool is_plain_group(const char *p, size_t len)
{
	if (len < 2 || p[1] != '?')
		return len < 2 || p[1] != '*';
	if (len < 3)
		return false;
	if (p[2] == 'P')
		return len > 3 && p[3] == '<';
	if (p[2] == '<')
		return len > 3 && p[3] != '=' && p[3] != '!';
	return strchr(":imsU-", p[2]) && p[2];
}

/* The place of what goes beyond RE2, or @len. */
static size_t find_foreign(const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] == '[') {
			i += class_len(p + i, len - i) - 1;
		} else if (p[i] == '(' && !is_plain_group(p + i, len - i)) {
			return i;
		} else if (p[i] == '\\') {
			i++;
			if (i < len && p[i] == 'Q')
				return i - 1;
			if (i < len && ((p[i] >= '1' && p[i] <= '9') || strchr("gkKRX", p[i])))
				return i - 1;
		}
	}
	return len;
}

/* ---- the text that each match holds ---- */

static bool is_literal(char c)
{
	return !strchr("\\^$.[]|()?*+{}#", c) || !c;
}

/* Length of what stands in brackets at @p, those inside included. */
static size_t group_len(const char *p, size_t len)
{
	size_t i, depth = 0;

	for (i = 0; i < len; i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == '[')
			i += class_len(p + i, len - i) - 1;
		else if (p[i] == '(')
			depth++;
		else if (p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return len;
}

/*
 * Finds the longest run of plain characters outside of all brackets. The one in front of '?', '*',
 * '+' or '{' may be missing, or be there more than once, and ends the run before it.
 */
static void find_literal(struct regex *re, const char *p, size_t len)
{
	size_t i, begin = 0, n = 0, best = 0;
	const char *at = NULL;

	for (i = 0; i <= len; i++) {
		bool plain = i < len && is_literal(p[i]);

		if (plain && i + 1 < len && strchr("?*+{", p[i + 1]) && p[i + 1])
			plain = false;
		if (plain) {
			if (!n++)
				begin = i;
			continue;
		}
		if (n > best) {
			best = n;
			at = p + begin;
		}
		n = 0;
		if (i == len)
			break;
		if (p[i] == '|' || (p[i] == '(' && i + 2 < len && p[i + 1] == '?' &&
				    p[i + 2] != ':' && p[i + 2] != 'P'))
			return; /* one of several, or flags that may change what letters mean */
		if (p[i] == '(')
			i += group_len(p + i, len - i) - 1;
		else if (p[i] == '[')
			i += class_len(p + i, len - i) - 1;
		else if (p[i] == '\\' && ++i < len && strchr("xpP0oc", p[i]))
			return; /* more than one character long */
		else if (p[i] == '{')
			while (i + 1 < len && p[i] != '}')
				i++;
	}
	if (best > 1 && (re->literal = strndup(at, best)))
		re->literal_len = best;
}

/* ---- making ---- */

static int compile(struct lexer *lx, const struct term *t, struct regex *re)
{
	int shown = (int)(t->len < 80 ? t->len : 80), code;
	PCRE2_UCHAR msg[160];
	PCRE2_SIZE offset;

	re->code = pcre2_compile((PCRE2_SPTR)t->text, t->len, PATTERN_OPTIONS, &code, &offset,
				 NULL);
	if (!re->code) {
		if (pcre2_get_error_message(code, msg, sizeof(msg)) < 0)
			msg[0] = '\0';
		return filter_fail(lx, -EINVAL, t->pos,
				   "invalid regex pattern: %s at offset %zu: %.*s",
				   (const char *)msg, (size_t)offset, shown, t->text);
	}
	re->data = pcre2_match_data_create(1, NULL);
	re->limits = pcre2_match_context_create(NULL);
	if (!re->data || !re->limits)
		return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	pcre2_set_depth_limit(re->limits, DEPTH_MAX);
	pcre2_set_heap_limit(re->limits, HEAP_KB);
	return 0;
}

int regex_new(struct lexer *lx, const struct term *t, struct regex **re)
{
	size_t at = find_foreign(t->text, t->len);

	*re = NULL;
	if (t->len > PATTERN_MAX)
		return filter_fail(lx, -EINVAL, t->pos, "a regex pattern longer than %u bytes",
				   PATTERN_MAX);
	if (at < t->len)
		return filter_fail(lx, -EINVAL, t->pos,
				   "invalid regex pattern: no look-around, reference, recursion or "
				   "quotation, at offset %zu: %.*s",
				   at, (int)(t->len < 80 ? t->len : 80), t->text);
	*re = calloc(1, sizeof(**re));
	if (!*re)
		return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	find_literal(*re, t->text, t->len);
	return compile(lx, t, *re);
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_code_free(re->code);
	pcre2_match_data_free(re->data);
	pcre2_match_context_free(re->limits);
	free(re->literal);
	free(re->workspace);
	free(re);
}

/* ---- matching ---- */

/* Fills the workspace in at the first value that needs it: almost no filter does. */
static bool match_once_through(const struct regex *re, const char *s, size_t len)
{
	int *space = re->workspace;

	if (!space) {
		space = malloc(WORKSPACE * sizeof(*space));
		if (!space)
			return false;
		((struct regex *)re)->workspace = space;
	}
	return pcre2_dfa_match(re->code, (PCRE2_SPTR)s, len, 0, 0, re->data, re->limits, space,
			       WORKSPACE) >= 0;
}

bool regex_match(const struct regex *re, const char *s, size_t len)
{
	uint32_t steps = (uint32_t)(BUDGET / (len + 1));
	int rc;

	if (!len)
		s = "";
	if (re->literal && !memmem(s, len, re->literal, re->literal_len))
		return false;
	steps = steps > STEPS_MAX ? STEPS_MAX : steps < STEPS_MIN ? STEPS_MIN : steps;
	pcre2_set_match_limit(re->limits, steps);
	rc = pcre2_match(re->code, (PCRE2_SPTR)s, len, 0, 0, re->data, re->limits);
	if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT ||
	    rc == PCRE2_ERROR_HEAPLIMIT)
		return match_once_through(re, s, len);
	return rc >= 0;
}
