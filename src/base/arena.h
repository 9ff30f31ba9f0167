/* What an arena tells, once something did not fit. */
#ifndef HC_ARENA_H
#define HC_ARENA_H

#include "error.h"

/* Turns ERR_MEMORY of an allocator that is an arena into ERR_ARENA, with what was wanted and what
 * there was. Any other error, or none, is left alone. Returns the code that stands. */
HC_FN int hc_arena_explain(const httpsc_allocator *allocator, httpsc_error *error);

/* Makes all of a block one free piece. 0 when it is too small or too large for that. */
HC_FN int hc_arena_start(httpsc_arena *arena, void *block, size_t size);

#endif
