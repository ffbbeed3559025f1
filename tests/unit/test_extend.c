/* SPDX-License-Identifier: BSD-2-Clause */
/* A consumer of the library with a source and fields of its own; it sees the public headers only.
 */
#include "suite.h"

#include <errno.h>
#include <stdlib.h>

#include "sinsp.h"

/* ---- a source: the words of a text, one event each ---- */

struct words {
	const char *next;
	uint64_t ts;
	uint8_t rec[512];
	bool closed, damaged, fails;
};

static int words_open(void *arg, struct scap_snapshot *snap, void **state, struct scap_error *err)
{
	struct words *w = arg;

	if (w->fails)
		return scap_fail(err, -ENOENT, "there are no words");
	strcpy(snap->machine.hostname, "dictionary");
	w->ts = 1600000000000000000u;
	*state = w;
	return 0;
}

static int words_next(void *state, struct scap_record *rec, struct scap_error *err)
{
	struct words *w = state;
	size_t n = strcspn(w->next, " ");
	uint32_t id = 7;
	struct scap_param p[] = { { &id, sizeof(id) }, { w->next, (uint32_t)n } };
	int64_t len;

	if (!*w->next)
		return SCAP_END;
	if (*w->next == '!')
		return scap_fail(err, -EIO, "not a word");
	if (*w->next == '?')
		return w->next += 2, SCAP_TIMEOUT;
	w->ts += 1000000000u;
	len = scap_event_encode(w->rec, sizeof(w->rec), SCAP_EVT_PLUGINEVENT_E, w->ts, UINT64_MAX,
				p, 2);
	if (len < 0)
		return (int)len;
	rec->ptr = w->rec;
	rec->len = w->damaged ? (size_t)len - 1 : (size_t)len;
	rec->cpu = 3;
	w->next += n + (w->next[n] == ' ');
	return SCAP_EVENT;
}

static void words_close(void *state)
{
	((struct words *)state)->closed = true;
}

static const struct scap_source words_source = {
	.name = "words",
	.open = words_open,
	.next = words_next,
	.close = words_close,
};

/* ---- fields of it ---- */

static bool get_text(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
		     struct sinsp_value *v)
{
	(void)user;
	v->ptr = (const char *)scap_param_ptr(&ev->raw, 1);
	v->len = scap_param_len(&ev->raw, 1);
	if (arg->index < 0)
		return true;
	if ((size_t)arg->index >= v->len)
		return false;
	v->ptr += arg->index;
	v->len = 1;
	return true;
}

static bool get_length(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
		       struct sinsp_value *v)
{
	(void)arg;
	(void)user;
	v->u = scap_param_len(&ev->raw, 1);
	return v->u != 3; /* words of three letters have no length */
}

static bool get_note(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
		     struct sinsp_value *v)
{
	(void)ev;
	if (strcmp(arg->key, "user") != 0)
		return false;
	v->ptr = user;
	v->len = strlen(user);
	return true;
}

static bool get_negative(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
			 struct sinsp_value *v)
{
	(void)arg;
	(void)user;
	v->i = -(int64_t)scap_param_len(&ev->raw, 1);
	return true;
}

static bool get_long(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
		     struct sinsp_value *v)
{
	(void)arg;
	(void)user;
	v->b = scap_param_len(&ev->raw, 1) > 4;
	return true;
}

static bool get_address(const struct sinsp_event *ev, const struct sinsp_arg *arg, void *user,
			struct sinsp_value *v)
{
	(void)arg;
	(void)user;
	v->ptr = (const char *)scap_param_ptr(&ev->raw, 1);
	v->len = scap_param_len(&ev->raw, 1);
	return true;
}

static const struct sinsp_field fields[] = {
	{ "word.text", PT_CHARBUF, PF_NA, SINSP_ARG_INDEX, "The word, or a letter.", get_text },
	{ "word.length", PT_UINT64, PF_DEC, SINSP_ARG_NONE, "Its length.", get_length },
	{ "word.length.less", PT_INT64, PF_DEC, SINSP_ARG_NONE, "Below 0.", get_negative },
	{ "word.note", PT_CHARBUF, PF_NA, SINSP_ARG_KEY | SINSP_ARG_REQUIRED, "A note.", get_note },
	{ "word.long", PT_BOOL, PF_NA, SINSP_ARG_NONE, "More than four letters.", get_long },
	{ "word.ip", PT_IPADDR, PF_NA, SINSP_ARG_NONE, "Its letters as address.", get_address },
	{ "word.net", PT_IPNET, PF_NA, SINSP_ARG_NONE, "The same, in a net.", get_address },
};

