/* The caller's hook where there is one, else the system's. */
#ifndef HC_HOOKS_H
#define HC_HOOKS_H

#include "../base/cursor.h"
#include "../base/error.h"
#include "../platform/platform.h"

HC_FN int64_t hc_clock_us(const httpsc_hooks *hooks);
/* A finer clock for how long a wait took: the system's own where there is one. */
HC_FN int64_t hc_wait_clock_us(const httpsc_hooks *hooks);
HC_FN int hc_now(const httpsc_hooks *hooks, int64_t *unix_seconds);

/* The time by which certificates are judged. Where it is known to be wrong (before the embedded
 * roots were made, less a day) it is ERR_CLOCK_UNSET; with ignore_dates 0 will do. */
HC_FN int hc_judging_time(const httpsc_hooks *hooks, int ignore_dates, int64_t *unix_time,
                          httpsc_error *error);

HC_FN int hc_hook_random(const httpsc_hooks *hooks, unsigned char *buf, size_t len, int *native);

/* Who is told of a transfer's progress; silent when no trace hook is set. */
typedef struct hc_tracer {
    const httpsc_hooks *hooks;
    int64_t start_us;
    const char *const *secret_names; /* of fields to be redacted too */
    size_t num_secret_names;
} hc_tracer;

/* format as in hc_text_add_format. */
HC_FN void (hc_trace)(const hc_tracer *tracer, httpsc_trace_kind kind, const char *format, ...);
#if !HC_HAS_TRACE
#define hc_trace(...) (HC_HAS_TRACE ? hc_trace(__VA_ARGS__) : (void)0)
#endif

/* A field line of a head, its value redacted when it is a secret. */
HC_FN void hc_trace_field(const hc_tracer *tracer, httpsc_trace_kind kind,
                          const httpsc_field *field);

/* The lines of a request head as it was written. */
HC_FN void hc_trace_request(const hc_tracer *tracer, hc_cursor head);

#endif
