/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of the filter language, and the memory its tree is made of. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "filter_ast.h"

/* ---- memory ---- */

#define BLOCK_SIZE 4096u

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(16) char data[];
};

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->blocks;
	size_t room;

	size = (size + 15) & ~(size_t)15;
	if (!b || b->size - b->used < size) {
		room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		b = calloc(1, sizeof(*b) + room);
		if (!b)
			return NULL;
		b->size = room;
		b->next = a->blocks;
		a->blocks = b;
	}
	b->used += size;
	return b->data + b->used - size;
}

void arena_free(struct arena *a)
{
	struct arena_block *b = a->blocks, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
}

/* ---- errors ---- */

int filter_fail(struct lexer *lx, int code, size_t pos, const char *fmt, ...)
{
	size_t line = 1, column = 1, i;
	char reason[320];
	va_list ap;

	for (i = 0; i < pos && i < lx->len; i++) {
		column++;
		if (lx->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	for (i = 0; reason[i]; i++)
		if ((unsigned char)reason[i] < 0x20 || (unsigned char)reason[i] > 0x7e)
			reason[i] = '.';
	scap_fail(lx->err, code, "filter error at index %zu, line %zu, column %zu: %s", pos, line,
		  column, reason);
	if (lx->err)
		lx->err->at = pos;
	return code;
}

/* ---- characters ---- */

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\b';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_';
}

/* Inside the parts behind a point: labels have more than names. */
static bool is_part(char c)
{
	return is_name(c) || c == '-' || c == '/';
}

static bool is_bare(char c)
{
	return !lex_is_blank(c) && c && !strchr("()\"'=,", c);
}

char lex_peek(const struct lexer *lx)
{
	return lx->pos < lx->len ? lx->text[lx->pos] : '\0';
}

static char at(const struct lexer *lx, size_t pos)
{
	return pos < lx->len ? lx->text[pos] : '\0';
}

void lex_skip_blanks(struct lexer *lx)
{
	while (lx->pos < lx->len && lex_is_blank(lx->text[lx->pos]))
		lx->pos++;
}

static void took(struct lexer *lx, size_t len)
{
	lx->last_pos = lx->pos;
	lx->last_len = len;
	lx->pos += len;
}

bool lex_char(struct lexer *lx, char c)
{
	if (lex_peek(lx) != c || lx->pos >= lx->len)
		return false;
	took(lx, 1);
	return true;
}

bool lex_word(struct lexer *lx, const char *word)
{
	size_t n = strlen(word);

	if (lx->len - lx->pos < n || memcmp(lx->text + lx->pos, word, n) != 0)
		return false;
	if (is_name(word[n - 1]) && (is_part(at(lx, lx->pos + n)) || at(lx, lx->pos + n) == '.'))
		return false;
	took(lx, n);
	return true;
}

size_t lex_name_len(const struct lexer *lx)
{
	size_t n = 0;

	if (!is_alpha(lex_peek(lx)))
		return 0;
	while (is_name(at(lx, lx->pos + n)))
		n++;
	return n;
}

/* ---- strings ---- */

/* The byte that an escape stands for, or -1; @used gets what stands behind the backslash. */
static int unescape(const struct lexer *lx, size_t pos, char quote, size_t *used)
{
	char c = at(lx, pos);
	const char *hex = "0123456789abcdef";
	const char *hi, *lo;

	*used = 1;
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '\\':
	case '/':
		return c;
	case ' ':
		*used = 0; /* the blank stays what it is */
		return '\\';
	case 'x':
		if (!at(lx, pos + 1) || !at(lx, pos + 2))
			return -1;
		hi = strchr(hex, at(lx, pos + 1) | 0x20);
		lo = strchr(hex, at(lx, pos + 2) | 0x20);
		*used = 3;
		return hi && lo && (hi != hex || lo != hex) ? (int)((hi - hex) << 4 | (lo - hex))
							    : -1;
	default:
		return c == quote && c ? c : -1;
	}
}

