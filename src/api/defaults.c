#include "defaults.h"

#include "version.h"

static void defaults_size(size_t *value, size_t fallback)
{
    if (*value == 0) {
        *value = fallback;
    }
}

HC_FN void hc_fill_limits(httpsc_limits *limits)
{
    defaults_size(&limits->max_url_bytes, 16384);
    defaults_size(&limits->max_request_head_bytes, 65536);
    defaults_size(&limits->max_status_line_bytes, 1024);
    defaults_size(&limits->max_field_line_bytes, 16384);
    defaults_size(&limits->max_fields_bytes, 65536);
    defaults_size(&limits->max_fields, 200);
    defaults_size(&limits->max_interim, 8);
    defaults_size(&limits->max_chunk_line_bytes, 512);
    defaults_size(&limits->max_chunk_ext_bytes, 16384);
    defaults_size(&limits->max_trailer_bytes, 8192);
    defaults_size(&limits->max_trailers, 32);
    defaults_size(&limits->max_body_bytes, (size_t)16 * 1024 * 1024);
    defaults_size(&limits->max_ratio, 100);
    defaults_size(&limits->max_redirects, 10);
    defaults_size(&limits->max_idle_connections, 8);
    defaults_size(&limits->max_connections, 1000);
    defaults_size(&limits->max_connections_per_host, 100);
    defaults_size(&limits->max_proxy_head_bytes, 16384);
    defaults_size(&limits->max_record_bytes, 16384);
    defaults_size(&limits->max_sent_record_bytes, 16384);
}

HC_FN int hc_fill_allocator(httpsc_allocator *allocator, const httpsc_allocator *fallback)
{
    if (allocator->alloc == NULL && allocator->free == NULL) {
        *allocator = *fallback;
    }
    return allocator->alloc != NULL && allocator->free != NULL;
}

HC_FN const char *hc_default_user_agent(void)
{
    return "httpsc/" HC_VERSION_TEXT;
}

HC_FN httpsc_error *hc_error_or(httpsc_error *error, httpsc_error *own)
{
    httpsc_error *place = error == NULL ? own : error;

    hc_error_clear(place);
    return place;
}
