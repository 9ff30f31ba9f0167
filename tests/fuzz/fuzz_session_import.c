/*
 * libFuzzer: a session in bytes. What is taken comes out again as the same bytes, and is offered in
 * a ClientHello where it fits the connection. The first byte says whether the binding is made to
 * fit; the rest is the session.
 */
#include "fuzz_tls.h"

#define BINDING_AT 40 /* of the form in src/tls/session.c */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_session *session = NULL;
    unsigned char binding[32];
    hc_buffer again;
    bytes blob;
    pair p;

    memset(&p, 0, sizeof p);
    fuzz_start_alone(&p);
    if (size == 0) {
        return 0;
    }
    FUZZ_CHECK(pair_open(&p) == HTTPSC_OK);
    memcpy(binding, p.tls->binding, sizeof binding);
    hc_tls_free(p.tls);
    p.tls = NULL;
    blob = b_raw(data + 1, size - 1);
    if ((data[0] & 1) != 0 && blob.len >= BINDING_AT + sizeof binding) {
        memcpy(blob.ptr + BINDING_AT, binding, sizeof binding);
    }
    if (hc_session_import(&p.memory.allocator, blob.ptr, blob.len, &session) != HTTPSC_OK) {
        FUZZ_CHECK(session == NULL);
        fuzz_end(&p);
        return 0;
    }
    FUZZ_CHECK(session != NULL);
    hc_buffer_init(&again, &p.memory.allocator, 20000);
    FUZZ_CHECK(hc_session_export(session, &again) == HC_BUFFER_OK);
    FUZZ_CHECK(again.len == blob.len && memcmp(again.ptr, blob.ptr, blob.len) == 0);
    hc_buffer_free(&again);
    p.params.session = session;
    p.params.unix_time = (data[0] & 2) != 0 ? session->received_at : MAKER_NOW;
    FUZZ_CHECK(pair_open(&p) == HTTPSC_OK);
    (void)pair_run(&p);
    fuzz_end(&p);
    return 0;
}
