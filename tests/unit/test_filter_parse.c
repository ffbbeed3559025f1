/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter language: what is a filter, and where errors are. */
#include "suite.h"

#include "sinsp.h"

/* "" if it compiles, else the message. */
static const char *compile(const char *text)
{
	static struct scap_error err;
	struct sinsp_filter *f;

	memset(&err, 0, sizeof(err));
	f = sinsp_filter_new(NULL, text, &err);
	sinsp_filter_free(f);
	if (f && err.msg[0])
		return "compiled with a message";
	if (!f && !err.msg[0])
		return "failed without a message";
	return err.msg;
}

static void good(const char *text)
{
	const char *msg = compile(text);

	if (*msg)
		printf("    %s\n    %s\n", text, msg);
	CU_ASSERT_STRING_EQUAL(msg, "");
}

/* The message begins with the place and goes on with @reason. */
static void bad(const char *text, int index, int line, int column, const char *reason)
{
	const char *msg = compile(text);
	char want[512];

	snprintf(want, sizeof(want), "filter error at index %d, line %d, column %d: %s", index,
		 line, column, reason);
	if (strncmp(msg, want, strlen(want)) != 0)
		printf("    %s\n    got:  %s\n    want: %s\n", text, msg, want);
	CU_ASSERT_EQUAL(strncmp(msg, want, strlen(want)), 0);
	CU_ASSERT_PTR_NULL(strchr(msg, '\n'));
}

static void takes_every_operator(void)
{
	good("proc.name = a");
	good("proc.name == a");
	good("proc.name != a");
	good("fd.num < 3 and fd.num <= 3 and fd.num > 3 and fd.num >= 3");
	good("proc.name exists");
	good("proc.name contains a or proc.name icontains a");
	good("proc.name startswith a or proc.name endswith a");
	good("proc.name glob a* or proc.name iglob a* or proc.name regex a.*");
	good("evt.buffer bcontains 00ff or evt.buffer bstartswith 00FF");
	good("proc.name in (a, b) or proc.name intersects (a) or fd.name pmatch (/a, /b)");
	good("proc.name = oneof (a, b) or proc.name = anyof (a) or proc.name != allof (a, b)");
}

static void needs_no_blanks_where_signs_stand(void)
{
	good("fd.num=3");
	good("(fd.num=3)and(fd.num=4)or(fd.num=5)");
	good("not(fd.num=3)");
	good("  fd.num = 3  ");
	good("fd.num\n=\t3\r\n");
	good("proc.name in(a,b)");
	good("proc.name contains\"x y\"");
	good("evt.dir=>");
	good("evt.dir = <");
}

static void takes_nested_and_repeated_words(void)
{
	good("((fd.num=3))");
	good("not not fd.num=3");
	good("not (fd.num=3 or not fd.num=4)");
	good("fd.num=1 and fd.num=2 and fd.num=3 or fd.num=4 and fd.num=5");
	good("fd.name = anyof");
	good("fd.name = exists");
	good("fd.name in ()");
	good("fd.name in x");
}

static void takes_arguments_of_fields(void)
{
	good("proc.aname[2] = a");
	good("proc.env[HOME] = a");
	good("proc.env['A B'] = a");
	good("evt.arg[0] = a");
	good("evt.arg.flags contains O_CREAT");
	good("evt.rawarg.res < 0");
	good("evt.type.is.open = 1");
	good("evt.around[1600000000123456789]=3");
	good("container.label[app] = a");
	good("container.label.app.kubernetes.io/name = a");
}

static void takes_transformers(void)
{
	good("tolower(proc.name) = a");
	good("len(basename(fd.name)) > 3");
	good("concat(proc.name, ':', user.name) = a:b");
	good("join(',', (proc.name, user.name, \"x\")) = 'a,b,x'");
	good("b64(evt.buffer) contains x");
	good("getopt((proc.args[0], proc.args[1]), 'c:')[c] = x");
	good("proc.name = val(user.name)");
	good("proc.name = tolower(proc.exe)");
	good("proc.name in (a, b) or toupper(proc.name) in (A)");
	good("fd.cip = val(fd.lip)");
}

