#include "posix.h"

#if !defined(_WIN32) && !defined(HTTPSC_BARE)

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/auxv.h>
#endif

#define POSIX_FILES_IO_MAX ((size_t)1 << 30) /* in one call */

static int posix_buffer_code(hc_buffer_result result)
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

/* Reads to the end, whatever size the file was said to have: it may grow and shrink meanwhile. */
static int posix_read_all(int fd, hc_buffer *out, int *native)
{
    for (;;) {
        unsigned char beyond[512];
        size_t room = out->capacity - out->len;
        ssize_t num_read;

        if (room > 0) {
            num_read = hc_posix_read(fd, out->ptr + out->len, room);
        } else {
            num_read = hc_posix_read(fd, beyond, sizeof beyond);
        }
        if (num_read < 0) {
            *native = errno;
            return HTTPSC_ERR_TRUST_UNREADABLE;
        }
        if (num_read == 0) {
            return HTTPSC_OK;
        }
        if (room > 0) {
            out->len += (size_t)num_read;
        } else {
            int code = posix_buffer_code(hc_buffer_add(out, beyond, (size_t)num_read));

            hc_wipe(beyond, sizeof beyond); /* a key may be in it */
            if (code != HTTPSC_OK) {
                return code;
            }
        }
    }
}

HC_FN int hc_file_read(const char *path, hc_buffer *out, int *native)
{
    size_t len_before = out->len;
    int result = HTTPSC_ERR_TRUST_UNREADABLE;
    struct stat status;
    int fd;

    *native = 0;
    fd = hc_posix_open(path, O_NONBLOCK); /* or a FIFO without a writer would hold it here */
    if (fd < 0) {
        *native = errno;
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    if (fstat(fd, &status) != 0) {
        *native = errno;
        goto done;
    }
    if (!S_ISREG(status.st_mode) || status.st_size < 0 ||
        (uintmax_t)status.st_size > out->max - out->len) {
        goto done;
    }
    result = posix_buffer_code(hc_buffer_reserve(out, (size_t)status.st_size));
    if (result == HTTPSC_OK) {
        result = posix_read_all(fd, out, native);
    }
done:
    if (result != HTTPSC_OK) {
        out->len = len_before;
    }
    close(fd);
    return result;
}

HC_FN int hc_file_append(const char *path, const void *bytes, size_t len, int *native)
{
    int result = HTTPSC_ERR_SYSTEM;
    struct stat status;
    ssize_t num_written;
    int fd;

    do { /* a FIFO without a reader would hold it here */
        fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    } while (fd < 0 && errno == EINTR);
    *native = fd < 0 ? errno : 0;
    if (fd < 0) {
        return result;
    }
    if (fstat(fd, &status) != 0) {
        *native = errno;
    } else if (S_ISREG(status.st_mode)) {
        do {
            num_written = write(fd, bytes, len);
        } while (num_written < 0 && errno == EINTR);
        *native = num_written < 0 ? errno : 0;
        result = num_written == (ssize_t)len ? HTTPSC_OK : result;
    }
    close(fd);
    return result;
}

HC_FN int hc_file_open(const char *path, size_t max, hc_file *out, int *native)
{
    struct stat status;
    int fd = hc_posix_open(path, O_NONBLOCK);

    *native = fd < 0 ? errno : 0;
    if (fd < 0) {
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    if (fstat(fd, &status) != 0) {
        *native = errno;
    } else if (S_ISREG(status.st_mode) && status.st_size >= 0 &&
               (uintmax_t)status.st_size <= max) {
        out->handle = fd;
        out->size = (size_t)status.st_size;
        return HTTPSC_OK;
    }
    close(fd);
    return HTTPSC_ERR_TRUST_UNREADABLE;
}

HC_FN void hc_file_close(hc_file *file)
{
    close((int)file->handle);
}

HC_FN int hc_file_read_at(const hc_file *file, size_t offset, unsigned char *buf, size_t len)
{
    while (len > 0) {
        ssize_t num_read =
            pread((int)file->handle, buf, hc_min(len, POSIX_FILES_IO_MAX), (off_t)offset);

        if (num_read < 0 && errno == EINTR) {
            continue;
        }
        if (num_read <= 0) {
            return 0;
        }
        buf += num_read;
        offset += (size_t)num_read;
        len -= (size_t)num_read;
    }
    return 1;
}

HC_FN int hc_dir_visit(const char *path, int (*visit)(void *user, const char *name), void *user,
                       int *native)
{
    DIR *dir = opendir(path); /* close-on-exec (POSIX.1-2008) */
    int result = HTTPSC_OK;

    *native = errno;
    if (dir == NULL) {
        return HTTPSC_ERR_TRUST_UNREADABLE;
    }
    while (result == HTTPSC_OK) {
        struct dirent *entry;

        errno = 0;
        entry = readdir(dir);
        if (entry == NULL) {
            *native = errno;
            result = errno == 0 ? HTTPSC_OK : HTTPSC_ERR_TRUST_UNREADABLE;
            break;
        }
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            result = visit(user, entry->d_name);
        }
    }
    closedir(dir);
    return result;
}

static int posix_write_all(int fd, const unsigned char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t num = write(fd, bytes, hc_min(len, POSIX_FILES_IO_MAX));

        if (num < 0 && errno != EINTR) {
            return 0;
        }
        bytes += num > 0 ? num : 0;
        len -= num > 0 ? (size_t)num : 0;
    }
    return 1;
}

