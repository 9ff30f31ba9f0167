/* What the parts for POSIX share. */
#ifndef HC_POSIX_H
#define HC_POSIX_H

#include "platform.h"

#if !defined(_WIN32) && !defined(HTTPSC_BARE)

/* Opens a file for reading, close-on-exec, with further flags of open(); -1 with errno. */
HC_FN int hc_posix_open(const char *path, int flags);

/* read() that is not interrupted: -1, or the number of bytes, 0 at the end. */
HC_FN ptrdiff_t hc_posix_read(int fd, unsigned char *buf, size_t len);

#endif

#endif