static void says_where_a_word_is_wrong(void)
{
	bad("", 0, 1, 1, "the filter is empty");
	bad("   ", 3, 1, 4, "the filter is empty");
	bad("fd.num=3 && fd.num=3", 9, 1, 10, "unexpected token after '3', expecting 'or', 'and'");
	bad("fd.num=3 AND fd.num=3", 9, 1, 10, "unexpected token after '3'");
	bad("fd.num=3 extra", 9, 1, 10, "unexpected token after '3', expecting 'or', 'and'");
	bad("fd.num=3)", 8, 1, 9, "unexpected token after '3'");
	bad("(fd.num=3", 9, 1, 10, "expected a ')' token");
	bad("fd.num=", 7, 1, 8, "expected a string value or a field with a transformer: 'val'");
	bad("fd.num 3", 7, 1, 8, "expected an operator: one of 'exists', '<='");
	bad("proc.name=bash or", 17, 1, 18, "expected blank or '(' after 'or'");
	bad("proc.name=bash and", 18, 1, 19, "expected blank or '(' after 'and'");
	bad("proc.name=bash or ", 18, 1, 19, "expected a field");
	bad("proc.name < bbb", 12, 1, 13, "expected a number value or a field");
	bad("proc.name=/bin/x,y", 16, 1, 17, "unexpected token after '/bin/x'");
	bad("myMacro", 0, 1, 1, "unexpected identifier 'myMacro'");
	bad("proc.name=a and\nmyMacro", 16, 2, 1, "unexpected identifier 'myMacro'");
	bad("!proc.name=a", 0, 1, 1, "expected a field");
}

static void says_where_a_list_is_wrong(void)
{
	bad("fd.name in (/etc/passwd /dev/log)", 24, 1, 25, "expected a ')' token");
	bad("fd.name in (a,)", 14, 1, 15, "expected a string value");
	bad("fd.name in (,a)", 12, 1, 13, "expected a string value");
	bad("fd.name in (a", 13, 1, 14, "expected a ')' token");
	bad("fd.name in", 10, 1, 11, "expected a list value");
	bad("fd.name pmatch =", 15, 1, 16, "expected a list value");
}

static void says_where_a_string_is_wrong(void)
{
	bad("proc.name=\"abc", 10, 1, 11, "expected a string value");
	bad("proc.name='a\\q'", 12, 1, 13, "unsupported string escape sequence: \\q");
	bad("proc.name='\\x00'", 11, 1, 12, "unsupported string escape sequence: \\x");
	bad("proc.name='\\x4", 11, 1, 12, "unsupported string escape sequence: \\x");
	bad("proc.name='\\", 11, 1, 12, "unsupported string escape sequence");
}

static void says_which_field_is_wrong(void)
{
	bad("foo.bar=1", 0, 1, 1, "no such field: foo.bar");
	bad("evt.num=1 or proc.namex=1", 13, 1, 14,
	    "no such field: proc.namex; did you mean proc.name, ");
	bad("evt.typ=read", 0, 1, 1, "no such field: evt.typ; did you mean evt.type");
	bad("proc.name.x=1", 0, 1, 1, "no such field: proc.name.x");
	bad("proc.name[1]=1", 0, 1, 1, "no such field: proc.name[1]");
	bad("evt.arg=1", 0, 1, 1, "evt.arg needs an argument");
	bad("evt.arg.nosuch=1", 0, 1, 1, "unknown event argument nosuch");
	bad("evt.arg.flag=1", 0, 1, 1, "unknown event argument flag; did you mean flags");
	bad("proc.aname[x]=1", 0, 1, 1, "the argument of proc.aname must be a number");
	bad("proc.aname[1=1", 10, 1, 11, "expected an argument and ']'");
	bad("proc.env[]=1", 8, 1, 9, "expected an argument and ']'");
	bad("evt.outputtime=1", 0, 1, 1, "field 'evt.outputtime' is for output only");
}

static void says_which_operator_does_not_fit(void)
{
	bad("fd.num contains 3", 0, 1, 1, "'contains' operator not supported for numeric filters");
	bad("proc.name bcontains 00", 0, 1, 1, "'bcontains' operator not supported for string");
	bad("fd.cip startswith 1", 0, 1, 1, "'startswith' operator not supported for IP address");
	bad("evt.failed > 1", 0, 1, 1, "'>' operator not supported for boolean filters");
	bad("fd.types = file", 0, 1, 1, "'=' operator not supported for list filters");
	bad("proc.name < 3", 0, 1, 1, "'<' operator not supported for string filters");
}

