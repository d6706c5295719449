/* SPDX-License-Identifier: MIT */
#include "pg/url.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/environment.h>

#include "core/ascii.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"

#define HIDDEN "***"
#define UNREADABLE "(unreadable)"

static bool
is_uri(const char *url)
{
	return strncmp(url, "postgresql://", 13) == 0 ||
	       strncmp(url, "postgres://", 11) == 0;
}

/* libpq's own reading. NULL when it cannot be read, or when memory is out: then
 * *unreadable stays false. */
static PQconninfoOption *
options_parse(const char *url, bool *unreadable)
{
	char *reason = NULL;
	PQconninfoOption *options = PQconninfoParse(url, &reason);

	*unreadable = options == NULL && reason != NULL;
	PQfreemem(reason);
	return options;
}

static void
options_free(PQconninfoOption *options)
{
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
		aet__memory_wipe_text(option->val);
	PQconninfoFree(options);
}

static const PQconninfoOption *
option_find(const PQconninfoOption *options, const char *keyword, size_t len)
{
	for (; options->keyword != NULL; options++)
		if (strlen(options->keyword) == len &&
		    memcmp(options->keyword, keyword, len) == 0)
			return options;
	return NULL;
}

/* libpq marks what a dialog should hide; what it does not know is hidden too. */
static bool
is_secret(const PQconninfoOption *options, const char *keyword, size_t len)
{
	const PQconninfoOption *option = option_find(options, keyword, len);

	return option == NULL ? !(len == 3 && memcmp(keyword, "ssl", 3) == 0)
			      : *option->dispchar == '*';
}

/* A database's name may be a whole connection string (PostgreSQL manual, "34.1.
 * Database Connection Control Functions"), with a password of its own. */
static bool
hides_another(const PQconninfoOption *options)
{
	const PQconninfoOption *option = option_find(options, "dbname", 6);

	return option != NULL && option->val != NULL &&
	       (is_uri(option->val) || strchr(option->val, '=') != NULL);
}

bool
aet__url_is_nested(const char *dbname)
{
	PQconninfoOption *options;
	bool unreadable;

	if (is_uri(dbname) || strchr(dbname, '=') == NULL)
		return is_uri(dbname);
	options = options_parse(dbname, &unreadable);
	if (options != NULL)
		options_free(options);
	return options != NULL;
}

/*
 * Where the user's part of a URI ends, or NULL. libpq ends it at the first @
 * before a slash. A password with an @ or a slash that nobody encoded still
 * must not show, so that here it is the last @ that is no parameter's.
 */
static const char *
userinfo_end(const char *start)
{
	const char *first = start + strcspn(start, "@/");
	const char *end = first + strcspn(first, "?");

	if (*first != '@')
		end = start + strcspn(start, "?");
	while (end > start && *end != '@')
		end--;
	return *end == '@' ? end : NULL;
}

static int
hex_value(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;

	return found != NULL ? (int)(found - digits) % 16 : -1;
}

/* Decodes a parameter's name, which may be percent-encoded. Returns its length;
 * what does not fit is no keyword. */
