#include "platform.h"

#if defined(_WIN32) && !defined(HTTPSC_BARE)

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>
#include <windows.h>
#include <stdlib.h>

#define WINDOWS_FILES_IO_MAX ((size_t)1 << 30) /* in one call; its lengths are ULONG */

static int windows_buffer_code(hc_buffer_result result)
{
    switch (result) {
    case HC_BUFFER_OK:
        return HTTPSC_OK;
    case HC_BUFFER_MEMORY:
        return HTTPSC_ERR_MEMORY;
    default:
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
}

/* A path, which is UTF-8 as all text is, for Windows, with a suffix behind it. The caller frees. */
static int windows_path(const char *path, const char *suffix, WCHAR **out, int *native)
{
    size_t suffix_len = strlen(suffix) + 1;
    size_t size = 0;
    int num_units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);

    *out = NULL;
    if (num_units <= 0) {
        *native = (int)GetLastError();
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    if (hc_mul((size_t)num_units + suffix_len, sizeof **out, &size)) {
        *out = malloc(size);
    }
    if (*out == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, *out, num_units);
    for (size_t i = 0; i < suffix_len; i++) { /* ASCII */
        (*out)[(size_t)num_units - 1 + i] = (WCHAR)suffix[i];
    }
    return HTTPSC_OK;
}

static int windows_open_file(const char *path, HANDLE *out, int *native)
{
    WCHAR *wide = NULL;
    int code = windows_path(path, "", &wide, native);

    *out = INVALID_HANDLE_VALUE;
    if (code != HTTPSC_OK) {
        return code;
    }
    *out = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (*out == INVALID_HANDLE_VALUE) {
        *native = (int)GetLastError();
    }
    free(wide);
    return *out == INVALID_HANDLE_VALUE ? HTTPSC_ERR_TRUST_UNREADABLE : HTTPSC_OK;
}

/* Reads to the end, whatever size the file was said to have: it may grow and shrink meanwhile. */
static int windows_read_all(HANDLE file, hc_buffer *out, int *native)
{
    for (;;) {
        unsigned char beyond[512];
        size_t room = out->capacity - out->len;
        unsigned char *place = room > 0 ? out->ptr + out->len : beyond;
        size_t place_size = room > 0 ? hc_min(room, WINDOWS_FILES_IO_MAX) : sizeof beyond;
        DWORD num_read = 0;

        if (!ReadFile(file, place, (DWORD)place_size, &num_read, NULL)) {
            *native = (int)GetLastError();
            return HTTPSC_ERR_TRUST_UNREADABLE;
        }
        if (num_read == 0) {
            return HTTPSC_OK;
        }
        if (room > 0) {
            out->len += num_read;
        } else {
            int code = windows_buffer_code(hc_buffer_add(out, beyond, num_read));

            if (code != HTTPSC_OK) {
                return code;
            }
        }
    }
}

HC_FN int hc_file_read(const char *path, hc_buffer *out, int *native)
{
    size_t len_before = out->len;
    LARGE_INTEGER size;
    HANDLE file;
    int result;

    *native = 0;
    result = windows_open_file(path, &file, native);
    if (result != HTTPSC_OK) {
        return result;
    }
    result = HTTPSC_ERR_TRUST_UNREADABLE;
    if (GetFileType(file) != FILE_TYPE_DISK) {
        goto done;
    }
    if (!GetFileSizeEx(file, &size)) {
        *native = (int)GetLastError();
        goto done;
    }
    if (size.QuadPart < 0 || (uint64_t)size.QuadPart > out->max - out->len) {
        goto done;
    }
    result = windows_buffer_code(hc_buffer_reserve(out, (size_t)size.QuadPart));
    if (result == HTTPSC_OK) {
        result = windows_read_all(file, out, native);
    }
done:
    if (result != HTTPSC_OK) {
        out->len = len_before;
    }
    CloseHandle(file);
    return result;
}

HC_FN int hc_file_append(const char *path, const void *bytes, size_t len, int *native)
{
    WCHAR *wide = NULL;
    HANDLE file = INVALID_HANDLE_VALUE;
    DWORD num_written = 0;
    int done;

    *native = 0;
    if (windows_path(path, "", &wide, native) == HTTPSC_OK) {
        file = CreateFileW(wide, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                           OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
        *native = file == INVALID_HANDLE_VALUE ? (int)GetLastError() : 0;
        free(wide);
    }
    if (file == INVALID_HANDLE_VALUE) {
        return HTTPSC_ERR_SYSTEM;
    }
    done = len <= WINDOWS_FILES_IO_MAX && WriteFile(file, bytes, (DWORD)len, &num_written, NULL) &&
           num_written == len;
    *native = done ? 0 : (int)GetLastError();
    CloseHandle(file);
    return done ? HTTPSC_OK : HTTPSC_ERR_SYSTEM;
}

HC_FN int hc_file_open(const char *path, size_t max, hc_file *out, int *native)
{
    LARGE_INTEGER size;
    HANDLE file;
    int result = windows_open_file(path, &file, native);

    if (result != HTTPSC_OK) {
        return result;
    }
    if (GetFileType(file) == FILE_TYPE_DISK) {
        if (!GetFileSizeEx(file, &size)) {
            *native = (int)GetLastError();
        } else if (size.QuadPart >= 0 && (uint64_t)size.QuadPart <= max) {
            out->handle = (intptr_t)file;
            out->size = (size_t)size.QuadPart;
            return HTTPSC_OK;
        }
    }
    CloseHandle(file);
    return HTTPSC_ERR_TRUST_UNREADABLE;
}

/* The rights are those of the directory: Windows inherits them. */
HC_FN int hc_file_replace(const char *path, const unsigned char *bytes, size_t len, int *native)
{
    WCHAR *beside = NULL;
    WCHAR *name = NULL;
    HANDLE file = INVALID_HANDLE_VALUE;
    int code = windows_path(path, "", &name, native);
    int ok = 0;

    if (code == HTTPSC_OK) {
        code = windows_path(path, ".new", &beside, native);
    }
    if (code == HTTPSC_OK) {
        file = CreateFileW(beside, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL,
                           NULL);
        ok = file != INVALID_HANDLE_VALUE;
    }
    while (ok && len > 0) {
        DWORD num = 0;

        ok = WriteFile(file, bytes, (DWORD)hc_min(len, WINDOWS_FILES_IO_MAX), &num, NULL) &&
             num > 0;
        bytes += num;
        len -= num;
    }
    ok = ok && FlushFileBuffers(file);
    if (file != INVALID_HANDLE_VALUE) {
        CloseHandle(file);
    }
    ok = ok && MoveFileExW(beside, name, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH);
    if (!ok && *native == 0) {
        *native = (int)GetLastError();
    }
    if (!ok && file != INVALID_HANDLE_VALUE) {
        DeleteFileW(beside);
    }
    free(beside);
    free(name);
    return ok ? HTTPSC_OK : code == HTTPSC_ERR_MEMORY ? code : HTTPSC_ERR_SYSTEM;
}

HC_FN void hc_file_close(hc_file *file)
{
    CloseHandle((HANDLE)file->handle);
}

HC_FN int hc_file_read_at(const hc_file *file, size_t offset, unsigned char *buf, size_t len)
{
    while (len > 0) {
        DWORD num_read = 0;
        OVERLAPPED at;

        memset(&at, 0, sizeof at);
        at.Offset = (DWORD)(offset & 0xFFFFFFFFU);
        at.OffsetHigh = (DWORD)((uint64_t)offset >> 32);
        if (!ReadFile((HANDLE)file->handle, buf, (DWORD)hc_min(len, WINDOWS_FILES_IO_MAX),
                      &num_read, &at) ||
            num_read == 0) {
            return 0;
        }
        buf += num_read;
        offset += num_read;
        len -= num_read;
    }
    return 1;
}

HC_FN int hc_dir_visit(const char *path, int (*visit)(void *user, const char *name), void *user,
                       int *native)
{
    char name[3 * MAX_PATH + 1]; /* UTF-8 of as many units */
    WIN32_FIND_DATAW found;
    HANDLE search;
    WCHAR *pattern = NULL;
    int result = windows_path(path, "\\*", &pattern, native);

    if (result != HTTPSC_OK) {
        return result;
    }
    search = FindFirstFileW(pattern, &found);
    *native = search == INVALID_HANDLE_VALUE ? (int)GetLastError() : 0;
    free(pattern);
    if (search == INVALID_HANDLE_VALUE) {
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    do {
        if (WideCharToMultiByte(CP_UTF8, 0, found.cFileName, -1, name, sizeof name, NULL, NULL) >
                0 &&
            strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            result = visit(user, name);
        }
    } while (result == HTTPSC_OK && FindNextFileW(search, &found));
    FindClose(search);
    return result;
}

HC_FN int hc_environment(const char *name, const httpsc_allocator *allocator, char **out)
{
    const DWORD size = 32768; /* no value is longer, its NUL counted */
    WCHAR *wide = malloc(size * sizeof *wide);
    WCHAR *wide_name = NULL;
    int native = 0;
    int code = windows_path(name, "", &wide_name, &native);

    *out = NULL;
    if (code != HTTPSC_OK || wide == NULL) {
        code = HTTPSC_ERR_MEMORY;
    } else if (GetEnvironmentVariableW(wide_name, wide, size) - 1 < size - 1) {
        int len = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);

        *out = hc_alloc(allocator, (size_t)len);
        code = *out == NULL ? HTTPSC_ERR_MEMORY : HTTPSC_OK;
        if (code == HTTPSC_OK) {
            WideCharToMultiByte(CP_UTF8, 0, wide, -1, *out, len, NULL, NULL);
        }
    }
    free(wide_name);
    free(wide);
    return code;
}

/* The system's roots are in a store (store.c), not in a file. */
HC_FN const char *hc_system_bundle_path(size_t i)
{
    (void)i;
    return NULL;
}

#endif