static void says_which_value_does_not_fit(void)
{
	bad("fd.num=0x3", 7, 1, 8, "0x3 is not a valid number");
	bad("fd.num=3.0", 7, 1, 8, "3.0 is not a valid number");
	bad("fd.num > 1e3", 9, 1, 10, "1e3 is not a valid number");
	bad("fd.num in (1, abc)", 14, 1, 15, "abc is not a valid number");
	bad("evt.num=99999999999999999999", 8, 1, 9, "99999999999999999999 is not a valid number");
	bad("evt.failed=1", 11, 1, 12, "unrecognized boolean value 1");
	bad("fd.ip=300.1.1.1", 6, 1, 7, "unrecognized IPv4 address 300.1.1.1");
	bad("fd.ip=abc", 6, 1, 7, "unrecognized IPv6 address abc");
	bad("fd.net=10.0.0.0", 7, 1, 8, "unrecognized IP network 10.0.0.0");
	bad("fd.net=10.0.0.0/33", 7, 1, 8, "invalid netmask 33");
	bad("fd.port=nosuch", 8, 1, 9, "unrecognized protocol nosuch");
	bad("fd.port=70000", 8, 1, 9, "no port has the number 70000");
	bad("evt.type=nosuch", 9, 1, 10, "unknown event type nosuch");
	bad("evt.type in (read, opena)", 19, 1, 20,
	    "unknown event type opena; did you mean open or openat?");
	bad("evt.type glob re*", 14, 1, 15, "unknown event type re*");
	bad("evt.type in (read, nosuch)", 19, 1, 20, "unknown event type nosuch");
	bad("fd.name regex '('", 14, 1, 15, "invalid regex pattern: ");
	bad("fd.name regex 'a(?=b)'", 14, 1, 15, "invalid regex pattern: no look-around");
	bad("evt.buffer bcontains abc", 21, 1, 22, "expected an even number of hexadecimal");
	bad("evt.buffer bcontains zz", 21, 1, 22, "expected hexadecimal digits");
}

static void says_which_right_side_does_not_fit(void)
{
	bad("fd.sip = val(proc.name)", 9, 1, 10,
	    "field 'fd.sip' has type 'IPADDR' while the right-hand side field 'proc.name' has "
	    "incompatible type 'CHARBUF'");
	bad("proc.aname = val(proc.name)", 13, 1, 14, "'=' of 'proc.aname' takes no field");
	bad("proc.name = val(proc.aname)", 12, 1, 13, "field 'proc.aname' cannot stand");
	bad("proc.name regex val(proc.exe)", 16, 1, 17, "'regex' of 'proc.name' takes no field");
	bad("fd.snet = val(fd.cip)", 10, 1, 11, "'=' of 'fd.snet' takes no field");
	bad("proc.name = nosuch(proc.exe)", 12, 1, 13, "there is no transformer 'nosuch'");
	bad("proc.name = val('x')", 12, 1, 13, "val() takes one field");
	bad("len(proc.name) > tolower(proc.exe)", 17, 1, 18, "field 'len' has type 'UINT64'");
}

static void says_which_transformer_does_not_fit(void)
{
	bad("tolower(proc.pid)=1", 0, 1, 1, "tolower() takes a string");
	bad("tolower(proc.aname)=1", 0, 1, 1, "field 'proc.aname' does not support transformers");
	bad("tolower(proc.name, proc.exe)=1", 0, 1, 1, "tolower() has a wrong number of arguments");
	bad("getopt(proc.args,\"i\")[i] exists", 0, 1, 1, "getopt() first argument must be a list");
	bad("join(',', proc.name)=1", 0, 1, 1, "join() second argument must be a list");
	bad("tolower(proc.name=1", 17, 1, 18, "expected a ')' token");
	bad("tolower()=1", 8, 1, 9, "expected a field, a transformer");
}

/* As deep as @n brackets. */
static const char *nested(size_t n, const char *inner)
{
	static char text[4096];

	memset(text, '(', n);
	strcpy(text + n, inner);
	memset(text + strlen(text), ')', n + 1);
	text[2 * n + strlen(inner)] = '\0';
	return text;
}

static void stops_at_a_depth_of_100(void)
{
	good(nested(100, "fd.num=1"));
	bad(nested(101, "fd.num=1"), 101, 1, 102, "nested deeper than the recursion limit of 100");
}

static void keeps_errors_to_one_printable_line(void)
{
	const char *msg = compile("fd.name regex '(\x1b[31m\n'");

	CU_ASSERT_PTR_NULL(strchr(msg, '\n'));
	CU_ASSERT_PTR_NULL(strchr(msg, '\x1b'));
	CU_ASSERT_PTR_NOT_NULL(strstr(msg, "invalid regex pattern"));
}

SUITE("filter_parse", TEST(takes_every_operator), TEST(needs_no_blanks_where_signs_stand),
      TEST(takes_nested_and_repeated_words), TEST(takes_arguments_of_fields),
      TEST(takes_transformers), TEST(says_where_a_word_is_wrong), TEST(says_where_a_list_is_wrong),
      TEST(says_where_a_string_is_wrong), TEST(says_which_field_is_wrong),
      TEST(says_which_operator_does_not_fit), TEST(says_which_value_does_not_fit),
      TEST(says_which_right_side_does_not_fit), TEST(says_which_transformer_does_not_fit),
      TEST(stops_at_a_depth_of_100), TEST(keeps_errors_to_one_printable_line))