static size_t
keyword_decode(const char *text, size_t len, char keyword[AET_NAME_SIZE])
{
	size_t used = 0;

	for (size_t i = 0; i < len && used < AET_NAME_SIZE; i++) {
		if (text[i] == '%' && i + 2 < len && hex_value(text[i + 1]) >= 0 &&
		    hex_value(text[i + 2]) >= 0) {
			keyword[used++] =
			    (char)(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
			i += 2;
		} else {
			keyword[used++] = text[i];
		}
	}
	return used;
}

/* From the question mark on: NAME=VALUE&NAME=VALUE. */
static void
redact_parameters(const PQconninfoOption *options, const char *at, aet__text *out)
{
	char keyword[AET_NAME_SIZE];
	size_t name_len;
	size_t len;

	while (*at != '\0') {
		aet__text_add_char(out, *at++);
		name_len = strcspn(at, "=&");
		len = strcspn(at, "&");
		if (name_len < len &&
		    is_secret(options, keyword, keyword_decode(at, name_len, keyword))) {
			aet__text_add_n(out, at, name_len);
			aet__text_add(out, "=" HIDDEN);
		} else {
			aet__text_add_n(out, at, len);
		}
		at += len;
	}
}

static void
redact_uri(const PQconninfoOption *options, const char *url, aet__text *out)
{
	const char *start = strstr(url, "://") + 3;
	const char *end = userinfo_end(start);
	const char *colon =
	    end != NULL ? memchr(start, ':', (size_t)(end - start)) : NULL;
	size_t len;

	if (colon != NULL) {
		aet__text_add_n(out, url, (size_t)(colon + 1 - url));
		aet__text_add(out, HIDDEN);
		url = end;
	} else if (end != NULL) {
		aet__text_add_n(out, url, (size_t)(end - url));
		url = end;
	}
	len = strcspn(url, "?");
	aet__text_add_n(out, url, len);
	redact_parameters(options, url + len, out);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t
space_span(const char *text)
{
	size_t len = 0;

	while (is_space(text[len]))
		len++;
	return len;
}

/* The length of a keyword's value: 'in quotes' or up to white space; either
 * way a backslash takes the character behind it along. */
static size_t
value_span(const char *text)
{
	bool quoted = *text == '\'';
	size_t len = quoted;

	while (text[len] != '\0' && (quoted ? text[len] != '\'' : !is_space(text[len]))) {
		len += text[len] == '\\' && text[len + 1] != '\0';
		len++;
	}
	return len + (quoted && text[len] == '\'');
}

/* libpq has read the string before, so that it is NAME = VALUE all along. */
static void
redact_keywords(const PQconninfoOption *options, const char *at, aet__text *out)
{
	const char *name;
	size_t name_len;
	size_t len;

	while (*(at += space_span(at)) != '\0') {
		name = at;
		while (*at != '\0' && *at != '=' && !is_space(*at))
			at++;
		name_len = (size_t)(at - name);
		at += space_span(at);
		at += *at == '=';
		at += space_span(at);
		len = value_span(at);
		if (out->len > 0)
			aet__text_add_char(out, ' ');
		aet__text_add_n(out, name, name_len);
		aet__text_add_char(out, '=');
		if (is_secret(options, name, name_len))
			aet__text_add(out, HIDDEN);
		else
			aet__text_add_n(out, at, len);
		at += len;
	}
}

aet_status
aet_url_redact(const char *url, char **out, aet_error *err)
{
	PQconninfoOption *options;
	aet__text text = { 0 };
	bool unreadable;
	char *taken;

	if (url == NULL)
		return aet_error_set(err, AET_EINVAL, "the connection string is NULL");
	options = options_parse(url, &unreadable);
	if (options == NULL && !unreadable)
		return aet__error_memory(err);
	if (options == NULL || hides_another(options))
		aet__text_add(&text, UNREADABLE);
	else if (is_uri(url))
		redact_uri(options, url, &text);
	else
		redact_keywords(options, url, &text);
	if (options != NULL)
		options_free(options);
	taken = aet__text_take(&text);
	if (taken == NULL)
		return aet__error_memory(err);
	*out = taken;
	return AET_OK;
}

/* What libpq would use: the string's, else the variable's, else "". */
static const char *
option_value(const PQconninfoOption *options, const char *keyword, const char *variable)
{
	const PQconninfoOption *option = option_find(options, keyword, strlen(keyword));
	const char *value = option != NULL ? option->val : NULL;

	if (value == NULL || *value == '\0')
		value = getenv(variable);
	return value != NULL ? value : "";
}

static bool
host_is_local(const char *host)
{
	struct in6_addr address6;
	struct in_addr address;

	if (*host == '\0' || *host == '/' || *host == '@' ||
	    aet__ascii_same(host, "localhost"))
		return true;
	if (inet_pton(AF_INET, host, &address) == 1)
		return (ntohl(address.s_addr) >> 24) == 127;
	return inet_pton(AF_INET6, host, &address6) == 1 &&
	       IN6_IS_ADDR_LOOPBACK(&address6);
}

/* Copies the present element of a list with commas, and steps behind it. */
static void
list_next(const char **list, char element[AET__HOST_SIZE])
{
	size_t len = strcspn(*list, ",");
	size_t kept = len < AET__HOST_SIZE ? len : AET__HOST_SIZE - 1;

	memcpy(element, *list, kept);
	element[kept] = '\0';
	*list += len;
}

static bool
list_more(const char **list)
{
	if (**list != ',')
		return false;
	(*list)++;
	return true;
}

/* An address, where there is one, is what libpq dials; the host is its name. */
static bool
hosts_are_local(const char *names, const char *addresses, char host[AET__HOST_SIZE])
{
	char first[AET__HOST_SIZE] = "";
	bool at_first = true;
	bool more = true;

	while (more) {
		list_next(&names, host);
		if (*addresses != '\0' && *addresses != ',')
			list_next(&addresses, host);
		if (!host_is_local(host))
			return false;
		if (at_first)
			memcpy(first, host, sizeof(first));
		at_first = false;
		more = list_more(&names);
		more = list_more(&addresses) || more;
	}
	memcpy(host, first, sizeof(first));
	return true;
}

aet_status
aet__url_is_local(const char *url, bool *local, char host[AET__HOST_SIZE])
{
	PQconninfoOption *options;
	const char *addresses;
	const char *service;
	bool unreadable;

	if (url == NULL)
		return AET_EINVAL;
	options = options_parse(url, &unreadable);
	if (options == NULL)
		return unreadable ? AET_EINVAL : AET_ENOMEM;
	addresses = option_value(options, "hostaddr", "PGHOSTADDR");
	service = option_value(options, "service", "PGSERVICE");
	*local =
	    hosts_are_local(option_value(options, "host", "PGHOST"), addresses, host);
	/* Addresses leave a service nothing to say. */
	if (*local && *service != '\0' && *addresses == '\0') {
		*local = false;
		aet__error_copy(host, AET__HOST_SIZE, service);
	}
	options_free(options);
	return AET_OK;
}
