/* The one place where a zero becomes its default. */
#ifndef HC_DEFAULTS_H
#define HC_DEFAULTS_H

#include "../client/client.h"

/* Every zero in limits becomes the default that the public header names. */
HC_FN void hc_fill_limits(httpsc_limits *limits);

/* An allocator with both functions, or the fallback for a zeroed one. 0 when only one is there. */
HC_FN int hc_fill_allocator(httpsc_allocator *allocator, const httpsc_allocator *fallback);

/* The default User-Agent. */
HC_FN const char *hc_default_user_agent(void);

/* httpsc_tls_config_open; fallback is the allocator where the options name none. */
HC_FN int hc_open_tls_config(const httpsc_tls_options *options, const httpsc_allocator *fallback,
                             httpsc_tls_config **out, httpsc_error *error);

/* The caller's error, or a place of our own when there is none; emptied. */
HC_FN httpsc_error *hc_error_or(httpsc_error *error, httpsc_error *own);

#endif