int lex_quoted(struct lexer *lx, struct term *t)
{
	size_t begin = lx->pos, pos = begin + 1, used, n = 0;
	char quote = lex_peek(lx), *out;
	int c;

	if (quote != '"' && quote != '\'')
		return -ENOENT;
	out = arena_alloc(lx->arena, lx->len - begin + 1);
	if (!out)
		return filter_fail(lx, -ENOMEM, begin, "out of memory");
	while (pos < lx->len && lx->text[pos] != quote) {
		if (lx->text[pos] != '\\') {
			out[n++] = lx->text[pos++];
			continue;
		}
		c = unescape(lx, pos + 1, quote, &used);
		if (c < 0)
			return filter_fail(lx, -EINVAL, pos,
					   "unsupported string escape sequence: \\%c",
					   at(lx, pos + 1));
		out[n++] = (char)c;
		pos += 1 + used;
	}
	if (pos >= lx->len)
		return filter_fail(lx, -EINVAL, begin,
				   "expected a string value: the quote that "
				   "opens here is not closed");
	*t = (struct term){ .kind = TERM_STRING, .pos = begin, .text = out, .len = n };
	took(lx, pos + 1 - begin);
	return 0;
}

int lex_string(struct lexer *lx, struct term *t)
{
	size_t n = 0;
	int rc = lex_quoted(lx, t);

	if (rc != -ENOENT)
		return rc;
	while (is_bare(at(lx, lx->pos + n)))
		n++;
	if (n == 0)
		return -ENOENT;
	*t = (struct term){
		.kind = TERM_STRING, .pos = lx->pos, .text = lx->text + lx->pos, .len = n
	};
	took(lx, n);
	return 0;
}

/* ---- numbers ---- */

static size_t digits(const struct lexer *lx, size_t pos)
{
	size_t n = 0;

	while (is_digit(at(lx, pos + n)))
		n++;
	return n;
}

static size_t number_len(const struct lexer *lx)
{
	size_t begin = lx->pos, pos = begin, n;

	if (at(lx, pos) == '+' || at(lx, pos) == '-')
		pos++;
	if (at(lx, pos) == '0' && at(lx, pos + 1) == 'x') {
		for (n = 0; is_name(at(lx, pos + 2 + n)); n++)
			;
		return n ? pos + 2 + n - begin : 0;
	}
	n = digits(lx, pos);
	if (!n)
		return 0;
	pos += n;
	n = at(lx, pos) == '.' ? digits(lx, pos + 1) : 0;
	if (n)
		pos += 1 + n;
	if (at(lx, pos) == 'e') {
		size_t sign = at(lx, pos + 1) == '+' || at(lx, pos + 1) == '-';

		n = digits(lx, pos + 1 + sign);
		if (n)
			pos += 1 + sign + n;
	}
	return pos - begin;
}

int lex_number(struct lexer *lx, struct term *t)
{
	size_t n = number_len(lx);

	if (!n)
		return -ENOENT;
	*t = (struct term){
		.kind = TERM_NUMBER, .pos = lx->pos, .text = lx->text + lx->pos, .len = n
	};
	took(lx, n);
	return 0;
}

/* ---- fields ---- */

int lex_bracket(struct lexer *lx, const char **text, size_t *len)
{
	size_t begin = lx->pos;
	struct term t;
	int rc;

	if (!lex_char(lx, '['))
		return -ENOENT;
	rc = lex_quoted(lx, &t);
	if (rc == -ENOENT) {
		t.text = lx->text + lx->pos;
		for (t.len = 0; lx->pos < lx->len; t.len++, lx->pos++)
			if (lex_is_blank(lex_peek(lx)) || strchr("[]\"'", lex_peek(lx)))
				break;
	} else if (rc < 0) {
		return rc;
	}
	if (!t.len || !lex_char(lx, ']'))
		return filter_fail(lx, -EINVAL, begin,
				   "expected an argument and ']' after this '['");
	*text = t.text;
	*len = t.len;
	return 0;
}

int lex_field(struct lexer *lx, struct term *t)
{
	size_t begin = lx->pos, n = lex_name_len(lx), len;
	const char *arg;
	int rc;

	if (!n || at(lx, begin + n) != '.' || !is_part(at(lx, begin + n + 1)))
		return -ENOENT;
	while (at(lx, begin + n) == '.' && is_part(at(lx, begin + n + 1)))
		for (n++; is_part(at(lx, begin + n)); n++)
			;
	lx->pos += n;
	rc = lex_bracket(lx, &arg, &len);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	n = lx->pos - begin;
	lx->pos = begin;
	*t = (struct term){ .kind = TERM_FIELD, .pos = begin, .text = lx->text + begin, .len = n };
	took(lx, n);
	return 0;
}
