/* A JSON reader for test vectors: files that we trust, read whole. */
#ifndef VECTORS_JSON_H
#define VECTORS_JSON_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum json_kind {
    JSON_STRING = 1, /* text is the string, its escapes resolved */
    JSON_WORD,       /* a number, true, false or null; text is what was written */
    JSON_ARRAY,
    JSON_OBJECT
} json_kind;

typedef struct json {
    json_kind kind;
    char *name; /* of a member of an object, else NULL */
    char *text;
    struct json *first; /* of an array's or object's members */
    struct json *next;
} json;

static json *json_value(char **at);

static void json_stop(const char *why, const char *at)
{
    fprintf(stderr, "json: %s before \"%.20s\"\n", why, at);
    exit(2);
}

static char *json_skip(char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* Resolves escapes in place; \u gives a ? for what is not ASCII: no vector needs more. */
static char *json_text(char **at)
{
    char *begin = *at + 1;
    char *out = begin;
    char *in = begin;

    while (*in != '"') {
        if (*in == '\0') {
            json_stop("a string without an end", begin);
        }
        if (*in != '\\') {
            *out++ = *in++;
        } else if (in[1] == 'u') {
            char digits[5] = {0};
            long code;

            memcpy(digits, in + 2, 4);
            code = strtol(digits, NULL, 16);
            *out++ = (char)(code > 0 && code < 128 ? code : '?');
            in += 6;
        } else {
            *out++ = in[1] == 'n' ? '\n' : in[1] == 't' ? '\t' : in[1];
            in += 2;
        }
    }
    *out = '\0';
    *at = in + 1;
    return begin;
}

/* The members of an array or object, behind its bracket. */
static json *json_members(char **at, int named)
{
    json *first = NULL;
    json **link = &first;

    *at = json_skip(*at);
    if (**at == ']' || **at == '}') {
        ++*at;
        return NULL;
    }
    for (;;) {
        char *name = NULL;

        *at = json_skip(*at);
        if (named) {
            name = json_text(at);
            *at = json_skip(*at);
            if (*(*at)++ != ':') {
                json_stop("no colon", name);
            }
        }
        *link = json_value(at);
        (*link)->name = name;
        link = &(*link)->next;
        *at = json_skip(*at);
        if (**at == ']' || **at == '}') {
            ++*at;
            return first;
        }
        if (*(*at)++ != ',') {
            json_stop("no comma", *at - 1);
        }
    }
}

static json *json_value(char **at)
{
    json *value = calloc(1, sizeof *value);

    if (value == NULL) {
        exit(2);
    }
    *at = json_skip(*at);
    if (**at == '"') {
        value->kind = JSON_STRING;
        value->text = json_text(at);
    } else if (**at == '{' || **at == '[') {
        value->kind = **at == '{' ? JSON_OBJECT : JSON_ARRAY;
        ++*at;
        value->first = json_members(at, value->kind == JSON_OBJECT);
    } else {
        size_t len = strcspn(*at, ",]} \t\r\n");

        value->kind = JSON_WORD;
        value->text = calloc(1, len + 1);
        if (value->text == NULL || len == 0) {
            json_stop("no value", *at);
        }
        memcpy(value->text, *at, len);
        *at += len;
    }
    return value;
}

/* Parses a NUL-terminated text, which is changed, and has to live as long as the result. */
static json *json_parse(char *text)
{
    return json_value(&text);
}

static void json_free(json *value)
{
    while (value != NULL) {
        json *next = value->next;

        json_free(value->first);
        if (value->kind == JSON_WORD) {
            free(value->text);
        }
        free(value);
        value = next;
    }
}

/* A member by name; NULL where there is none, also of NULL. */
static json *json_get(const json *object, const char *name)
{
    json *member = object == NULL ? NULL : object->first;

    while (member != NULL && (member->name == NULL || strcmp(member->name, name) != 0)) {
        member = member->next;
    }
    return member;
}

/* A member's text; "" where there is none. */
static const char *json_get_text(const json *object, const char *name)
{
    json *member = json_get(object, name);

    return member == NULL || member->text == NULL ? "" : member->text;
}

static long json_get_number(const json *object, const char *name)
{
    return strtol(json_get_text(object, name), NULL, 10);
}

#endif
