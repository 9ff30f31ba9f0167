/* All of libc that the library needs, small. Compiled with -fno-tree-loop-distribute-patterns, so
 * that no loop becomes a call of the function that it is in. */
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    while (len-- > 0) {
        *out++ = *in++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    if (out <= in) {
        return memcpy(to, from, len);
    }
    while (len-- > 0) {
        out[len] = in[len];
    }
    return to;
}

void *memset(void *to, int byte, size_t len)
{
    unsigned char *out = to;

    while (len-- > 0) {
        *out++ = (unsigned char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a;
    const unsigned char *y = b;

    for (; len > 0 && *x == *y; len--) {
        x++;
        y++;
    }
    return len == 0 ? 0 : *x - *y;
}

void *memchr(const void *bytes, int byte, size_t len)
{
    const unsigned char *at = bytes;

    for (; len > 0; len--, at++) {
        if (*at == (unsigned char)byte) {
            return (void *)(size_t)at;
        }
    }
    return NULL;
}

size_t strlen(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0') {
        len++;
    }
    return len;
}

int strncmp(const char *a, const char *b, size_t len)
{
    for (; len > 0 && *a != '\0' && *a == *b; len--) {
        a++;
        b++;
    }
    return len == 0 ? 0 : (unsigned char)*a - (unsigned char)*b;
}

int strcmp(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

char *strchr(const char *text, int byte)
{
    return memchr(text, byte, strlen(text) + 1);
}

char *strrchr(const char *text, int byte)
{
    size_t at = strlen(text) + 1;

    while (at-- > 0) {
        if (text[at] == (char)byte) {
            return (char *)(size_t)(text + at);
        }
    }
    return NULL;
}

char *strstr(const char *text, const char *wanted)
{
    size_t len = strlen(wanted);

    for (; *text != '\0' || len == 0; text++) {
        if (strncmp(text, wanted, len) == 0) {
            return (char *)(size_t)text;
        }
    }
    return NULL;
}

size_t strcspn(const char *text, const char *bytes)
{
    size_t len = 0;

    while (text[len] != '\0' && strchr(bytes, text[len]) == NULL) {
        len++;
    }
    return len;
}

size_t strspn(const char *text, const char *bytes)
{
    size_t len = 0;

    while (text[len] != '\0' && strchr(bytes, text[len]) != NULL) {
        len++;
    }
    return len;
}

char *strpbrk(const char *text, const char *bytes)
{
    text += strcspn(text, bytes);
    return *text == '\0' ? NULL : (char *)(size_t)text;
}