/* A leftover of that name is no file of ours to write into: O_EXCL neither follows nor shares. */
static int posix_create(const char *path)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY;
    int fd = open(path, flags, 0600);

    if (fd < 0 && errno == EEXIST && unlink(path) == 0) {
        fd = open(path, flags, 0600);
    }
    return fd;
}

HC_FN int hc_file_replace(const char *path, const unsigned char *bytes, size_t len, int *native)
{
    static const char suffix[] = ".new";
    size_t path_len = strlen(path);
    char *beside = malloc(path_len + sizeof suffix);
    int ok = 0;
    int fd;

    *native = 0;
    if (beside == NULL) {
        return HTTPSC_ERR_MEMORY;
    }
    memcpy(beside, path, path_len);
    memcpy(beside + path_len, suffix, sizeof suffix);
    fd = posix_create(beside);
    if (fd >= 0) {
        ok = posix_write_all(fd, bytes, len) && fsync(fd) == 0;
        *native = ok ? 0 : errno;
        ok = close(fd) == 0 && ok && rename(beside, path) == 0;
    }
    if (!ok && *native == 0) {
        *native = errno;
    }
    if (!ok && fd >= 0) {
        (void)unlink(beside);
    }
    free(beside);
    return ok ? HTTPSC_OK : HTTPSC_ERR_SYSTEM;
}

HC_FN int hc_environment(const char *name, const httpsc_allocator *allocator, char **out)
{
    const char *value;
    int privileged = getuid() != geteuid() || getgid() != getegid();

#ifdef __linux__
    privileged |= getauxval(AT_SECURE) != 0; /* capabilities of the file, too */
#endif
    value = privileged ? NULL : getenv(name);
    *out = value == NULL || *value == '\0' ? NULL : hc_copy_text(allocator, value);
    return value == NULL || *value == '\0' || *out != NULL ? HTTPSC_OK : HTTPSC_ERR_MEMORY;
}

/* What cannot be looked at is there all the same: nobody may then go on without it. */
static int posix_is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

HC_FN const char *hc_system_bundle_path(size_t i)
{
    static const char *const paths[] = {
        "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Alpine, Arch, Gentoo */
        "/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, RHEL */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL since 7 */
        "/etc/ssl/ca-bundle.pem",                            /* SUSE */
        "/etc/ssl/cert.pem",                                 /* macOS, OpenBSD, FreeBSD, Alpine */
        "/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD's ca_root_nss */
        "/usr/local/etc/ssl/cert.pem",                       /* FreeBSD's ca_root_nss */
        "/etc/openssl/certs/ca-certificates.crt",            /* NetBSD */
        "/usr/pkg/share/mozilla-rootcerts/cacert.pem",       /* NetBSD's mozilla-rootcerts */
        "/etc/ssl/certs/",                                   /* SUSE, FreeBSD, trimmed images */
        "/etc/pki/tls/certs/",                               /* Fedora, RHEL */
        "/etc/openssl/certs/",                               /* NetBSD */
        "/apex/com.android.conscrypt/cacerts/",              /* Android since 14 */
        "/system/etc/security/cacerts/",                     /* Android */
    };

    for (size_t at = 0; at < HC_ARRAY_LEN(paths); at++) {
        if (posix_is_there(paths[at]) && i-- == 0) {
            return paths[at];
        }
    }
    return NULL;
}

#endif
