/*
 * The one file that holds the implementation. It is compiled once; a change elsewhere in the
 * program does not compile it again. Whatever switches are defined (HTTPSC_NO_THREADS ...), the
 * other files need them as well: give them on the command line.
 */
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"
