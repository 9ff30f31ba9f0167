#include "download.h"

HC_FN void hc_download_free(hc_download *download)
{
    hc_free_secret(download->allocator, download->raw, HC_DOWNLOAD_PIECE);
    hc_free_secret(download->allocator, download->piece, HC_DOWNLOAD_PIECE);
#ifdef HTTPSC_USE_ZLIB
    if (download->decoder != NULL) {
        hc_decoder_close(download->decoder);
        hc_free_secret(download->allocator, download->decoder, sizeof *download->decoder);
    }
#endif
    memset(download, 0, sizeof *download);
}

static int download_need(const hc_download *download, unsigned char **place, httpsc_error *error)
{
    if (*place == NULL) {
        *place = hc_alloc(download->allocator, HC_DOWNLOAD_PIECE);
    }
    return *place != NULL ? HTTPSC_OK : hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
}

/* As it came. */
static int download_take(hc_download *download, hc_exchange *exchange, hc_connection *connection,
                         unsigned char *buf, size_t len, size_t *num_read, httpsc_error *error)
{
    int code = hc_exchange_read(exchange, connection, buf, len, num_read, error);

    download->ended = code == HTTPSC_OK && exchange->ended;
    return code;
}

#ifdef HTTPSC_USE_ZLIB
HC_FN int hc_download_decode(hc_download *download, const httpsc_response *response,
                             uint64_t max_out, size_t max_ratio, int *decoded,
                             httpsc_error *error)
{
    hc_coding coding = hc_coding_find(response->fields, response->num_fields);

    *decoded = 0;
    if (coding == HC_CODING_LAYERS) {
        return hc_fail(error, HTTPSC_ERR_BODY_CODING, 0, "more than one Content-Encoding");
    }
    if (coding != HC_CODING_GZIP && coding != HC_CODING_DEFLATE) {
        return HTTPSC_OK;
    }
    download->decoder = hc_alloc(download->allocator, sizeof *download->decoder);
    if (download->decoder == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    *decoded = 1;
    download->raw_left = hc_cursor_over(NULL, 0);
    if (download_need(download, &download->raw, error) != HTTPSC_OK) {
        return error->code;
    }
    return hc_decoder_open(download->decoder, download->allocator, coding, max_out, max_ratio,
                           error);
}

/* The end comes when the body has ended and nothing more is in the decoder. */
static int download_take_decoded(hc_download *download, hc_exchange *exchange,
                                 hc_connection *connection, unsigned char *buf, size_t len,
                                 size_t *num_read, httpsc_error *error)
{
    size_t num = 0;

    *num_read = 0;
    for (;;) {
        int code = hc_decoder_read(download->decoder, &download->raw_left, buf, len, num_read,
                                   error);

        if (code != HTTPSC_OK || *num_read > 0) {
            return code;
        }
        if (exchange->ended) {
            download->ended = 1;
            return hc_decoder_end(download->decoder, error);
        }
        code = hc_exchange_read(exchange, connection, download->raw, HC_DOWNLOAD_PIECE, &num,
                                error);
        if (code != HTTPSC_OK) {
            return code;
        }
        download->raw_left = hc_cursor_over(download->raw, num);
    }
}
#else
HC_FN int hc_download_decode(hc_download *download, const httpsc_response *response,
                             uint64_t max_out, size_t max_ratio, int *decoded,
                             httpsc_error *error)
{
    (void)download;
    (void)response;
    (void)max_out;
    (void)max_ratio;
    (void)error;
    *decoded = 0;
    return HTTPSC_OK;
}
#endif

HC_FN int hc_download_read(hc_download *download, hc_exchange *exchange, hc_connection *connection,
                           unsigned char *buf, size_t len, size_t *num_read, httpsc_error *error)
{
#ifdef HTTPSC_USE_ZLIB
    if (download->decoder != NULL) {
        return download_take_decoded(download, exchange, connection, buf, len, num_read, error);
    }
#endif
    return download_take(download, exchange, connection, buf, len, num_read, error);
}

static int download_give(hc_download *download, const httpsc_sink *sink, httpsc_error *error)
{
    size_t len = hc_cursor_left(&download->piece_left);
    int code = hc_callback_code(sink->write(sink->user, download->piece_left.at, len),
                                HTTPSC_ERR_BODY_SINK);

    download->sink_waits = code == HTTPSC_WANT;
    if (code == HTTPSC_OK) {
        (void)hc_take_bytes(&download->piece_left, len);
    } else if (code != HTTPSC_WANT) {
        (void)hc_fail(error, code, 0, "the sink gave up");
    }
    return code;
}

HC_FN int hc_download_push(hc_download *download, const httpsc_sink *sink, hc_exchange *exchange,
                           hc_connection *connection, httpsc_error *error)
{
    size_t num = 0;
    int code;

    if (hc_cursor_left(&download->piece_left) > 0) {
        return download_give(download, sink, error);
    }
    if (download_need(download, &download->piece, error) != HTTPSC_OK) {
        return error->code;
    }
    code = hc_download_read(download, exchange, connection, download->piece, HC_DOWNLOAD_PIECE,
                            &num, error);
    if (code != HTTPSC_OK || num == 0) {
        return code;
    }
    download->piece_left = hc_cursor_over(download->piece, num);
    return download_give(download, sink, error);
}
