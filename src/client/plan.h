/* What the caller asked for, kept for as long as the operation goes on: every hop's request is made
 * of it. */
#ifndef HC_PLAN_H
#define HC_PLAN_H

#include "../base/buffer.h"

typedef struct hc_plan {
    httpsc_request request; /* its pointers lead into place, or to what the caller lends */
    const char *method;     /* filled in */
    unsigned char *place;   /* NULL: everything is the caller's */
    size_t size;
    hc_buffer text;         /* user and password of the URL, each with a NUL */
    size_t max_redirects;
} hc_plan;

/* Keeps a request: with `borrow` its texts stay the caller's, who waits. HTTPSC_OK, or
 * HTTPSC_ERR_MEMORY. Bodies are not its business, but for the texts of parts. */
HC_FN int hc_plan_keep(hc_plan *plan, const httpsc_allocator *allocator,
                       const httpsc_request *request, int borrow);
HC_FN void hc_plan_free(hc_plan *plan, const httpsc_allocator *allocator);

#endif
