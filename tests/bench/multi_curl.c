/* multi_curl URL CA NUM ROUNDS: libcurl's multi handle, measured as multi_ours.c measures us. */
#include "usage.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t heap_most;

static size_t ignore(char *data, size_t size, size_t num, void *user)
{
    (void)data;
    (void)user;
    return size * num;
}

static int one_round(CURLM *multi, CURL **handles, size_t num)
{
    int num_open = 1;

    for (size_t i = 0; i < num; i++) {
        if (curl_multi_add_handle(multi, handles[i]) != CURLM_OK) {
            return 0;
        }
    }
    while (num_open > 0) {
        size_t heap;

        if (curl_multi_perform(multi, &num_open) != CURLM_OK) {
            return 0;
        }
        heap = usage_heap();
        heap_most = heap > heap_most ? heap : heap_most;
        if (num_open > 0 && curl_multi_poll(multi, NULL, 0, 30000, NULL) != CURLM_OK) {
            return 0;
        }
    }
    for (size_t i = 0; i < num; i++) {
        int left = 0;
        CURLMsg *message = curl_multi_info_read(multi, &left);

        if (message == NULL || message->msg != CURLMSG_DONE || message->data.result != CURLE_OK) {
            fprintf(stderr, "multi_curl: %s\n",
                    message == NULL ? "too few ends" : curl_easy_strerror(message->data.result));
            return 0;
        }
    }
    for (size_t i = 0; i < num; i++) {
        curl_multi_remove_handle(multi, handles[i]);
    }
    return 1;
}

int main(int argc, char **argv)
{
    size_t num = argc == 5 ? (size_t)atoi(argv[3]) : 0;
    int num_rounds = argc == 5 ? atoi(argv[4]) : 0;
    CURL **handles = calloc(num, sizeof(CURL *));
    CURLM *multi;
    size_t heap;
    double cpu_us = 0;
    double wall_us = 0;

    if (num == 0 || num_rounds <= 0 || handles == NULL) {
        return 2;
    }
    usage_more_files();
    curl_global_init(CURL_GLOBAL_ALL);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)num);
    heap = usage_heap();
    for (size_t i = 0; i < num; i++) {
        handles[i] = curl_easy_init();
        curl_easy_setopt(handles[i], CURLOPT_URL, argv[1]);
        curl_easy_setopt(handles[i], CURLOPT_CAINFO, argv[2]);
        curl_easy_setopt(handles[i], CURLOPT_FAILONERROR, 1L);
        curl_easy_setopt(handles[i], CURLOPT_WRITEFUNCTION, ignore);
        curl_easy_setopt(handles[i], CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    }
    for (int i = 0; i <= num_rounds; i++) { /* the first one opens the connections */
        if (i == 1) {
            cpu_us = usage_cpu_us();
            wall_us = usage_wall_us();
            heap_most = 0;
        }
        if (!one_round(multi, handles, num)) {
            return 1;
        }
    }
    cpu_us = (usage_cpu_us() - cpu_us) / ((double)num * num_rounds);
    wall_us = (usage_wall_us() - wall_us) / ((double)num * num_rounds);
    printf("%.0f %.1f %.0f\n", 1e6 / wall_us, cpu_us, (double)(heap_most - heap) / (double)num);
    for (size_t i = 0; i < num; i++) {
        curl_easy_cleanup(handles[i]);
    }
    curl_multi_cleanup(multi);
    free(handles);
    return 0;
}