static const struct sinsp_field_table table = { "word", "Words.", fields,
						sizeof(fields) / sizeof(fields[0]) };

/* ---- tests ---- */

static struct words words;
static struct scap *scap;
static struct sinsp *sinsp;
static struct scap_error err;

static void open_words(const char *text)
{
	words = (struct words){ .next = text };
	err = (struct scap_error){ 0 };
	scap = scap_open_source(&words_source, &words, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(scap);
	sinsp = sinsp_open(scap, NULL, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(sinsp);
}

static void close_words(void)
{
	sinsp_close(sinsp);
	scap_close(scap);
	CU_ASSERT_TRUE(words.closed);
}

/* What @format prints of the events that @filter matches, each with a blank behind it. */
static const char *show(const char *text, const char *filter, const char *format)
{
	static struct sinsp_text out;
	const struct sinsp_event *ev;
	struct sinsp_filter *flt;
	struct sinsp_format *fmt;
	int rc;

	open_words(text);
	CU_ASSERT_EQUAL(sinsp_add_fields(sinsp, &table, (void *)"mine", &err), 0);
	flt = sinsp_filter_new(sinsp, filter, &err);
	fmt = sinsp_format_new(sinsp, format, NULL, &err);
	if (!flt || !fmt)
		printf("    %s\n", err.msg);
	sinsp_text_clear(&out);
	sinsp_text_puts(&out, "");
	while (flt && fmt && (rc = sinsp_next(sinsp, &ev)) != SCAP_END && rc >= 0)
		if (rc == SCAP_EVENT && sinsp_filter_run(flt, ev) &&
		    sinsp_format_event(fmt, ev, &out))
			sinsp_text_puts(&out, " ");
	sinsp_filter_free(flt);
	sinsp_format_free(fmt);
	close_words();
	return out.ptr;
}

static void shows_events_of_its_own(void)
{
	CU_ASSERT_STRING_EQUAL(show("to be or not", "evt.type = pluginevent",
				    "%evt.num/%evt.cpu/%evt.type/%word.text"),
			       "1/3/pluginevent/to 2/3/pluginevent/be 3/3/pluginevent/or "
			       "4/3/pluginevent/not ");
	CU_ASSERT_STRING_EQUAL(show("a ? b", "evt.num > 0", "%word.text@%evt.hostname"),
			       "a@dictionary b@dictionary ");
}

static void filters_by_fields_of_its_own(void)
{
	CU_ASSERT_STRING_EQUAL(show("to be or not to be", "word.text in (be, not)", "%word.text"),
			       "be not be ");
	CU_ASSERT_STRING_EQUAL(
		show("aa bbbb ccccc", "word.length > 3 and word.long = true", "%word.length"),
		"5 ");
	CU_ASSERT_STRING_EQUAL(show("aa bbb c", "word.length.less <= -2", "%word.length.less"),
			       "-2 -3 ");
	CU_ASSERT_STRING_EQUAL(show("ab cd", "toupper(word.text) = CD", "%word.text[1]"), "d ");
	CU_ASSERT_STRING_EQUAL(
		show("ab ba", "word.text[0] = val(word.text[0]) and word.text[1]=a", "%word.text"),
		"ba ");
}

static void treats_absent_values_as_those_of_the_library(void)
{
	CU_ASSERT_STRING_EQUAL(show("two by", "not word.length = 2", "*%word.length"), "<NA> ");
	CU_ASSERT_STRING_EQUAL(show("two by", "word.length != 9", "%word.length"), "2 ");
	CU_ASSERT_STRING_EQUAL(show("two by", "word.text[2] exists", "%word.text"), "two ");
}

static void compares_addresses(void)
{
	CU_ASSERT_STRING_EQUAL(show("abcd x aecd", "word.ip in (97.98.99.100, ::1)", "%word.ip"),
			       "97.98.99.100 ");
	CU_ASSERT_STRING_EQUAL(show("abcd x bbcd", "word.net = 97.0.0.0/8", "%word.text"), "abcd ");
}

static void passes_arguments_and_the_pointer_of_the_table(void)
{
	CU_ASSERT_STRING_EQUAL(show("a", "word.note[user] = mine", "%word.note[user]"), "mine ");
	CU_ASSERT_STRING_EQUAL(show("a", "word.note[x] exists", "%word.text"), "");
	open_words("a");
	CU_ASSERT_EQUAL(sinsp_add_fields(sinsp, &table, NULL, &err), 0);
	CU_ASSERT_PTR_NULL(sinsp_filter_new(sinsp, "word.note = a", &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "word.note needs an argument"));
	CU_ASSERT_PTR_NULL(sinsp_filter_new(sinsp, "word.tex = a", &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "did you mean word.text"));
	CU_ASSERT_PTR_NULL(sinsp_filter_new(sinsp, "word.length contains a", &err));
	close_words();
}

/* Adding belongs to one inspector: another one does not know them. */
static void knows_them_where_they_were_added(void)
{
	open_words("a");
	CU_ASSERT_PTR_NULL(sinsp_filter_new(sinsp, "word.text = a", &err));
	CU_ASSERT_PTR_NULL(sinsp_filter_new(NULL, "word.text = a", &err));
	close_words();
}

static int add(const char *class_name, const char *name, uint8_t type, bool getter)
{
	struct sinsp_field f = { .name = name, .type = type, .doc = "x" };
	struct sinsp_field_table t = { class_name, "x", &f, 1 };

	if (getter)
		f.get = get_text;
	err = (struct scap_error){ 0 };
	return sinsp_add_fields(sinsp, &t, NULL, &err);
}

static void refuses_tables_that_make_no_sense(void)
{
	static const struct sinsp_field twice[] = {
		{ "w.a", PT_CHARBUF, PF_NA, 0, "x", get_text },
		{ "w.a", PT_CHARBUF, PF_NA, 0, "x", get_text },
	};
	static const struct sinsp_field_table twice_table = { "w", "x", twice, 2 };

	open_words("a");
	CU_ASSERT_EQUAL(add("proc", "proc.name", PT_CHARBUF, true), -EEXIST);
	CU_ASSERT_EQUAL(add("w", "x.name", PT_CHARBUF, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w", PT_CHARBUF, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.", PT_CHARBUF, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a b", PT_CHARBUF, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a..b", PT_CHARBUF, true), -EINVAL);
	CU_ASSERT_EQUAL(add("", ".a", PT_CHARBUF, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a", PT_CHARBUF, false), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a", PT_NONE, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a", PT_DYN, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a", PT_SOCKTUPLE, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", "w.a", 250, true), -EINVAL);
	CU_ASSERT_EQUAL(add("w", NULL, PT_CHARBUF, true), -EINVAL);
	CU_ASSERT(err.msg[0]);
	CU_ASSERT_EQUAL(sinsp_add_fields(sinsp, &twice_table, NULL, &err), -EEXIST);
	CU_ASSERT_EQUAL(sinsp_add_fields(sinsp, &table, NULL, &err), 0);
	CU_ASSERT_EQUAL(sinsp_add_fields(sinsp, &table, NULL, &err), -EEXIST);
	CU_ASSERT_EQUAL(add("proc", "proc.namesake", PT_CHARBUF, true), 0);
	close_words();
}

static void tells_what_a_source_says(void)
{
	const struct sinsp_event *ev;

	open_words("a !b");
	CU_ASSERT_STRING_EQUAL(scap_describe(scap), "words");
	CU_ASSERT_EQUAL(sinsp_next(sinsp, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(sinsp_next(sinsp, &ev), -EIO);
	CU_ASSERT_STRING_EQUAL(sinsp_error(sinsp)->msg, "not a word");
	close_words();
	words = (struct words){ .fails = true };
	CU_ASSERT_PTR_NULL(scap_open_source(&words_source, &words, &err));
	CU_ASSERT_EQUAL(err.code, -ENOENT);
	CU_ASSERT_STRING_EQUAL(err.msg, "words: there are no words");
}

static void believes_no_record(void)
{
	const struct sinsp_event *ev;
	struct scap_stats st;

	open_words("a b");
	words.damaged = true;
	CU_ASSERT_EQUAL(sinsp_next(sinsp, &ev), -EBADMSG);
	CU_ASSERT_PTR_NOT_NULL(strstr(sinsp_error(sinsp)->msg, "words: a record of "));
	words.damaged = false;
	CU_ASSERT_EQUAL(sinsp_next(sinsp, &ev), SCAP_EVENT);
	scap_stats(scap, &st);
	CU_ASSERT_EQUAL(st.events, 1);
	scap_stop(scap);
	CU_ASSERT_EQUAL(sinsp_next(sinsp, &ev), SCAP_END);
	close_words();
}

SUITE("extend", TEST(shows_events_of_its_own), TEST(filters_by_fields_of_its_own),
      TEST(treats_absent_values_as_those_of_the_library), TEST(compares_addresses),
      TEST(passes_arguments_and_the_pointer_of_the_table), TEST(knows_them_where_they_were_added),
      TEST(refuses_tables_that_make_no_sense), TEST(tells_what_a_source_says),
      TEST(believes_no_record))
